import { expect, test } from 'vitest';
import type { Check } from '../../../functions/doctor/check.ts';
import type { Examination } from '../../../functions/doctor/doctor.ts';
import { settled } from '../../../functions/doctor/settled.ts';
import { Unplannable } from '../../../functions/tree/problem.ts';

const seen = (...states: Check['state'][]): Examination[] => [
  {
    cluster: 'hub',
    checks: states.map((state, index) => ({ state, what: `Zone ${index}`, because: [], actor: 'SRE', next: '' })),
  },
];

/** What comes of a doctor that waits a minute, and sees this at one look after the other, the last one ever after. */
const waited = async (looks: (Examination[] | Error)[], milliseconds = 60_000) => {
  let time = 0;
  const clock = {
    now: () => time,
    sleep: async (span: number) => {
      time += span;
    },
  };
  const lines: string[] = [];
  let count = 0;
  const examine = async () => {
    const look = looks[Math.min(count, looks.length - 1)] as Examination[] | Error;
    count += 1;
    if (look instanceof Error) throw look;
    return look;
  };
  const last = await settled(examine, milliseconds, (line) => lines.push(line), clock);

  return { last, lines, count };
};

test('what is well at once is not looked at again', async () => {
  expect(await waited([seen('well', 'well')])).toEqual({ last: seen('well', 'well'), lines: [], count: 1 });
});

test('nobody waits who did not ask for it', async () => {
  expect(await waited([seen('wrong')], 0)).toEqual({ last: seen('wrong'), lines: [], count: 1 });
});

test('what is on its way is looked at again until all is well, and what is not yet is told once', async () => {
  const many = seen('wrong', 'weak', 'missing', 'hidden');
  const { last, lines, count } = await waited([many, many, seen('well', 'weak'), seen('well', 'well')]);

  expect(last).toEqual(seen('well', 'well'));
  expect(count).toBe(4);
  expect(lines).toEqual([
    '0 s: 4 not well yet: hub Zone 0, hub Zone 1, hub Zone 2, …',
    '6 s: 1 not well yet: hub Zone 1',
  ]);
});

test('at the end of the time, what is still not well is what was seen', async () => {
  const { last, count } = await waited([seen('wrong')]);

  expect(last).toEqual(seen('wrong'));
  expect(count).toBe(21);
});

test('a cluster that cannot be reached for a moment is asked again, and one that never could be is an error', async () => {
  const away = new Unplannable('cannot reach the hub');

  expect((await waited([seen('wrong'), away, seen('well')])).last).toEqual(seen('well'));
  expect((await waited([seen('wrong'), away])).last).toEqual(seen('wrong'));
  await expect(waited([away])).rejects.toThrow('cannot reach the hub');
  await expect(waited([seen('wrong'), new TypeError('a fault of ours')])).rejects.toThrow('a fault of ours');
});
