import { type RunFunctionResponse, Severity } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conditionsAfterFault } from '../../functions/compose.ts';
import { answer } from '../../functions/server/call.ts';
import { createLog } from '../../functions/server/log.ts';
import { isLong, seed } from '../support/cases.ts';
import { compose } from '../support/compose.ts';
import { hasCanary, leaksOf } from './canaries.ts';
import { decodeResponse } from './decode.ts';
import { encodeRequest } from './encode.ts';
import { hostileCase, ordinary } from './requests.ts';

/** A hundred thousand in the long run; CASES says another number. */
const numRuns = Number(process.env.CASES ?? (isLong ? 100_000 : 10_000));
/** Far more than any request takes, so that only a hang is one. */
const longest = 5_000;

const lines: string[] = [];
const log = createLog({ debug: true, write: (line) => lines.push(line) });
const answerOf = (bytes: Uint8Array): RunFunctionResponse => {
  lines.length = 0;
  const started = performance.now();
  const response = decodeResponse(answer(bytes, compose, log, conditionsAfterFault));
  expect(performance.now() - started).toBeLessThan(longest);

  return response;
};

const counts: Record<string, number> = {};

test(
  `${numRuns} requests of every sort: each is refused or answered, drops nothing, and leaks nothing`,
  () => {
    console.log(`seed ${seed}: SEED=${seed} repeats it`);
    fc.assert(
      fc.property(hostileCase, ({ request, kept }) => {
        const response = answerOf(encodeRequest(request));
        const [result] = response.results;
        const outcome = result?.reason ?? (response.conditions.length > 0 ? 'answered' : 'asked for more');
        counts[outcome] = (counts[outcome] ?? 0) + 1;

        expect(response.meta?.tag).toBe('hostile');
        expect(response.results.length).toBeLessThanOrEqual(1);
        if (result !== undefined) {
          expect(result.severity).toBe(Severity.SEVERITY_FATAL);
          expect(result.message).toMatch(/ (Squad|Platform|SRE): /);
        } else {
          expect(Object.keys(response.desired?.resources ?? {})).toEqual(expect.arrayContaining(kept));
        }
        expect(leaksOf(response)).toEqual([]);
        expect(hasCanary(lines.join(''))).toBe(false);
      }),
      { numRuns },
    );
    console.log(
      Object.entries(counts)
        .sort(([, a], [, b]) => b - a)
        .map(([outcome, count]) => `${outcome} ${count}`)
        .join(', '),
    );

    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    // Otherwise these would be tests of the first guard only.
    expect(counts.answered).toBeGreaterThan(numRuns / 5);
  },
  longest + numRuns * 50,
);

test('the canaries are where they belong when all is in order: otherwise none would be found elsewhere', () => {
  for (const request of ordinary) {
    const response = answerOf(encodeRequest(request));
    expect(response.results).toEqual([]);
    expect(leaksOf(response)).toEqual([]);
  }
  const all = ordinary.map((request) => JSON.stringify(answerOf(encodeRequest(request)).desired)).filter(hasCanary);
  expect(all.length).toBeGreaterThan(2);
});

test('a leak is found wherever it is', () => {
  const response = answerOf(encodeRequest(ordinary[1] ?? {}));
  const objectOf = (name: string) => response.desired?.resources[name]?.resource ?? {};
  const { data } = objectOf('frontier.spike.binding') as { data: Record<string, string> };
  const secret = Buffer.from(data.password ?? '', 'base64').toString();
  const base64 = Buffer.from(`x${secret}`).toString('base64');
  Object.assign(objectOf('frontier.spike.app'), { metadata: { annotations: { seen: base64 } } });
  Object.assign(objectOf('frontier.aqua.kubeconfig'), { data: { kubeconfig: base64 } });
  response.conditions.push({ type: 'Ready', status: 1, reason: 'x', message: secret });

  expect(leaksOf(response)).toEqual([
    'outside of the desired state',
    'frontier.spike.app',
    'password of frontier.spike.app in frontier.aqua.kubeconfig',
  ]);
});

test(
  'bytes that were flipped, cut off or made up never do more than fail',
  () => {
    const bytes = ordinary.map(encodeRequest);
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...bytes), flips, fc.option(fc.nat()), (original, changes, end) => {
        const damaged = Uint8Array.from(original);
        for (const [at, value] of changes) damaged[at % damaged.length] = value;
        lines.length = 0;
        try {
          const cut = end === null ? damaged : damaged.subarray(0, end % damaged.length);
          const response = decodeResponse(answer(cut, compose, log, conditionsAfterFault));
          expect(response.results.length).toBeLessThanOrEqual(1);
        } catch (error) {
          // The server answers these with INVALID_ARGUMENT: not even the outline of a request is left.
          expect((error as Error).name).not.toBe('AssertionError');
        }
        expect(hasCanary(lines.join(''))).toBe(false);
      }),
      { numRuns: numRuns / 10 },
    );
  },
  longest + numRuns * 50,
);
