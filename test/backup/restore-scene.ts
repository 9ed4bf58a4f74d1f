import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Contents } from '../../functions/backup/contents.ts';
import { contentsOf } from '../../functions/backup/contents.ts';
import type { Manifest } from '../../functions/backup/manifest.ts';
import { type Subject, subjectOf } from '../../functions/backup/subject.ts';
import { databaseAt } from '../../functions/restore/into.ts';
import { composedIn, inDatabase, mark, password } from './databases.ts';
import { type Drilled, type DrillScene, expectUnproven, type WrongDrill } from './drill-scene.ts';

/** What of a restore can be otherwise than it should be. */
export interface WrongRestore extends WrongDrill {
  at?: string;
  into?: string;
  login?: Record<string, string>;
  readingLogin?: Record<string, string>;
  authority?: string;
}

/** `main/frontier.spike/galaxy/billing` */
export const nameOf = (service: string): string => `main/frontier.spike/galaxy/${service}`;

/** Whose database it is, and the one that a restore of a moment goes into. */
export const databasesOf = (of: string, at: string): { database: string; into: string } => {
  const subject = subjectOf(of) as Subject;

  return { database: subject.database, into: databaseAt(subject, new Date(at)) };
};

/** Starts the restore of a Service's database at a moment. */
export const restore = (scene: DrillScene, of: string, wrong: WrongRestore & { at: string }): Promise<Drilled> => {
  const { at } = wrong;
  const { database, into } = databasesOf(of, at);
  const words = (room: string): string[] => {
    const secret = (name: string, user: string, values: Record<string, string> = {}) => {
      const login = { endpoint: 'localhost', port: String(scene.server.port), username: user, password, ...values };
      mkdirSync(join(room, name));
      for (const [key, value] of Object.entries(login)) writeFileSync(join(room, name, key), value);

      return join(room, name);
    };
    cpSync(wrong.authority ?? scene.server.caPath, join(room, 'server.crt'));

    return [
      ...['--at', at, '--into', wrong.into ?? into, '--authority-file', join(room, 'server.crt')],
      ...['--login', secret('login', `${database}_migrator`, wrong.login)],
      ...['--reading-login', secret('reading-login', `${database}_backup`, wrong.readingLogin)],
    ];
  };

  return scene.run({ bundle: 'restore.cjs', words }, of, wrong);
};

/** The database beside, as Squadkit makes it for a restore, and the migrator that acts as the owner. Answers its name. */
export const makeTarget = async (
  { server }: Pick<DrillScene, 'server'>,
  { of, at }: { of: string; at: string },
  { extensions = [], words = '' }: { extensions?: string[]; words?: string } = {},
): Promise<string> => {
  const { database, into } = databasesOf(of, at);
  await inDatabase(server, 'postgres', async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [`${database}_migrator`]);
    if (rowCount === 0) {
      await client.query(
        `CREATE ROLE ${database}_migrator LOGIN CONNECTION LIMIT 3 IN ROLE ${database}_owner PASSWORD '${password}'`,
      );
      await client.query(`ALTER ROLE ${database}_migrator SET role = '${database}_owner'`);
    }
    await client.query(`CREATE DATABASE "${into}" OWNER ${server.admin.user} ${words}`);
    await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE "${into}" FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE "${into}" TO ${database}_owner, ${database}_backup`);
  });
  await inDatabase(server, into, async (client) => {
    for (const name of [mark, 'app']) await client.query(`CREATE SCHEMA ${name} AUTHORIZATION ${server.admin.user}`);
    for (const statement of [...composedIn(database), ...extensions]) await client.query(statement);
  });

  return into;
};

/** Makes a backup of a Service's database. */
export const backUp = async (scene: DrillScene, of: string): Promise<Manifest> => {
  const { out, error } = await scene.backUp({ of });
  expect(error).toBe('');

  return JSON.parse(out) as Manifest;
};

/** A backup, and a database for it. */
export const prepared = async (
  scene: DrillScene,
  service: string,
): Promise<{ of: string; manifest: Manifest; at: string; into: string }> => {
  const of = nameOf(service);
  const manifest = await backUp(scene, of);

  return { of, manifest, at: manifest.at, into: await makeTarget(scene, { of, at: manifest.at }) };
};

/** What is in a database that was just made. */
export const nothing: Contents = { tables: {}, sequences: {}, things: [] };

/** All that is in a database, by the look of a backup, as its superuser. */
export const contentsIn = ({ server }: DrillScene, database: string): Promise<Contents> =>
  inDatabase(server, database, (client) =>
    contentsOf({ ask: async (text, values = []) => (await client.query({ text, values, rowMode: 'array' })).rows }),
  );

/** Rights on what is in the schema, and on what will be, but by whom they were given; and whose it is. */
const rightsText = `
  SELECT what, name, coalesce(r.rolname, 'everybody'), privilege_type, is_grantable FROM (
    SELECT 'relation' what, relname::text name, a.* FROM pg_class c,
      aclexplode(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))) a
      WHERE relnamespace = 'app'::regnamespace AND relkind NOT IN ('i', 'I', 'c')
    UNION ALL SELECT 'column', attrelid::regclass || '.' || attname, a.* FROM pg_attribute t
      JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl) a WHERE relnamespace = 'app'::regnamespace
    UNION ALL SELECT 'function', p.oid::regprocedure::text, a.* FROM pg_proc p,
      aclexplode(coalesce(proacl, acldefault('f', proowner))) a WHERE pronamespace = 'app'::regnamespace
    UNION ALL SELECT 'type', t.oid::regtype::text, a.* FROM pg_type t,
      aclexplode(coalesce(typacl, acldefault('T', typowner))) a WHERE typnamespace = 'app'::regnamespace AND typtype <> 'c'
    UNION ALL SELECT 'tomorrow', defaclobjtype::text || ' of ' || defaclrole::regrole, a.* FROM pg_default_acl, aclexplode(defaclacl) a
    UNION ALL SELECT 'owner', relname::text, relowner, relowner, 'owner', false FROM pg_class WHERE relnamespace = 'app'::regnamespace
  ) rights LEFT JOIN pg_roles r ON r.oid = grantee ORDER BY 1, 2, 3, 4, 5`;

/** Who may do what in a database. */
export const rightsIn = ({ server }: DrillScene, database: string): Promise<string[]> =>
  inDatabase(server, database, async (client) =>
    (await client.query<string[]>({ text: rightsText, rowMode: 'array' })).rows.map((row) => row.join(' ')),
  );

/** Expects that it is restored, and said so, and that nothing is left where it worked. */
export const expectRestored = (
  { status, out, error, left, running }: Drilled,
  { at, dump, tables, rows }: Manifest,
  besides: object = {},
): void => {
  expect({ status, error, left, running }).toEqual({ status: 0, error: '', left: [], running: [] });
  expect(JSON.parse(out)).toEqual({
    ...{ of: expect.any(String), at: expect.any(String), backup: at, bytes: dump.bytes, tables, rows },
    ...{ seconds: expect.any(Number), ...besides },
  });
};

/** One sentence, whose move it is, no text of a row or of a password, and nothing left. */
export const expectUnrestored = (outcome: Drilled, because: RegExp, actor: 'Squad' | 'Platform' | 'SRE'): void => {
  expectUnproven(outcome, because, actor, { message: 'not restored' });
  expect(outcome.error).not.toContain(password);
};
