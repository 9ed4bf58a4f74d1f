import { timestampOf } from '../../objects/time.ts';
import { listed } from '../../words/listed.ts';
import { bindingName } from '../binding.ts';
import type { Component, ComponentStatus } from '../provider.ts';
import {
  decisionsOf,
  generationInForce,
  isRotating,
  kindsOf,
  type LoginKind,
  loginKinds,
  roleNameOf,
  sessionsOf,
} from './logins.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;

/** Milliseconds until somebody looks again whether the sessions that an old login waits for have ended. */
const betweenLooks = 30_000;

/** Old logins with when each ends at the latest; of one that ends as soon as the next lies everywhere that is 0. */
const endingOf = (component: PostgresComponent) =>
  kindsOf(component.settings).flatMap((kind) =>
    decisionsOf(component)[kind].decision.ending.map((ending) => ({
      ...ending,
      kind,
      name: roleNameOf(component, kind, ending.generation),
      sessions: sessionsOf(component, kind, ending.generation),
    })),
  );

/** What the status of a component says of its logins; nothing where they are never exchanged. */
export const rotationStatus = (component: PostgresComponent): ComponentStatus => {
  if (!isRotating(component)) return {};
  const kinds = kindsOf(component.settings);
  const due = kinds.flatMap((kind) => decisionsOf(component)[kind].decision.due ?? []);
  const ending = endingOf(component).filter(({ atMost }) => atMost > 0);

  return {
    logins: kinds.map((kind: LoginKind) => roleNameOf(component, kind, generationInForce(component, kind))),
    ...(due.length > 0 && { nextRotation: timestampOf(Math.min(...due)) }),
    ...(ending.length > 0 && {
      endingLogins: ending.map(({ name, atMost }) => `${name} at the latest ${timestampOf(atMost)}`),
    }),
  };
};

/**
 * Whether an exchange is between two of its steps. Each step is read off what the one before has made, and Crossplane may
 * lose the event of it.
 */
export const isExchanging = (component: PostgresComponent): boolean =>
  component.round !== undefined &&
  isRotating(component) &&
  kindsOf(component.settings).some((kind) => {
    const { decision, seen } = decisionsOf(component)[kind];
    const isAsWanted = decision.logins.every(({ generation, arrived }) =>
      seen.logins.some((login) => login.generation === generation && login.arrived === arrived),
    );

    return (
      decision.bound !== seen.bound || !seen.isReceived || !isAsWanted || decision.logins.length !== seen.logins.length
    );
  });

/** When something of the logins changes by time alone, or is to be looked at again. */
export const rotationWakes = (component: PostgresComponent): number | undefined => {
  if (component.round === undefined) return undefined;
  const { now } = component.round;
  const moments = kindsOf(component.settings).flatMap((kind) => decisionsOf(component)[kind].decision.next ?? []);
  const isWaiting = endingOf(component).some(({ isWaitedFor }) => isWaitedFor);
  const looks = isWaiting ? [now + betweenLooks] : [];

  return moments.length + looks.length === 0 ? undefined : Math.min(...moments, ...looks);
};

/** Roles that somebody else has made under the name of a login to come. */
const strangersOf = (component: PostgresComponent): string[] =>
  kindsOf(component.settings).flatMap((kind) =>
    decisionsOf(component)[kind].strangers.map((generation) => roleNameOf(component, kind, generation)),
  );

/**
 * What the squad has to do, so that an old login may end. It is said only where a janitor has counted that it is used: nobody
 * else knows.
 */
export const endingMove = (component: PostgresComponent): { actor: 'Squad'; next: string } | undefined => {
  const [used] = endingOf(component).filter(({ sessions = 0, atMost }) => sessions > 0 && atMost > 0);
  if (used === undefined) return undefined;
  const { name, kind, sessions, atMost } = used;
  const secret = bindingName(component.component, loginKinds[kind].secret);

  return {
    actor: 'Squad',
    next: `${sessions === 1 ? '1 session still uses' : `${sessions} sessions still use`} login ${name}: restart what uses Secret ${secret} before ${timestampOf(atMost)}`,
  };
};

/** What the platform has to do, where somebody else takes the names of logins. */
export const strangersMove = (component: PostgresComponent): { actor: 'Platform'; next: string } | undefined => {
  const strangers = strangersOf(component);
  if (strangers.length === 0) return undefined;

  return {
    actor: 'Platform',
    next: `somebody else made ${listed(strangers, 3)}, so the next login has another name: find out who has a right to create roles there, and say DROP ROLE ${strangers[0]}`,
  };
};
