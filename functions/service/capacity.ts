import { conditionOf, type KubernetesObject } from '../objects/resource.ts';
import { providerOf } from '../providers/index.ts';
import type { Requirements } from '../round/answer.ts';
import { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import type { Squad } from '../squad/read.ts';
import { readZone, type Zone } from '../zone/read.ts';
import { readService } from './read.ts';
import { type Registered, resolve, serviceRequirements } from './resolve.ts';
import type { Service } from './schema.ts';

/**
 * What a server has only so much of is promised once, whatever happens at the same time.
 *
 * What a Service was promised is in its status. To get more it looks at every Service: at what they were promised, and
 * at what they may be about to get. Where all of it fits, it is accepted at once. Where it may not, it first says in its
 * condition that it reserves, and decides when it sees this itself: of two that do so at the same time at least one sees
 * the other, because both read in one order what the API server has stored.
 */

/** What a component takes of something that its server has only so much of. */
export interface Take {
  zone: string;
  component: string;
  /** Under which a status and a Squad's limits name it. */
  key: string;
  /** In words: `connections`. */
  what: string;
  amount: number;
  /** The same for everything that shares it: of the server, and of the squad. */
  pools: { server: string; squad: string };
  /** How much the server has, if the platform said so. */
  total: number | undefined;
}

/** What a Service takes, by component; those that are not registered, or of another provider, are left to `admit`. */
export const takesOf = (service: Service, zones: ReadonlyMap<string, Zone>): Take[] =>
  service.zones.flatMap(({ name: zone, components }) =>
    components.flatMap(({ name, provider, settings }) => {
      const registered = registeredAs(zones.get(zone), name);
      const shared = providerOf(provider).shared;
      if (registered?.provider !== provider || shared === undefined) return [];

      return [
        {
          zone,
          component: name,
          key: shared.key,
          what: shared.what,
          amount: shared.taken(registered.settings, settings),
          pools: poolsOf(service.namespace, registered, shared.key),
          total: shared.total(registered.settings),
        },
      ];
    }),
  );

type RegisteredComponent = Zone['components'][number];

const registeredAs = (zone: Zone | undefined, name: string): RegisteredComponent | undefined =>
  zone?.components.find((component) => component.name === name);

const poolsOf = (squad: string, { provider, settings }: RegisteredComponent, key: string): Take['pools'] => ({
  server: `server ${provider} ${providerOf(provider).target(settings)}`,
  squad: `squad ${squad} ${key}`,
});

/** A limit that a Service must stay within. */
export interface Limit {
  pool: string;
  /** In words: "spike in zone frontier". */
  owner: string;
  what: string;
  total: number;
}

/** Every limit that counts for what a Service takes, once. */
export const limitsOf = (takes: Take[], squad: Squad): Limit[] => {
  const limits = takes.flatMap(({ zone, component, key, what, pools, total }): Limit[] => {
    const most = squad.limits[key];

    return [
      ...(total === undefined ? [] : [{ pool: pools.server, owner: `${component} in zone ${zone}`, what, total }]),
      ...(most === undefined ? [] : [{ pool: pools.squad, owner: `squad ${squad.name}`, what, total: most }]),
    ];
  });

  return [...new Map(limits.map((limit) => [limit.pool, limit])).values()];
};

/** Amounts by pool. */
export type Amounts = Map<string, number>;

/** What is taken of each pool, of the server's and of the squad's. */
export const sumOf = (takes: { pools: Take['pools']; amount: number }[]): Amounts => {
  const amounts: Amounts = new Map();
  for (const { pools, amount } of takes) {
    for (const pool of [pools.server, pools.squad]) amounts.set(pool, (amounts.get(pool) ?? 0) + amount);
  }

  return amounts;
};

/** What a component was promised, as its Service's status says; 0 if nothing. */
const promisedTo = (
  { status }: KubernetesObject,
  { zone, component, key }: Pick<Take, 'zone' | 'component' | 'key'>,
) => {
  const amount = named(named(status?.zones, zone)?.components, component)?.[key];

  return typeof amount === 'number' ? amount : 0;
};

const named = (list: unknown, name: string): Record<string, unknown> | undefined =>
  entriesOf(list).find((entry) => entry.name === name);

const entriesOf = (list: unknown): Record<string, unknown>[] =>
  Array.isArray(list) ? list.filter((entry) => typeof entry === 'object' && entry !== null) : [];

/**
 * Every Service and every Zone, if the Service asks for more of anything limited than it was promised; nothing before its
 * Squad and its own Zones are known, and nothing if it has what it asks for.
 */
export const capacityRequirements = (service: Service, request: Request): Requirements => {
  const isKnown = Object.keys(serviceRequirements(service)).every((key) => request.required[key]?.length);
  const registered = isKnown ? unlessRefused(() => resolve(service, request)) : undefined;
  if (registered === undefined || !asksForMore(request.composite, service, registered)) return {};

  return {
    services: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', matchLabels: { labels: {} } },
    zones: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', matchLabels: { labels: {} } },
  };
};

const asksForMore = (composite: KubernetesObject, service: Service, { squad, zones }: Registered): boolean => {
  const takes = takesOf(service, zones);

  return limitsOf(takes, squad).length > 0 && takes.some((take) => take.amount > promisedTo(composite, take));
};

/**
 * Keeps every server's total, and every squad's, from being promised twice. A Service that asks for no more than it was
 * promised is never refused here.
 *
 * @throws Refusal `LimitExceeded` if it does not fit, `Reserving` if it has to wait a moment to be sure.
 */
export const admitCapacity = (service: Service, registered: Registered, request: Request): void => {
  const { composite, required } = request;
  if (!asksForMore(composite, service, registered)) return;

  const takes = takesOf(service, registered.zones);
  const own = sumOf(takes);
  const limits = limitsOf(takes, registered.squad);
  const others = othersOf(composite, required);
  const certain = sumOf(others.map((take) => ({ ...take, amount: take.certain })));
  const most = sumOf(others.map((take) => ({ ...take, amount: take.most })));
  const exceeded = (held: Amounts) =>
    limits.find(({ pool, total }) => (held.get(pool) ?? 0) + (own.get(pool) ?? 0) > total);

  const decision = decisionOf(composite);
  // Nobody who was refused may take this way: the others do not think about it any more.
  const contested = exceeded(most);
  if (decision !== 'refused' && contested === undefined) return;
  const limit = exceeded(certain);
  if (limit !== undefined) {
    throw exceeds(limit, limit.total - (certain.get(limit.pool) ?? 0), own.get(limit.pool) ?? 0);
  }
  if (decision !== 'reserving') throw reserves(contested ?? (limits[0] as Limit));
};

/** The sentence with which the cluster and a plan refuse what does not fit. `left` may be below zero. */
export const exceeds = ({ owner, what, total }: Limit, left: number, asked: number): Refusal =>
  new Refusal({
    reason: 'LimitExceeded',
    actor: 'Squad',
    what: `${owner} has ${Math.max(left, 0)} of ${total} ${what} left, not ${asked}`,
    next: `ask for fewer ${what}, or ask the platform for more`,
    // Others leave without an event for this one.
    seconds: 30,
  });

const reserves = ({ owner, what }: Limit): Refusal =>
  new Refusal({
    reason: 'Reserving',
    actor: 'Nobody',
    what: `${what} of ${owner} are being reserved`,
    next: 'wait a moment',
    seconds: 1,
  });

/** How the last round of a Service ended, as far as others must think of what it asks for. */
const decisionOf = (composite: KubernetesObject): 'open' | 'reserving' | 'refused' => {
  const accepted = conditionOf(composite, 'Accepted');
  if (accepted?.status !== 'False') return 'open';

  return accepted.reason === 'Reserving' ? 'reserving' : 'refused';
};

/** What other Services hold: what counts for certain, and what it may be at the very most. */
const othersOf = (composite: KubernetesObject, required: Request['required']) => {
  const zones = zonesByName(required.zones ?? []);
  const isSame = ({ metadata }: KubernetesObject): boolean =>
    metadata?.name === composite.metadata?.name && metadata?.namespace === composite.metadata?.namespace;

  return (required.services ?? [])
    .filter((other) => !isSame(other))
    .flatMap((other) => {
      const isUndecided = decisionOf(other) !== 'refused';
      const asked = takesOfObject(other, zones);
      const isAsked = (left: { zone: string; component: string }) =>
        asked.some(({ zone, component }) => zone === left.zone && component === left.component);

      return [
        ...asked.map((take) => {
          const [had, wanted] = [promisedTo(other, take), take.amount];
          const more = Math.max(had, wanted);
          return { pools: take.pools, certain: isUndecided ? more : had, most: more };
        }),
        ...leftOf(other, zones)
          .filter((left) => !isAsked(left))
          .map(({ pools, had }) => ({ pools, certain: had, most: had })),
      ];
    });
};

/** Zones by name; malformed ones are left out. */
export const zonesByName = (objects: KubernetesObject[]): Map<string, Zone> =>
  new Map(
    objects.flatMap((object) => {
      const zone = unlessRefused(() => readZone(object));
      return zone === undefined ? [] : [[zone.name, zone] as const];
    }),
  );

const takesOfObject = (composite: KubernetesObject, zones: ReadonlyMap<string, Zone>): Take[] => {
  const service = unlessRefused(() => readService({ composite }));

  return service === undefined ? [] : takesOf(service, zones);
};

/** What `read` gives, or nothing if it refuses: what is malformed is refused in its own round. */
export const unlessRefused = <Result>(read: () => Result): Result | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

/** What a Service was promised by its status, whether it still asks for it or not: it has it until its next round. */
const leftOf = ({ metadata, status }: KubernetesObject, zones: ReadonlyMap<string, Zone>) =>
  entriesOf(status?.zones).flatMap(({ name: zone, components }) =>
    entriesOf(components).flatMap((component) => {
      const registered = registeredAs(zones.get(String(zone)), String(component.name));
      const key = registered && providerOf(registered.provider).shared?.key;
      const had = key === undefined ? undefined : component[key];
      if (registered === undefined || key === undefined || typeof had !== 'number') return [];
      const pools = poolsOf(metadata?.namespace ?? '', registered, key);

      return [{ zone: String(zone), component: String(component.name), pools, had }];
    }),
  );
