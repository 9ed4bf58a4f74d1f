import type { Client } from 'pg';
import type { World } from '../attacks/world.ts';

/** What PostgreSQL says of settings that a login may not make: no privilege, or not while the server runs. */
const refusedBy = ['42501', '55P02'];

/** A setting that is the whole server's, or that only some may make. */
interface Setting {
  name: string;
  setting: string;
}

/** Every setting of the server that is not everybody's own, as the server lists them. */
export const guardedSettings = async ({ asSuperuser }: World): Promise<Setting[]> =>
  (await asSuperuser(
    "SELECT name, setting FROM pg_settings WHERE context NOT IN ('user', 'internal') ORDER BY name",
  )) as unknown as Setting[];

/** Of these settings those that somebody could make. */
export const madeBy = async (client: Client, settings: Setting[]): Promise<string[]> => {
  const made: string[] = [];
  for (const { name, setting } of settings) {
    const code = await client.query('SELECT set_config($1, $2, false)', [name, setting]).then(
      () => 'made',
      (error: { code: string }) => error.code,
    );
    if (!refusedBy.includes(code)) made.push(`${name}: ${code}`);
  }

  return made;
};

/** Functions of the server that are not everybody's, and the roles that come with it: how many, and which a login has. */
export const reservedFor = async (
  { asSuperuser }: World,
  login: string,
): Promise<{ functions: number; roles: number; has: string[] }> => {
  const functions = await asSuperuser(
    `SELECT oid::regprocedure::text AS name, has_function_privilege('${login}', oid, 'EXECUTE') AS has FROM pg_proc
     WHERE pronamespace = 'pg_catalog'::regnamespace AND NOT has_function_privilege('public', oid, 'EXECUTE')`,
  );
  const roles = await asSuperuser(
    `SELECT rolname AS name, pg_has_role('${login}', oid, 'MEMBER') AS has FROM pg_roles WHERE rolname LIKE 'pg\\_%'`,
  );
  const has = [...functions, ...roles].filter((one) => one.has).map(({ name }) => String(name));

  return { functions: functions.length, roles: roles.length, has };
};
