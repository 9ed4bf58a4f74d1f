import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { Refusal } from '../../../functions/round/refusal.ts';
import { admitCapacity, capacityRequirements } from '../../../functions/service/capacity.ts';
import { readService } from '../../../functions/service/read.ts';
import { resolve } from '../../../functions/service/resolve.ts';
import { takesOf } from '../../../functions/service/takes.ts';
import { cases } from '../../support/cases.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { requestFor } from '../../support/request.ts';

const total = 100;

interface RegisteredComponent {
  postgres?: object;
}

/** A Zone with other connections on its database servers. */
const withConnections = (zone: KubernetesObject, connections: object): KubernetesObject => {
  const components = (zone.spec as { components: RegisteredComponent[] }).components.map((component) =>
    component.postgres ? { ...component, postgres: { ...component.postgres, connections } } : component,
  );

  return { ...zone, spec: { ...zone.spec, components } };
};

/** The example's platform, with 100 connections on spike for everybody and 60 for squad galaxy. */
const platform = exampleRegistry()
  .filter(({ kind }) => kind !== 'Service')
  .map((object): KubernetesObject => {
    if (object.kind === 'Squad') {
      const limits = { services: 20, ...(object.metadata?.name === 'galaxy' && { connections: 60 }) };
      return { ...object, spec: { ...object.spec, limits } };
    }
    return withConnections(object, { total, max: 1000 });
  });

interface Given {
  squad?: string;
  name: string;
  /** Connections of the application; its migrator has three more. */
  asks: number;
  promised?: number;
  /** The condition `Accepted` of its last round: its status, or the reason for which it was refused. */
  accepted?: 'True' | 'LimitExceeded' | 'Reserving' | 'ZoneNotAllowed' | 'NameTaken' | 'DataGone';
}

const serviceOf = ({ squad = 'quasar', name, asks, promised, accepted }: Given): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name, namespace: squad },
  spec: {
    zones: [
      { name: 'frontier', components: [{ name: 'spike', provider: 'postgres', postgres: { connections: asks } }] },
    ],
  },
  status: {
    ...(promised !== undefined && {
      zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres', connections: promised }] }],
    }),
    ...(accepted !== undefined && {
      conditions: [
        accepted === 'True'
          ? { type: 'Accepted', status: 'True', reason: 'Accepted' }
          : { type: 'Accepted', status: 'False', reason: accepted },
      ],
    }),
  },
});

/** What a round of a Service says among others: `accepted`, or the refusal's reason and message. */
const roundOf = (own: Given, others: Given[]): string => {
  const composite = serviceOf(own);
  const { results } = compose(requestFor(composite, {}, [...platform, composite, ...others.map(serviceOf)]));

  return results[0] ? `${results[0].reason}: ${results[0].message}` : 'accepted';
};

