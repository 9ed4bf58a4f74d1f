import { runVitest } from '../support/vitest.ts';

/** `npm run test:hostile`: the default takes about a minute; with `-- --long`, all of it. Other arguments are Vitest's. */
const isLong = process.argv.includes('--long');
const rest = process.argv.slice(2).filter((argument) => argument !== '--long');

runVitest(['--project', 'hostile', ...rest], isLong ? { SQUADKIT_LONG: '1' } : {});
