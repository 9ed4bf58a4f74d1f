import { mostLogins } from './rotation.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/** Connections of the application: what the squad asks for, or the zone's default. */
export const connectionsOf = (platform: PostgresZone, settings: PostgresService): number =>
  settings.connections ?? platform.connections.default;

/** How much a login may hold, by what it is for. */
// Guard rail: postgres-connections
export const limits = {
  /** A migration tool and a person beside it. */
  migrator: 3,
  /** One session holds the moment of a backup, and pg_dump reads it; a third while one that was cut off is noticed. */
  backup: 3,
  /** All logins in force of a service together: the application, whoever only reads, and the migrator. */
  logins: (connections: number, readers: boolean): number => connections * (readers ? 2 : 1) + limits.migrator,
  /**
   * A database's limit counts everybody but superusers, so it has room for each login and for the administrator:
   * provider-sql opens up to five sessions for each of its six controllers, few of them on one database. While logins are
   * exchanged a pool of the old one lives beside that of the new one, and what an ended login has open is not closed.
   */
  database: (connections: number, readers: boolean, isBackedUp: boolean): number =>
    mostLogins * limits.logins(connections, readers) + (isBackedUp ? limits.backup : 0) + 10,
};
