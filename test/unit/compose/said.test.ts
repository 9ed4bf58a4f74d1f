import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusalReasons } from '../../../functions/round/refusal.ts';
import { everythingSaid, rowsOf } from '../../said/rows.ts';
import { sentences } from '../../said/sentences.ts';
import { conditionReasons, refusalSites, siteOf } from '../../said/sites.ts';

const everything = everythingSaid();
const said = everything.map((one) => one.said);
const messages = said.flatMap(({ conditions }) => conditions.map(({ message = '' }) => message));

test('the table of the runbook is of today: if not, npx tsx test/said/run.ts', () => {
  const recorded = JSON.parse(readFileSync(join(import.meta.dirname, '../../recorded/said.json'), 'utf8'));

  expect(rowsOf(everything)).toEqual(recorded);
});

test('every place in the code where a document is refused has a state that leads there', () => {
  const reached = said.flatMap(({ refusal }) => (refusal === undefined ? [] : [siteOf(refusal)]));
  const sites = refusalSites();

  expect(sites.length).toBeGreaterThan(40);
  expect(
    sites.filter((site) => !reached.some((other) => other?.file === site.file && other.line === site.line)),
  ).toEqual([]);
});

test('every reason has a row: of refusals, and of conditions', () => {
  const { refusals } = rowsOf(everything);
  const reasons = new Set(said.flatMap(({ conditions }) => conditions.map(({ reason }) => reason)));

  expect([...new Set(refusals.map(({ reason }) => reason))].sort()).toEqual([...refusalReasons].sort());
  expect(conditionReasons().filter(({ reason }) => !reasons.has(reason))).toEqual([]);
});

test('of everything that a condition says, the table says when', () => {
  expect(rowsOf(everything).conditions.filter(({ when }) => when === '')).toEqual([]);
});

test('every sentence of the code that a condition may have has a state in which it is said', () => {
  const all = sentences();

  expect(all.length).toBeGreaterThan(25);
  expect(
    all.filter(({ pattern }) => !messages.some((message) => pattern.test(message))).map(({ text }) => text),
  ).toEqual([]);
});

test('whoever has to act is told what to do: the sentence does not end with what is wrong', () => {
  const mute = said.flatMap(({ refusal }) =>
    refusal !== undefined && refusal.next.trim() === '' ? [refusal.what] : [],
  );

  expect(mute).toEqual([]);
});
