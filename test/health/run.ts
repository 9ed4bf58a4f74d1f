import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createProgress } from '../../package/tools/progress.ts';
import { buildTools } from '../../package/tools/tools.ts';
import { type Answer, checks, lineOf, tableFile, wrongIn } from './checks.ts';
import { madeStates, recordedStates } from './states.ts';

/**
 * `npm run test:health`: what kstatus, Flux and Argo CD say of Squadkit's documents in every state, by their own libraries,
 * and whether it is right. Writes down the verdicts, which `npm test` compares without Go.
 */
const tool = (await buildTools(createProgress(), ['health']))('health');
const states = [...recordedStates(), ...madeStates()];
const { stdout, stderr, status } = spawnSync(tool.binary('engines'), {
  input: [checks(), ...states.map(({ object }) => object)].map((line) => `${JSON.stringify(line)}\n`).join(''),
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
if (status !== 0) throw new Error(`the engines ended with ${status}: ${stderr}`);

const answers = stdout
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Answer);
const wrong = states.flatMap((state, index) => wrongIn(state, answers[index] as Answer));
for (const line of wrong) console.error(line);
console.log(`${states.length} states by 4 engines, fluxcd/pkg/runtime ${tool.version}: ${wrong.length} wrong`);
writeFileSync(tableFile, states.map((state, index) => `${lineOf(state, answers[index] as Answer)}\n`).join(''));
process.exitCode = wrong.length > 0 ? 1 : 0;
