import { readFileSync, writeFileSync } from 'node:fs';
import { ofDatabase } from '../attacks/connections.ts';
import type { World } from '../attacks/world.ts';
import type { GuardRail } from './guard-rail.ts';

const composed = 'functions/providers/postgres/resources.ts';
const zone = 'the server of the zone';

/** A right or a limit, changed by the superuser. */
const statement = (from: string, name: string, remove: string, restore: string, database = 'postgres'): GuardRail => ({
  from,
  name,
  layer: 'PostgreSQL',
  remove: (world) => world.asSuperuser(remove, database),
  restore: (world) => world.asSuperuser(restore, database),
});

/** Something that a login is, and its opposite. */
const attribute = (login: string, name: string): GuardRail =>
  statement(composed, `${login} is NO${name}`, `ALTER ROLE ${login} ${name}`, `ALTER ROLE ${login} NO${name}`);

const limit = (login: string, count: number): GuardRail =>
  statement(
    composed,
    `connection limit of ${login}`,
    `ALTER ROLE ${login} CONNECTION LIMIT -1`,
    `ALTER ROLE ${login} CONNECTION LIMIT ${count}`,
  );

/** A role whose members could do more than a login may. */
const membership = (from: string, login: string, role: string): GuardRail =>
  statement(from, `${login} is not in ${role}`, `GRANT ${role} TO ${login}`, `REVOKE ${role} FROM ${login}`);

const connect = (from: string, database: string): GuardRail =>
  statement(
    from,
    `no CONNECT for everybody on database ${database}`,
    `GRANT CONNECT ON DATABASE ${database} TO PUBLIC`,
    `REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`,
  );

/** The server lets nobody in without TLS. */
const onlyTls = (): GuardRail => {
  let before = '';
  const write = async (world: World, content: (file: string) => string) => {
    const [row] = await world.asSuperuser('SHOW hba_file');
    writeFileSync(String(row?.hba_file), content(String(row?.hba_file)));
    await world.asSuperuser('SELECT pg_reload_conf()');
  };

  return {
    from: zone,
    name: 'only TLS (hostssl)',
    layer: 'PostgreSQL',
    remove: (world) =>
      write(world, (file) => {
        before = readFileSync(file, 'utf8');
        return before.replaceAll('hostssl', 'host');
      }),
    restore: (world) => write(world, () => before),
  };
};

/** What the PostgreSQL server holds back. */
export const postgresGuardRails: GuardRail[] = [
  attribute('galaxy_moon_app', 'SUPERUSER'),
  attribute('galaxy_moon_app', 'CREATEROLE'),
  limit('galaxy_moon_app', 3),
  limit('galaxy_moon_migrator', 3),
  limit('galaxy_moon_readonly', 3),
  statement(
    composed,
    "the database's connection limit, with the one of the app",
    'ALTER ROLE galaxy_moon_app CONNECTION LIMIT -1; ALTER DATABASE galaxy_moon CONNECTION LIMIT -1',
    `ALTER ROLE galaxy_moon_app CONNECTION LIMIT 3; ALTER DATABASE galaxy_moon CONNECTION LIMIT ${ofDatabase}`,
  ),
  membership(composed, 'galaxy_moon_app', 'galaxy_moon_owner'),
  membership(composed, 'galaxy_moon_readonly', 'galaxy_moon_writer'),
  membership(composed, 'galaxy_moon_app', 'quasar_sun_owner'),
  statement(
    composed,
    'the database belongs to the administrator, not to the owner role',
    'ALTER DATABASE galaxy_moon OWNER TO galaxy_moon_owner',
    // What was granted to the owner role became the owner's own right, and went with it.
    'ALTER DATABASE galaxy_moon OWNER TO squadkit_admin; GRANT CONNECT, TEMPORARY ON DATABASE galaxy_moon TO galaxy_moon_owner',
  ),
  statement(
    composed,
    'the app makes nothing in schema app',
    'GRANT CREATE ON SCHEMA app TO galaxy_moon_writer',
    'REVOKE CREATE ON SCHEMA app FROM galaxy_moon_writer',
    'galaxy_moon',
  ),
  statement(
    zone,
    'nobody makes anything in schema public',
    'GRANT CREATE ON SCHEMA public TO PUBLIC',
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    'galaxy_moon',
  ),
  connect(composed, 'galaxy_moon'),
  connect(composed, 'quasar_sun'),
  connect(zone, 'postgres'),
  connect(zone, 'template1'),
  onlyTls(),
  membership(zone, 'galaxy_moon_app', 'pg_read_server_files'),
  membership(zone, 'galaxy_moon_app', 'pg_read_all_stats'),
];
