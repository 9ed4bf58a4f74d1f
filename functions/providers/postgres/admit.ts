import { millisecondsOf } from '../../documents/duration.ts';
import { Refusal } from '../../round/refusal.ts';
import type { Component } from '../provider.ts';
import { connectionsOf } from './connections.ts';
import { choiceOf } from './generation.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/** Throws a Refusal if the database may not have these settings in this zone. */
export const admit = (component: Component<PostgresZone, PostgresService>, where: string): void => {
  const { zone, platform, settings } = component;
  const foreign = settings.extensions.filter((extension) => !platform.extensions.includes(extension));
  if (foreign.length > 0) {
    throw new Refusal({
      // Guard rail: postgres-extensions
      reason: 'ExtensionNotAllowed',
      actor: 'Squad',
      what: `extension ${foreign.join(', ')} is not allowed at ${where}`,
      next:
        platform.extensions.length > 0 ? `use only ${platform.extensions.join(', ')}` : 'remove it: none is allowed',
      path: ['postgres', 'extensions', settings.extensions.indexOf(foreign[0] as string)],
    });
  }

  const connections = connectionsOf(platform, settings);
  if (connections > platform.connections.max) {
    throw new Refusal({
      // Guard rail: postgres-connections
      reason: 'LimitExceeded',
      actor: 'Squad',
      what: `${connections} connections are too many at ${where}`,
      next: `ask for at most ${platform.connections.max}`,
      path: ['postgres', 'connections'],
    });
  }

  admitRotation(platform, settings, where);
  admitRestore(component, where);

  if (settings.onRemoval === 'Delete' && zone.environment === 'production') {
    throw new Refusal({
      reason: 'SettingInvalid',
      actor: 'Squad',
      // Guard rail: postgres-data-stays
      what: `onRemoval: Delete is not allowed at ${where} in production`,
      next: 'use onRemoval: Retain',
      path: ['postgres', 'onRemoval'],
    });
  }
};

/** Throws a Refusal if the logins may not be exchanged as often as that, or not as seldom. */
// Guard rail: postgres-logins-rotate
const admitRotation = ({ credentials }: PostgresZone, { rotation }: PostgresService, where: string): void => {
  const every = rotation?.every;
  const wrong = every === undefined ? undefined : wrongWith(every, credentials, where);
  if (wrong === undefined) return;
  const [what, next] = wrong;

  throw new Refusal({
    ...{ reason: 'SettingInvalid', actor: 'Squad', what, next, path: ['postgres', 'rotation', 'every'] },
  });
};

/** What is wrong with it and what would be right; undefined if nothing is. */
const wrongWith = (
  every: string,
  credentials: PostgresZone['credentials'],
  where: string,
): [string, string] | undefined => {
  if (credentials === undefined)
    return [
      `every: ${every} shortens nothing, because the platform rotates no logins at ${where}`,
      'remove it, or ask the platform for credentials.rotateEvery there',
    ];
  const { rotateEvery, overlap } = credentials;
  if (millisecondsOf(every) > millisecondsOf(rotateEvery))
    return [`every: ${every} is longer than the platform allows at ${where}`, `ask for at most ${rotateEvery}`];

  return millisecondsOf(every) < millisecondsOf(overlap)
    ? [
        `every: ${every} is shorter than the ${overlap} for which an old login works on at ${where}`,
        `ask for at least ${overlap}`,
      ]
    : undefined;
};

/** Throws a Refusal if the database may not begin with a backup here. What was restored asks for nothing any more. */
const admitRestore = (component: Component<PostgresZone, PostgresService>, where: string): void => {
  const { restore, onRemoval } = component.settings;
  const { backups } = component.platform;
  if (restore === undefined) return;
  const { isThere } = choiceOf(component);
  const wrong = (what: string, next: string) =>
    new Refusal({ ...{ reason: 'SettingInvalid', actor: 'Squad', what, next, path: ['postgres', 'restore'] } });
  if (backups === undefined && !isThere)
    throw wrong(
      `nothing can be restored at ${where}, because Squadkit makes no backups there`,
      'ask the platform for backups with drill there, or what its own backups hold',
    );
  if (backups?.drill === undefined && !isThere)
    throw wrong(
      `nothing can be restored at ${where}, because nobody there may read the backups`,
      'ask the platform for backups.drill there',
    );
  if (onRemoval === 'Delete')
    throw wrong(
      `restore and onRemoval: Delete exclude each other at ${where}: what was restored is never deleted`,
      'use onRemoval: Retain',
    );
};
