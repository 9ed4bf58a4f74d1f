import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { answerIn, hashOf, tableFile, wrongIn } from '../../health/checks.ts';
import { madeStates, recordedStates } from '../../health/states.ts';

const states = [...recordedStates(), ...madeStates()];
const table = readFileSync(tableFile, 'utf8').trim().split('\n').map(answerIn);

test('what kstatus, Flux and Argo CD said is about these objects and these checks: if not, npm run test:health', () => {
  expect(table.map(({ hash, name }) => `${hash} ${name}`)).toEqual(
    states.map((state) => `${hashOf(state)} ${state.name}`),
  );
});

test('every state is what each engine says it is', () => {
  expect(states.flatMap((state, index) => wrongIn(state, (table[index] as (typeof table)[number]).answer))).toEqual([]);
});

test('an engine that says something else is noticed', () => {
  const [state] = states.filter(({ health }) => health === 'failed');
  const current = { status: 'Current', message: '' };
  const answer = { kstatus: current, fluxKstatus: current, flux: current, argo: { status: 'Healthy', message: '' } };

  expect(state && wrongIn(state, answer)).toHaveLength(4);
});
