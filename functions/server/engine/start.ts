import { createRequire } from 'node:module';
import { join } from 'node:path';
import { programIn } from './program.ts';

// It is bundled as CommonJS, where every file knows its directory.
const main = join(__dirname, 'main.cjs');

programIn(main).runInThisContext()(createRequire(main));
