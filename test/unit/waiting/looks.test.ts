import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { functionOf } from '../../../functions/compose.ts';
import { simulatedHub } from '../../../functions/simulation/simulate.ts';
import { createLooks, type Looks } from '../../../functions/waiting/looks.ts';
import { jitter, lossy } from '../../../functions/waiting/pace.ts';
import { zonesWithBackups } from '../../support/backups.ts';
import { cases } from '../../support/cases.ts';
import { begin, start } from '../../support/drills.ts';
import { reconcile } from '../../support/life.ts';
import { requestFor } from '../../support/request.ts';

/** As long as Crossplane's circuit is open, in seconds, and how often it lets an event pass meanwhile (v2.3.4). */
const [open, between] = [330, 30];

/**
 * After how many seconds an edit is seen, of a document whose circuit opened at 0, whose status changes at some looks, and of
 * which something composed changes at some moments. `early`: by how much of the pause Crossplane comes before its time. Where one of them falls into the moment at which a look is expected, nobody
 * can tell them apart, and nothing is promised: 0.
 */
const seenAfter = (
  edit: number,
  {
    composed,
    changes,
    looks,
    early = () => 0,
  }: { composed: number[]; changes: number[]; looks: Looks | undefined; early?: (look: number) => number },
): number => {
  let [passed, next, count, pause, planned] = [Number.NEGATIVE_INFINITY, 0, 0, 0, 0];
  const passes = (at: number): boolean => {
    if (at < open && at - passed < between) return false;
    passed = at;

    return true;
  };
  const events = [...new Set([...composed, edit])].sort((a, b) => a - b);
  for (;;) {
    const event = events[0] ?? Number.POSITIVE_INFINITY;
    const at = Math.min(event, next);
    if (event < next) {
      events.shift();
      if (!passes(at)) continue;
      // It is taken for the look that is expected at any moment.
      if (event < edit && planned - event <= jitter * pause) return 0;
    }
    if (at >= edit) return at - edit;
    const isChanging = changes.includes(count);
    count += 1;
    const usual = at < 60 ? lossy : Math.max(open - at, 1);
    const seconds = looks?.next({ id: 'a', now: at * 1000, usual, losesEvents: at < open, isChanging }) ?? usual;
    [next, pause, planned] = [at + seconds * (1 - early(count)), seconds, at + seconds];
    // What is written into the status is an event too, and asks again at once if it passes.
    if (isChanging && passes(at)) next = at;
  }
};

const times = fc.array(fc.integer({ min: 0, max: open }), { maxLength: 5 });
const counts = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 });

test('an edit is seen within 36 s, whatever else happened before, and however early Crossplane asks', () => {
  const parts = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: open }), times, counts, parts, (edit, composed, changes, hundredths) => {
      const early = (look: number) => (hundredths[look % hundredths.length] ?? 0) / 100;

      expect(seenAfter(edit, { composed, changes, looks: createLooks(), early })).toBeLessThanOrEqual(lossy);
    }),
    { numRuns: 20 * cases },
  );
});

test('without that, one that comes after a change of the status waits for minutes', () => {
  const happened = { composed: [], changes: [2] };

  expect(seenAfter(77, { ...happened, looks: undefined })).toBeGreaterThan(200);
  expect(seenAfter(77, { ...happened, looks: createLooks() })).toBeLessThanOrEqual(lossy);
});

test('of two processes that are asked in turn neither takes a look for one that it was told of', () => {
  const [one, other] = [createLooks(), createLooks()];
  const look = (looks: Looks, at: number) =>
    looks.next({ id: 'a', now: at * 1000, usual: 270, losesEvents: true, isChanging: false });

  expect([look(one, 0), look(other, 36), look(other, 72)]).toEqual([36, 36, 270]);
  // Something has happened, and the other process is told.
  expect(look(one, 90)).toBe(36);
});

test('where nothing happens it is looked at no oftener than before', () => {
  const looks = createLooks();
  const next = (at: number, usual: number) =>
    looks.next({ id: 'a', now: at * 1000, usual, losesEvents: true, isChanging: false });

  expect([next(0, 36), next(34, 36), next(70, 270)]).toEqual([36, 36, 270]);
  expect(next(110, 220)).toBe(36);
  expect(looks.next({ id: 'b', now: 0, usual: 600, losesEvents: false, isChanging: true })).toBe(600);
});

test('a round that changes what is said of a Service looks again soon, while events are lost; the next need not', () => {
  const life = begin(zonesWithBackups());
  const created = new Date(start).toISOString();
  const lossy = { type: 'Responsive', status: 'False', reason: 'WatchCircuitOpen', lastTransitionTime: created };
  const ask = functionOf(simulatedHub, { looks: createLooks() });
  const round = (seconds: number): number => {
    const { status } = life.composite;
    const conditions = [...((status?.conditions ?? []) as object[]), lossy];
    const composite = { ...life.composite, status: { ...status, conditions } };
    const answer = ask(requestFor(composite, life.observed, life.registry), start + seconds * 1000);
    reconcile(Object.assign(life, { now: start + seconds * 1000, composite }));

    return answer.meta?.ttl?.seconds ?? 0;
  };
  expect([round(0), round(36), round(72)]).toEqual([36, 36, 258]);
  // Out of turn: something has happened.
  expect(round(120)).toBe(36);
  const { conditions } = life.composite.status as { conditions: { type: string; message: string }[] };
  Object.assign(conditions.find(({ type }) => type === 'BackedUp') ?? {}, { message: 'as it was before' });
  expect([round(156), round(192)]).toEqual([36, 138]);
});