describe('a Service among others on the same server', () => {
  const rounds: { name: string; own: Given; others: Given[]; want: string }[] = [
    {
      name: 'is accepted at once where everything that anybody may get fits',
      own: { name: 'a', asks: 40 },
      others: [{ name: 'b', asks: 47, accepted: 'LimitExceeded' }],
      want: 'accepted',
    },
    {
      name: 'reserves first where it fits only if others are refused again',
      own: { name: 'a', asks: 40 },
      others: [{ name: 'b', asks: 90, accepted: 'ZoneNotAllowed' }],
      want: 'Reserving: connections of spike in zone frontier are being reserved. Nobody: wait a moment.',
    },
    {
      name: 'is accepted when it sees its own reservation, and nobody else is before it',
      own: { name: 'a', asks: 40, accepted: 'Reserving' },
      others: [{ name: 'b', asks: 90, accepted: 'ZoneNotAllowed' }],
      want: 'accepted',
    },
    {
      name: 'gives way to another that reserves too',
      own: { name: 'a', asks: 40, accepted: 'Reserving' },
      others: [{ name: 'b', asks: 90, accepted: 'Reserving' }],
      want: 'LimitExceeded: spike in zone frontier has 7 of 100 connections left, not 43. Squad: ask for fewer connections, or ask the platform for more.',
    },
    ...(['NameTaken', 'DataGone'] as const).flatMap((accepted) => [
      {
        name: `reserves nothing again after ${accepted}, which comes when all that is shared was given`,
        own: { name: 'a', asks: 40, accepted },
        others: [{ name: 'b', asks: 90, accepted: 'LimitExceeded' as const }],
        want: 'accepted',
      },
      {
        name: `counts one that waits for the end of ${accepted}`,
        own: { name: 'a', asks: 40 },
        others: [{ name: 'b', asks: 90, accepted }],
        want: 'LimitExceeded: spike in zone frontier has 7 of 100 connections left, not 43. Squad: ask for fewer connections, or ask the platform for more.',
      },
    ]),
    {
      name: 'counts one of which nobody has decided yet',
      own: { name: 'a', asks: 40 },
      others: [{ name: 'b', asks: 90 }],
      want: 'LimitExceeded: spike in zone frontier has 7 of 100 connections left, not 43. Squad: ask for fewer connections, or ask the platform for more.',
    },
    {
      name: 'counts what was promised, also to one that asks for less by now',
      own: { name: 'a', asks: 40 },
      others: [{ name: 'b', asks: 10, promised: 93, accepted: 'True' }],
      want: 'LimitExceeded: spike in zone frontier has 7 of 100 connections left, not 43. Squad: ask for fewer connections, or ask the platform for more.',
    },
    {
      name: 'keeps what it was promised, whatever the others have',
      own: { name: 'a', asks: 40, promised: 43, accepted: 'True' },
      others: [{ name: 'b', asks: 90, promised: 93, accepted: 'True' }],
      want: 'accepted',
    },
    {
      name: 'may ask for less at any time',
      own: { name: 'a', asks: 10, promised: 43, accepted: 'True' },
      others: [{ name: 'b', asks: 90, promised: 93, accepted: 'True' }],
      want: 'accepted',
    },
    {
      name: 'gets no more than fits',
      own: { name: 'a', asks: 50, promised: 43, accepted: 'True' },
      others: [{ name: 'b', asks: 52, promised: 55, accepted: 'True' }],
      want: 'LimitExceeded: spike in zone frontier has 45 of 100 connections left, not 53. Squad: ask for fewer connections, or ask the platform for more.',
    },
    {
      name: 'shares the limit of its squad, on whichever server',
      own: { squad: 'galaxy', name: 'a', asks: 40 },
      others: [{ squad: 'galaxy', name: 'b', asks: 20, promised: 23, accepted: 'True' }],
      want: 'LimitExceeded: squad galaxy has 37 of 60 connections left, not 43. Squad: ask for fewer connections, or ask the platform for more.',
    },
    {
      name: 'does not share the limit of another squad',
      own: { squad: 'galaxy', name: 'a', asks: 40 },
      others: [{ name: 'b', asks: 20, promised: 23, accepted: 'True' }],
      want: 'accepted',
    },
  ];
  test.each(rounds)('$name', ({ own, others, want }) => expect(roundOf(own, others)).toBe(want));

  test.each(['constructor', 'prairie'])('is not disturbed by one that names a zone %s', (zone) => {
    const own = serviceOf({ name: 'a', asks: 40 });
    const other = serviceOf({ squad: 'galaxy', name: 'b', asks: 40, promised: 43 });
    const odd = JSON.parse(JSON.stringify(other).replaceAll('frontier', zone)) as KubernetesObject;
    const { results } = compose(requestFor(own, {}, [...platform, own, odd]));

    expect(results).toEqual([]);
  });

  test('has its promise in its status', () => {
    const { desired } = compose(requestFor(serviceOf({ name: 'a', asks: 40 }), {}, platform));

    expect(desired?.composite?.resource?.status.zones[0].components[0]).toMatchObject({ connections: 43 });
  });

  test('looks at the others only to get more', () => {
    const asked = (own: Given) =>
      Object.keys(compose(requestFor(serviceOf(own), {}, platform)).requirements?.resources ?? {}).sort();

    expect(asked({ name: 'a', asks: 40 })).toEqual(['services', 'squad', 'zone.frontier', 'zones']);
    expect(asked({ name: 'a', asks: 40, promised: 43, accepted: 'True' })).toEqual(['squad', 'zone.frontier']);
  });

  test('asks nobody where nothing is limited', () => {
    const { requirements } = compose(requestFor(example('Service', 'billing'), {}, unlimited));

    expect(Object.keys(requirements?.resources ?? {}).sort()).toEqual(['squad', 'zone.frontier']);
  });
});

