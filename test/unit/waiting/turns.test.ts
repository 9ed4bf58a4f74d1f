import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { functionOf } from '../../../functions/compose.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulatedHub } from '../../../functions/simulation/simulate.ts';
import { createTurns, usuallyAtOnce } from '../../../functions/waiting/turns.ts';
import { cases } from '../../support/cases.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { requestFor, resourceOf } from '../../support/request.ts';
import { run } from './turns/hub.ts';

describe('in the model of a hub, many Services at once', () => {
  const with_ = (services: number, more: object = {}) => run({ services, cores: 2, atOnce: usuallyAtOnce, ...more });
  const without = (services: number, more: object = {}) => run({ services, cores: 2, ...more });

  test('are ready in two thirds of the time at the most, and the last no later than twice the median', () => {
    const [before, now] = [without(100), with_(100)];
    console.log(`100 at once: ${JSON.stringify(before)} without turns, ${JSON.stringify(now)} with them`);

    expect(now.last).toBeLessThan((before.last * 2) / 3);
    expect(now.last).toBeLessThan(2 * now.median);
    expect(now.cpu).toBeLessThan((before.cpu * 3) / 4);
  });

  test('take hardly more calls each than a few', () => {
    expect(with_(100).calls).toBeLessThan(1.2 * with_(20).calls);
  });

  test('are ready as soon where two processes are asked in turn, as an installation has', () => {
    const [one, two] = [with_(100), with_(100, { processes: 2 })];
    console.log(`100 at once: ${JSON.stringify(two)} with two processes`);

    expect(two.last).toBeLessThan(1.5 * one.last);
    expect(two.last).toBeLessThan(2 * two.median);
    expect(two.last).toBeLessThan((without(100).last * 2) / 3);
  });

  test.each([1, 2, 4])('one alone on %d cores is as fast as without turns', (cores) => {
    expect(with_(1, { cores })).toEqual(without(1, { cores }));
  });

  test.each([
    [26, 6],
    [120, 100],
  ])('of %d of which %d never become ready, the others do, and begin no later', (services, stuck) => {
    const [before, now] = [without(services, { stuck }), with_(services, { stuck })];

    expect(now.first).toBeLessThan(before.first);
    expect(now.last).toBeLessThan(before.last * 1.25);
  });
});

const asking = (id: string, more: object = {}) => ({
  ...{ id, created: 0, isThere: false, isReady: false, isMoving: true, now: 0 },
  ...more,
});

