import type { Client } from 'pg';
import { markOf } from '../../../functions/ownership/mark.ts';
import { connectPostgres, type PostgresConnection } from '../../control-plane/postgres.ts';
import { type Holding, holdings } from './holdings.ts';

/** Whose a session is. The first four are logins as a Service has them. */
export const people = [
  ...(['app', 'migrator', 'readonly', 'app of before'] as const),
  ...(['stranger', 'stranger of the administrator', 'superuser', 'administrator'] as const),
] as const;
export type Person = (typeof people)[number];

/** What becomes of its login while it is open. */
export const fates = ['stays', 'loses its rights', 'is dropped', 'only loses its memberships'] as const;
export type Fate = (typeof fates)[number];

/** A session of a login of its own, and what becomes of it. */
export interface Life {
  person: Person;
  fate: Fate;
  holding: Holding;
  role: string;
  client: Client;
  /** When it ended, in milliseconds since 1970; undefined while it is open. */
  endedAt: number | undefined;
}

const database = 'galaxy_lives';
const password = 'of-a-test';
const mark = markOf({ hub: 'main', squad: 'galaxy', service: 'lives', environment: 'production' });

/** Which role holds the rights of a login. */
const groups = { app: 'writer', 'app of before': 'writer', migrator: 'owner', readonly: 'reader' } as const;
const isOurs = (person: Person): person is keyof typeof groups => person in groups;

/** Whether its session has to end. A right that is left is enough to go on, whoever it is. */
export const mustEnd = ({ person, fate }: Pick<Life, 'person' | 'fate'>): boolean =>
  fate === 'is dropped' || (fate === 'loses its rights' && isOurs(person));

/** Nobody drops or strips superuser and administrator here, and a stranger's memberships are nobody's business. */
const isPossible = (person: Person, fate: Fate): boolean =>
  person === 'superuser' || person === 'administrator'
    ? fate === 'stays'
    : fate !== 'only loses its memberships' || isOurs(person);

/** What burns a processor is tried where it has to end only. Nobody can drop a role that has something. */
const isTried = ({ isBusy, keepsRole }: Holding, person: Person, fate: Fate): boolean =>
  (!isBusy || (person === 'migrator' && mustEnd({ person, fate }))) && !(keepsRole && fate === 'is dropped');

/** Every combination that there can be. */
export const cases = people.flatMap((person) =>
  fates.flatMap((fate) =>
    isPossible(person, fate)
      ? holdings.filter((holding) => isTried(holding, person, fate)).map((holding) => ({ person, fate, holding }))
      : [],
  ),
);

const nameOf = (person: Person, index: number): string => {
  if (person === 'superuser') return 'postgres';
  if (person === 'administrator') return 'squadkit_admin';
  if (!isOurs(person)) return `people_${index}`;

  // A generation has at most two digits, and app has two shares of them.
  const share = fates.length * holdings.length;
  const number = (index % share) + 1 + (person === 'app of before' ? share : 0);

  return `${database}_${person === 'app of before' ? 'app' : person}_${number}`;
};

/** Who makes and ends logins: each a session that is open all the time. */
export interface Makers {
  connection: PostgresConnection;
  superuser: Client;
  administrator: Client;
}

/** Opens the sessions of those who make logins. */
export const openMakers = async (connection: PostgresConnection): Promise<Makers> => ({
  connection,
  superuser: await connectPostgres(connection),
  administrator: await connectPostgres(connection, connection.admin),
});

const say = async (client: Client, ...statements: string[]): Promise<void> => {
  for (const statement of statements) await client.query(statement);
};

/** A database as a Service has it, with a table that has rows. */
export const prepareDatabase = async ({ connection, administrator }: Makers): Promise<void> => {
  const roles = ['owner', 'writer', 'reader'].map((group) => `${database}_${group}`);
  await say(administrator, `CREATE DATABASE ${database}`, `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  for (const role of roles)
    await say(administrator, `CREATE ROLE ${role}`, `GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${role}`);
  const inside = await connectPostgres(connection, { ...connection.admin, database });
  await say(inside, 'CREATE SCHEMA app', 'CREATE TABLE app.parcel AS SELECT generate_series(1, 1000) AS id');
  // What it is that they hold is the same for all, strangers too.
  await say(inside, 'GRANT USAGE ON SCHEMA app TO PUBLIC', 'GRANT ALL ON app.parcel TO PUBLIC');
  await inside.end();
};

/** Makes the login of a case, opens its session, and has it hold what it holds. */
export const openLife = async (
  { connection, superuser, administrator }: Makers,
  { person, fate, holding, index, markParameter }: (typeof cases)[number] & { index: number; markParameter: string },
): Promise<Life> => {
  const role = nameOf(person, index);
  const byOthers = [`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${role}`, `GRANT pg_read_all_data TO ${role}`];
  if (isOurs(person)) {
    await say(
      administrator,
      `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`,
      `ALTER ROLE ${role} SET ${markParameter} = '${mark}'`,
      `GRANT ${database}_${groups[person]} TO ${role}`,
      ...(person === 'migrator' ? [`ALTER ROLE ${role} SET role = '${database}_owner'`] : []),
      // It is a member of nothing any more while it may still connect by itself.
      ...(fate === 'only loses its memberships' ? [`GRANT CONNECT ON DATABASE ${database} TO ${role}`] : []),
    );
  }
  const create = `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`;
  if (person === 'stranger') await say(superuser, create, ...byOthers);
  if (person === 'stranger of the administrator') await say(administrator, create, byOthers[0] as string);
  const own = { superuser: connection.superuser.password, administrator: connection.admin.password } as Partial<
    Record<Person, string>
  >;
  const client = await connectPostgres(connection, { user: role, password: own[person] ?? password, database });
  const life: Life = { person, fate, holding, role, client, endedAt: undefined };
  client.on('end', () => {
    life.endedAt ??= Date.now();
  });
  // Whoever may erase the mark has erased it, for what it is worth.
  if (markParameter === 'application_name' && isOurs(person))
    await client.query(`SET ROLE NONE; ALTER ROLE ${role} RESET application_name; RESET ROLE`);
  await holding.take(client, index);

  return life;
};

/** Lets come over a login what is to come; answers when that was committed. */
export const meetFate = async ({ superuser, administrator }: Makers, life: Life): Promise<number> => {
  const { person, fate, role } = life;
  const group = isOurs(person) ? `${database}_${groups[person]}` : 'pg_read_all_data';
  const client = person === 'stranger' ? superuser : administrator;
  const together = (...statements: string[]) => say(client, statements.join('; '));
  if (fate === 'only loses its memberships') await together(`REVOKE ${group} FROM ${role}`);
  if (fate === 'loses its rights') {
    await together(
      ...(person === 'stranger of the administrator' ? [] : [`REVOKE ${group} FROM ${role}`]),
      `REVOKE ALL ON DATABASE ${database} FROM ${role}`,
    );
  }
  if (fate === 'is dropped') await together(`REVOKE ALL ON DATABASE ${database} FROM ${role}`, `DROP ROLE ${role}`);

  return Date.now();
};
