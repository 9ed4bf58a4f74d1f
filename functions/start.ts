import { createRequire } from 'node:module';
import { join } from 'node:path';
import { programIn } from './server/program.ts';

const main = join(__dirname, 'main.cjs');

programIn(main).runInThisContext()(createRequire(main));