const unlimited = exampleRegistry().map((object) => {
  if (object.kind !== 'Zone') return object;
  return withConnections(object, {});
});

/**
 * Crossplane with several Services in the works at once. A round reads what the API server had stored at some moment: not
 * before what any earlier round read, nor before the Service's own last word. It writes later, and others go on meanwhile.
 * One thing is left out: an edit during a round of the same Service. Until the round that the edit causes, it may then
 * have what it asked for before.
 */
class Model {
  readonly #history: Map<string, KubernetesObject>[] = [new Map()];
  readonly #running = new Map<string, { accepted: number; finish: () => void }>();
  readonly #ownLast = new Map<string, number>();
  #read = 0;

  get #now(): Map<string, KubernetesObject> {
    return this.#history.at(-1) as Map<string, KubernetesObject>;
  }

  #store(change: (next: Map<string, KubernetesObject>) => void): void {
    const next = new Map(this.#now);
    change(next);
    this.#history.push(next);
  }

  edit(name: string, asks: number): void {
    if (this.#running.has(name)) return;
    const { status } = this.#now.get(name) ?? {};
    this.#store((next) => next.set(name, { ...serviceOf({ name, asks }), ...(status && { status }) }));
    this.#ownLast.set(name, this.#history.length - 1);
  }

  /** Crossplane removes it in a round of its own, after which it does not come back by an older view. */
  remove(name: string): void {
    if (this.#running.has(name)) return;
    this.#store((next) => next.delete(name));
    this.#ownLast.set(name, this.#history.length - 1);
  }

  begin(name: string, delay: number): void {
    const latest = this.#history.length - 1;
    const earliest = Math.max(this.#read, this.#ownLast.get(name) ?? 0);
    this.#read = Math.max(earliest, latest - delay);
    const view = this.#history[this.#read] as Map<string, KubernetesObject>;
    const composite = view.get(name);
    if (composite === undefined || this.#running.has(name)) return;

    const { amount, refusal } = decide(composite, [...view.values()]);
    const write = () => {
      this.#running.delete(name);
      const current = this.#now.get(name);
      if (current === undefined) return;
      this.#store((next) => next.set(name, { ...current, status: statusAfter(current, amount, refusal) }));
      this.#ownLast.set(name, this.#history.length - 1);
    };
    this.#running.set(name, { accepted: amount ?? 0, finish: write });
  }

  finish(name: string): void {
    this.#running.get(name)?.finish();
  }

  /** What the server has promised: by what is stored, or by what a round that goes on has decided. */
  promised(): number {
    return [...new Set([...this.#now.keys(), ...this.#running.keys()])].reduce((sum, name) => {
      const components = (this.#now.get(name)?.status?.zones as { components: { connections: number }[] }[])?.[0];
      return sum + Math.max(components?.components[0]?.connections ?? 0, this.#running.get(name)?.accepted ?? 0);
    }, 0);
  }
}

/** A round as the function decides it: what is promised then, or why nothing new is. */
const decide = (composite: KubernetesObject, services: KubernetesObject[]) => {
  const objects = platform.filter(({ kind }) => kind === 'Zone');
  const [squad] = platform.filter(({ kind, metadata }) => kind === 'Squad' && metadata?.name === 'quasar');
  const zone = objects.filter(({ metadata }) => metadata?.name === 'frontier');
  const request = {
    hub: 'main',
    composite,
    observed: {},
    required: { squad: squad ? [squad] : [], 'zone.frontier': zone },
  };
  const service = readService({ composite });
  const resolved = resolve(service, request);
  const isAsked = Object.keys(capacityRequirements(service, request)).length > 0;
  const required = { ...request.required, ...(isAsked && { services, zones: objects }) };
  try {
    admitCapacity(resolved, { ...request, required });

    return { amount: takesOf(service.namespace, resolved.zones)[0]?.amount, refusal: undefined };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { amount: undefined, refusal: error };
  }
};

const statusAfter = ({ status }: KubernetesObject, amount: number | undefined, refusal: Refusal | undefined) => ({
  ...status,
  ...(amount !== undefined && {
    zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres', connections: amount }] }],
  }),
  conditions: [
    refusal === undefined
      ? { type: 'Accepted', status: 'True', reason: 'Accepted' }
      : { type: 'Accepted', status: 'False', reason: refusal.reason },
  ],
});

const names = ['a', 'b', 'c', 'd'];
const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      name: fc.constantFrom(...names),
      asks: fc.integer({ min: 1, max: 97 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('begin' as const),
      name: fc.constantFrom(...names),
      delay: fc.nat({ max: 4 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('finish' as const), name: fc.constantFrom(...names) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), name: fc.constantFrom(...names) }) },
);

test('whatever happens at the same time, a server promises no more than it has', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      const model = new Model();
      for (const next of steps) {
        if (next.do === 'edit') model.edit(next.name, next.asks);
        if (next.do === 'begin') model.begin(next.name, next.delay);
        if (next.do === 'finish') model.finish(next.name);
        if (next.do === 'remove') model.remove(next.name);
        expect(model.promised()).toBeLessThanOrEqual(total);
      }
    }),
    { numRuns: cases },
  );
});

/** A document of somebody else: a Service with names of any kind, or any JSON where it has its spec and its status. */
const odd = (() => {
  const name = fc.constantFrom('frontier', 'meadow', 'spike', 'aqua', 'constructor', 'prairie');
  const anything = fc.jsonValue({ maxDepth: 2 });
  const component = fc.oneof(
    { weight: 5, arbitrary: fc.record({ name, provider: fc.constantFrom('postgres', 'kubernetes') }) },
    fc.record({ name, provider: fc.constant('postgres'), postgres: anything, connections: anything }),
    anything,
  );
  const zone = fc.oneof(
    { weight: 5, arbitrary: fc.record({ name, components: fc.array(component, { minLength: 1, maxLength: 2 }) }) },
    anything,
  );
  const part = fc.oneof(
    { weight: 5, arbitrary: fc.record({ zones: fc.array(zone, { minLength: 1, maxLength: 2 }) }) },
    anything,
  );
  const metadata = fc.record({ name: fc.constantFrom('b', 'Not a name'), namespace: fc.constantFrom('galaxy', '-') });

  return fc.record({ metadata, spec: part, status: part }, { requiredKeys: ['metadata'] });
})();

test('nothing that others write into their documents is in the way of one that fits', () => {
  const own = serviceOf({ name: 'a', asks: 10 });
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 3 }), (others) => {
      const objects = others.map((other) => ({ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', ...other }));
      const request = requestFor(own, {}, [...platform, own, ...(objects as KubernetesObject[])]);
      const { results } = compose(request);

      // What is promised by a status counts, whoever wrote it.
      expect(['LimitExceeded', undefined]).toContain(results[0]?.reason);
    }),
    { numRuns: cases },
  );
});

test('alone, everybody who fits gets what they ask for in two rounds', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }), (asks) => {
      const model = new Model();
      let fitting = 0;
      for (const [index, asked] of asks.entries()) {
        const name = names[index] as string;
        model.edit(name, asked);
        for (let round = 0; round < 2; round += 1) {
          model.begin(name, 0);
          model.finish(name);
        }
        if (fitting + asked + 3 <= total) fitting += asked + 3;
        expect(model.promised()).toBe(fitting);
      }
    }),
    { numRuns: cases },
  );
});
