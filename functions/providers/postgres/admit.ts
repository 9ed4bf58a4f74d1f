import { Refusal } from '../../round/refusal.ts';
import type { Component } from '../provider.ts';
import { connectionsOf } from './connections.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/** Throws a Refusal if the database may not have these settings in this zone. */
export const admit = ({ zone, platform, settings }: Component<PostgresZone, PostgresService>, where: string): void => {
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
