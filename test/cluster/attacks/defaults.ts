import type { Attack } from './attack.ts';
import { statements } from './statement.ts';
import { logins } from './world.ts';

/**
 * What PostgreSQL lets every login do, whoever made it: these are defaults of ours or rights of theirs, and must not be
 * taken for guard rails. What counts beside them: the limits of connections, and that memberships end with the Service.
 */
export const defaults: Attack[] = [
  ...statements('the app of galaxy/moon', logins.app, [
    ['let its own statements run longer', 'SET statement_timeout = 0'],
    [
      'let all its sessions run longer, until the provider looks again',
      'ALTER ROLE SESSION_USER SET statement_timeout = 0',
    ],
    ['change its own password, and so lock itself out', "ALTER ROLE SESSION_USER PASSWORD 'mine'"],
    ['keep a large object, which belongs to the login', 'SELECT lo_create(0)'],
    ['see the names of databases and roles', 'SELECT datname FROM pg_database; SELECT rolname FROM pg_roles'],
  ]),
  ...statements('the reader of galaxy/moon', logins.readonly, [
    ['leave the read-only mode, in which it may still write nothing', 'SET default_transaction_read_only = off'],
  ]),
  ...statements('the migrator of galaxy/moon', logins.migrator, [
    ['make a table as itself', 'SET ROLE NONE; CREATE TABLE app.mine (id int)'],
    ['let another squad read a table, which still cannot connect', 'GRANT SELECT ON app.invoice TO quasar_sun_app'],
    ['remove a table of its Service, and whatever hangs on it', 'DROP TABLE app.invoice CASCADE'],
  ]),
];
