import type { Component } from '../provider.ts';
import { connectionsOf, limits } from './connections.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/**
 * What of the settings the platform allows now: no more connections than the zone has for one Service, and than were
 * promised. What was made for production is never managed with the right to delete. An extension that is not allowed any
 * more stays: data may need it, and what is not there is not made.
 *
 * @param promised connections of all logins together; undefined if nobody knows
 */
export const narrow = (
  { zone, platform, settings }: Component<PostgresZone, PostgresService>,
  promised: number | undefined,
): PostgresService => {
  const fits = (connections: number): boolean =>
    promised === undefined || limits.logins(connections, settings.readers) <= promised;
  let connections = Math.min(connectionsOf(platform, settings), platform.connections.max);
  while (connections > 1 && !fits(connections)) connections -= 1;

  return {
    ...settings,
    connections,
    onRemoval: zone.environment === 'production' ? 'Retain' : settings.onRemoval,
  };
};
