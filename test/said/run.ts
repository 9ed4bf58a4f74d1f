import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf } from './rows.ts';

/**
 * `npx tsx test/said/run.ts`: writes down all that the function says in the states of this folder, from which `npm run generate`
 * makes the tables of the runbook. test/unit/compose/said.test.ts fails when it is no longer so.
 */
const rows = rowsOf();
writeFileSync(join(import.meta.dirname, '../recorded/said.json'), `${JSON.stringify(rows, null, 2)}\n`);
console.log(`${rows.refusals.length} refusals, ${rows.conditions.length} of conditions`);
