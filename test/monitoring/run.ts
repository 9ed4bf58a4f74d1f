import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertGroups } from '../../package/alerts.ts';
import { createProgress } from '../../package/tools/progress.ts';
import { buildTools, monitoringTools } from '../../package/tools/tools.ts';
import { repository } from '../control-plane/state.ts';
import { documentCases, everyState } from './documents.ts';
import { live } from './live.ts';
import { neighbourCases } from './neighbours.ts';
import { checkRules, testRules } from './promtool.ts';

/**
 * `npm run test:monitoring`: the alerts of package/install/monitoring, by Prometheus' own promtool over generated series, and by
 * kube-state-metrics and Prometheus themselves over every state of test/health on an API server. `-- --all` takes every
 * generated document instead of every seventh.
 */
const isAll = process.argv.includes('--all');
const folder = mkdtempSync(join(tmpdir(), 'squadkit-monitoring-'));
const rules = join(repository, 'package/install/monitoring/rules.yaml');
const tool = await buildTools(createProgress(), monitoringTools);
const promtool = tool('prometheus').binary('promtool');
const results: [string, string | undefined][] = [];

const count = alertGroups().flatMap((group) => group.rules).length;
const checked = checkRules(promtool, rules);
results.push([`promtool check rules: ${checked} rules`, checked === count ? undefined : `${count} are there`]);

// Seven goes into the length of no axis: so every value of each is there, beside every one of the next.
const states = everyState().filter((_, index) => isAll || index % 7 === 0);
const documents = documentCases(states);
const neighbours = neighbourCases();
results.push([
  `${states.length} of ${everyState().length} documents`,
  testRules({ promtool, rules, folder }, documents),
]);
results.push([`${neighbours.length} cases of all else`, testRules({ promtool, rules, folder }, neighbours)]);

results.push(...(await live(tool)));

const failed = results.filter(([, wrong]) => wrong !== undefined);
for (const [name, wrong] of results) console.log(`${wrong === undefined ? 'right' : 'WRONG'}  ${name}`);
for (const [name, wrong] of failed) console.error(`${name}: ${wrong}`);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
