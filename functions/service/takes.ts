import { providerOf } from '../providers/index.ts';
import { type Path, Refusal } from '../round/refusal.ts';
import type { Squad } from '../squad/read.ts';
import type { RegisteredComponent } from '../zone/read.ts';
import type { ResolvedZone } from './resolve.ts';

/** What a component takes of something that its server has only so much of. */
export interface Take {
  zone: string;
  component: string;
  /** Under which a Service asks for it, and a status and a Squad's limits name it. */
  key: string;
  /** In words: `connections`. */
  what: string;
  amount: number;
  /** Where the Service asks for it. */
  path: Path;
  /** The same for everything that shares it: of the server, and of the squad. */
  pools: { server: string; squad: string };
  /** How much the server has, if the platform said so. */
  total: number | undefined;
}

/** What a Service takes, by component; those that are not registered, or of another provider, are left to `admit`. */
export const takesOf = (squad: string, zones: ResolvedZone[]): Take[] =>
  zones.flatMap(({ zone, components }) =>
    components.flatMap(({ requested: { name, provider, settings }, registered, path }): Take[] => {
      const shared = providerOf(provider).shared;
      if (registered?.provider !== provider || shared === undefined) return [];

      return [
        {
          zone: zone.name,
          component: name,
          key: shared.key,
          what: shared.what,
          amount: shared.taken(registered.settings, settings),
          path: [...path, provider, shared.key],
          pools: poolsOf(squad, registered, shared.key),
          total: shared.total(registered.settings),
        },
      ];
    }),
  );

/** What a component takes from: its server's, and its squad's. */
export const poolsOf = (squad: string, { provider, settings }: RegisteredComponent, key: string): Take['pools'] => ({
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

/** What a Service takes of one pool: how much, and where it asks for the most of it. */
export const askedOf = (pool: string, takes: Take[]): { amount: number; path: Path } => {
  const asked = takes.filter(({ pools }) => pools.server === pool || pools.squad === pool);
  const most = asked.reduce<Take | undefined>(
    (before, take) => (before === undefined || take.amount > before.amount ? take : before),
    undefined,
  );

  return { amount: asked.reduce((sum, take) => sum + take.amount, 0), path: most?.path ?? ['spec'] };
};

/** The sentence with which the cluster and a plan refuse what does not fit. `left` may be below zero. */
export const exceeds = ({ pool, owner, what, total }: Limit, left: number, takes: Take[]): Refusal => {
  const { amount, path } = askedOf(pool, takes);

  return new Refusal({
    reason: 'LimitExceeded',
    actor: 'Squad',
    what: `${owner} has ${Math.max(left, 0)} of ${total} ${what} left, not ${amount}`,
    next: `ask for fewer ${what}, or ask the platform for more`,
    path,
    // Others leave without an event for this one.
    seconds: 30,
  });
};
