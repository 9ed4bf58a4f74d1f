import { Refusal } from '../../round/refusal.ts';
import type { Component } from '../provider.ts';
import { connectionsOf } from './connections.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/** Throws a Refusal if the database may not have these settings in this zone. */
export const admit = ({ zone, platform, settings }: Component<PostgresZone, PostgresService>, path: string): void => {
  const foreign = settings.extensions.filter((extension) => !platform.extensions.includes(extension));
  if (foreign.length > 0) {
    throw new Refusal({
      // Guard rail: postgres-extensions
      reason: 'ExtensionNotAllowed',
      actor: 'Squad',
      what: `extension ${foreign.join(', ')} is not allowed at ${path}`,
      next:
        platform.extensions.length > 0 ? `use only ${platform.extensions.join(', ')}` : 'remove it: none is allowed',
    });
  }

  const connections = connectionsOf(platform, settings);
  if (connections > platform.connections.max) {
    throw new Refusal({
      // Guard rail: postgres-connections
      reason: 'LimitExceeded',
      actor: 'Squad',
      what: `${connections} connections are too many at ${path}`,
      next: `ask for at most ${platform.connections.max}`,
    });
  }

  if (settings.onRemoval === 'Delete' && zone.environment === 'production') {
    throw new Refusal({
      reason: 'SettingInvalid',
      actor: 'Squad',
      // Guard rail: postgres-data-stays
      what: `onRemoval: Delete is not allowed at ${path} in production`,
      next: 'use onRemoval: Retain',
    });
  }
};