describe('turns', () => {
  test('go to those who came first, and to the next when one is done', () => {
    const turns = createTurns(2);
    const waits = ['a', 'b', 'c', 'd'].map((id, created) => turns.of(asking(id, { created })).waits);
    expect(waits).toEqual([false, false, true, true]);

    turns.of(asking('a', { isThere: true, isReady: true, now: 5000 }));
    expect(turns.of(asking('d', { created: 3, now: 5000 })).waits).toBe(true);
    expect(turns.of(asking('c', { created: 2, now: 5000 })).waits).toBe(false);
  });

  test('do not come later because there was nothing to do before', () => {
    const turns = createTurns(6);
    for (const start of [0, 60_000, 120_000, 180_000])
      for (const [after, more] of [
        [0, {}],
        [2000, { isThere: true }],
        [6000, { isThere: true, isReady: true }],
      ] as const)
        turns.of(asking(`${start}`, { ...more, now: start + after }));
    const now = 240_000;
    const told = Array.from({ length: 20 }, (_, created) => turns.of(asking(`late ${created}`, { created, now })));

    expect(told.filter(({ waits }) => !waits)).toHaveLength(6);
    expect(Math.max(...told.map(({ seconds }) => seconds))).toBeLessThanOrEqual(20);
  });

  test('are kept by who has one and has made nothing yet', () => {
    const turns = createTurns(1);

    expect([1, 2, 3].map((now) => turns.of(asking('a', { now })).waits)).toEqual([false, false, false]);
  });

  test('are given back by who waits for somebody, is silent for a minute, or takes three times what others do', () => {
    for (const [what, later] of [
      [asking('a', { isThere: true, isMoving: false, now: 1000 }), 1000],
      [asking('a'), 61_000],
      [asking('a', { isThere: true, now: 25_000 }), 25_000],
    ] as const) {
      const turns = createTurns(1);
      turns.of(asking('a'));
      turns.of(what);

      expect(turns.of(asking('b', { now: later })).waits).toBe(false);
    }
  });

  test('who never makes anything of a turn keeps nobody from one, however long and often that goes on', () => {
    const turns = createTurns(2);
    const stuck = Array.from({ length: 12 }, (_, index) => `stuck ${index}`);
    const next = new Map(stuck.map((id) => [id, 0]));
    const begins: number[] = [];
    for (let now = 0; now < 3_600_000; now += 1000) {
      for (const [created, id] of stuck.entries()) {
        if ((next.get(id) ?? 0) > now) continue;
        const { seconds } = turns.of(asking(id, { created, isMoving: now < 60_000, now }));
        next.set(id, now + 1000 * Math.max(seconds, now < 60_000 ? 1 : now < 600_000 ? 10 : 60));
      }
      // Another one comes every minute, and asks until it is begun; it is ready five seconds later.
      if (now % 60_000 === 0) next.set(`${now}`, now);
      for (const [id, at] of next) {
        if (stuck.includes(id) || at > now) continue;
        const { waits, seconds } = turns.of(asking(id, { created: 1000 + Number(id), now }));
        next.set(id, now + 1000 * Math.max(seconds, 1));
        if (waits) continue;
        begins.push((now - Number(id)) / 1000);
        turns.of(asking(id, { isThere: true, isReady: true, now: now + 500 }));
        next.delete(id);
      }
    }
    const longest = Math.max(...begins.slice(10));
    console.log(`${begins.length} of 60 begun beside 12 that never make anything; the slowest waited ${longest} s`);

    expect(begins.length).toBeGreaterThanOrEqual(58);
    expect(longest).toBeLessThanOrEqual(61);
  });

  test.each([-3_600_000, 3_600_000])('a clock that is set by %d ms holds nobody up', (by) => {
    const turns = createTurns(1);
    const now = 10_000_000;
    turns.of(asking('a', { now }));
    expect(turns.of(asking('b', { created: 1, now })).waits).toBe(true);

    expect(turns.of(asking('b', { created: 1, now: now + by })).waits).toBe(false);
  });

  test('who came first and does not ask again holds up nobody else', () => {
    const turns = createTurns(1);
    turns.of(asking('a'));
    expect(turns.of(asking('b', { created: 1, now: 1000 })).waits).toBe(true);
    turns.of(asking('a', { isThere: true, isReady: true, now: 2000 }));

    // Its time may still come, and then it is gone.
    expect(turns.of(asking('c', { created: 2, now: 5500 })).waits).toBe(true);
    expect(turns.of(asking('c', { created: 2, now: 12_000 })).waits).toBe(false);
  });

  test('nothing that exists ever waits, and the more is under way the more seldom it is looked at', () => {
    const turns = createTurns(2);
    const seconds = Array.from({ length: 100 }, (_, index) => turns.of(asking(`${index}`, { isThere: true })));

    expect(seconds.every(({ waits }) => !waits)).toBe(true);
    expect([seconds[0]?.seconds, seconds[5]?.seconds, seconds[99]?.seconds]).toEqual([1, 3, 10]);
    expect(turns.of(asking('0', { isThere: true, isReady: true })).seconds).toBe(0);
  });

  test('whatever happens, who waits asks again within a minute, and everybody has had a turn in the end', () => {
    const life = fc.array(
      fc.record({ who: fc.nat(40), gap: fc.nat(30_000), ends: fc.boolean(), isMoving: fc.boolean() }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(life, fc.integer({ min: 1, max: 8 }), (steps, atOnce) => {
        const turns = createTurns(atOnce);
        const isThere = new Set<string>();
        let now = 0;
        for (const { who, gap, ends, isMoving } of steps) {
          now += gap;
          const id = `${who}`;
          const turn = turns.of(asking(id, { created: who, isThere: isThere.has(id), isMoving, now }));
          if (!turn.waits) isThere.add(id);
          else expect(turn.seconds).toBeGreaterThanOrEqual(1);
          expect(turn.seconds).toBeLessThanOrEqual(60);
          if (ends && isThere.has(id)) turns.of(asking(id, { isThere: true, isReady: true, now }));
        }
        const left = Array.from({ length: 41 }, (_, who) => `${who}`).filter((id) => !isThere.has(id));
        for (let rounds = 0; rounds < 200 && left.length > 0; rounds += 1) {
          now += 60_000;
          for (const id of [...left])
            if (!turns.of(asking(id, { created: Number(id), now })).waits) left.splice(left.indexOf(id), 1);
        }
        expect(left).toEqual([]);
      }),
      { numRuns: cases },
    );
  });
});

/** A hub where one new Service at a time is begun, and a moment on it. */
const hub = () => {
  const call = functionOf(simulatedHub, { turns: createTurns(1) });
  const now = Date.parse('2026-01-01T00:00:10Z');

  return (
    name: string,
    {
      observed = {},
      refs = [],
      registry = exampleRegistry(),
    }: Partial<Record<'observed', Observed>> & {
      refs?: object[];
      registry?: KubernetesObject[];
    } = {},
  ) => {
    const given = example('Service', 'billing');
    const composite: KubernetesObject = {
      ...given,
      metadata: { ...given.metadata, name, uid: name, creationTimestamp: `2026-01-01T00:00:0${name.length}Z` },
      spec: { ...given.spec, crossplane: { resourceRefs: refs } },
      status: { accepted: { generation: given.metadata?.generation ?? 0, spec: given.spec } },
    };

    return call(requestFor(composite, observed, registry), now);
  };
};
type Observed = Parameters<typeof requestFor>[1];
type Answer = ReturnType<ReturnType<typeof hub>>;

const madeBy = ({ desired }: Answer): string[] => Object.keys(desired?.resources ?? {});
const moveOf = ({ conditions }: Answer) => conditions.find(({ type }) => type === 'ActionNeeded');

describe('a new Service', () => {
  test('that waits is accepted, composes nothing and says that nobody has to act; one that exists goes on', () => {
    const service = hub();
    expect(madeBy(service('a')).length).toBeGreaterThan(0);

    const held = service('bb');
    expect(held.results).toEqual([]);
    expect(held.desired?.resources).toEqual({});
    expect(held.conditions.find(({ type }) => type === 'Accepted')?.status).toBe(2);
    expect(moveOf(held)).toMatchObject({
      reason: 'Nobody',
      message: 'Wait: others are being created, and its turn comes by itself.',
    });
    expect(held.conditions.find(({ type }) => type === 'Reconciling')?.status).toBe(2);
    expect(held.meta?.ttl?.seconds).toBeGreaterThanOrEqual(1);

    const first = service('a').desired?.resources ?? {};
    const observed = Object.fromEntries(
      Object.entries(first).map(([name, { resource }]) => [name, resourceOf(resource as unknown as KubernetesObject)]),
    );
    expect(madeBy(service('ccc', { observed }))).toEqual(expect.arrayContaining(Object.keys(first)));
  });

  test('of which Crossplane knows something goes on, although it shows nothing of it', () => {
    const service = hub();
    const made = madeBy(service('a'));

    expect(madeBy(service('bb', { refs: [{ apiVersion: 'v1', kind: 'Secret', name: 'one' }] }))).toEqual(made);
  });

  test('that waits for its Zone takes no turn, and says whose move that is', () => {
    const service = hub();
    const registry = exampleRegistry().map((object) => (object.kind === 'Zone' ? { ...object, status: {} } : object));
    for (const name of ['a', 'bb', 'ccc'])
      expect(moveOf(service(name, { registry }))).toMatchObject({ reason: 'Platform', status: 2 });

    expect(madeBy(service('dddd')).length).toBeGreaterThan(0);
  });
});
