import pg from 'pg';
import type { Language } from './client.ts';
import { commandOf, prepared } from './prepare.ts';
import { type Room, runIn, type Secret } from './room.ts';

/** A migration tool as the page shows it, and as people begin with it where that does not work. */
interface Tool {
  name: string;
  folder: string;
  language: Language;
  /** The arguments after its program, or the tool's own program. */
  command: string[];
  /** What it makes: owned by the owner role, in schema app. */
  table: string;
  /** What the page says about its settings. */
  setting: string;
  /** A program without them, and what PostgreSQL says of it. */
  usual?: { program: string; says: RegExp };
}

const node = (program: string): string[] => commandOf('node', program);
const bin = (program: string, ...rest: string[]): string[] => [
  process.execPath,
  `node_modules/.bin/${program}`,
  ...rest,
];

/** The tools on the page. Flyway first: it takes no schema in which there is something already. */
export const tools: Tool[] = [
  {
    name: 'Flyway',
    folder: 'flyway',
    language: 'java',
    command: commandOf('java', 'Migrate.java'),
    table: 'flyway_things',
    setting: 'schemas: app',
  },
  {
    name: 'Alembic',
    folder: 'alembic',
    language: 'python',
    command: ['venv/bin/python', '-m', 'alembic', 'upgrade', 'head'],
    table: 'alembic_things',
    setting: 'none',
  },
  {
    name: 'Django',
    folder: 'django',
    language: 'python',
    command: ['venv/bin/python', '-m', 'django', 'migrate', '--settings', 'settings', '--pythonpath', '.'],
    table: 'django_things',
    setting: 'none',
  },
  {
    name: 'knex',
    folder: 'knex',
    language: 'node',
    command: bin('knex', 'migrate:latest'),
    table: 'knex_things',
    setting: 'none',
  },
  {
    name: 'Drizzle',
    folder: 'drizzle',
    language: 'node',
    command: node('migrate.mjs'),
    table: 'drizzle_things',
    setting: 'a program of 20 lines instead of its migrate()',
    usual: { program: 'usual.mjs', says: /permission denied for database/ },
  },
  {
    name: 'TypeORM',
    folder: 'typeorm',
    language: 'node',
    command: node('migrate.mjs'),
    table: 'typeorm_things',
    setting: 'uuidExtension: pgcrypto, installExtensions: false, schema: app',
    usual: { program: 'usual.mjs', says: /permission denied|uuid_generate_v4/ },
  },
  {
    name: 'MikroORM',
    folder: 'mikro-orm',
    language: 'node',
    command: node('migrate.mjs'),
    table: 'mikro_orm_things',
    setting: 'schema: app, and the certificates in driverOptions.connection.ssl',
    usual: { program: 'usual.mjs', says: /permission denied for schema public/ },
  },
  {
    name: 'node-pg-migrate',
    folder: 'node-pg-migrate',
    language: 'node',
    command: node('migrate.mjs'),
    table: 'node_pg_migrate_things',
    setting: 'schema and migrationsSchema: app',
    usual: { program: 'usual.mjs', says: /permission denied for schema public/ },
  },
  {
    name: 'Sequelize',
    folder: 'sequelize',
    language: 'node',
    command: node('migrate.mjs'),
    table: 'sequelize_things',
    setting: 'the keys one by one, and the certificates in dialectOptions.ssl',
  },
];

/** What came of one tool: whether it did what it should, and what it or the check said. */
export interface Migrated {
  tool: string;
  what: string;
  isRight: boolean;
  said: string;
}

/** Whose the table is and where it lies, and whether the app may write a row into it. */
const seenByApp = async (app: Secret, table: string): Promise<string> => {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(app.port),
    database: app.database,
    user: app.username,
    password: app.password,
    ssl: { ca: app['ca.crt'], servername: app.host },
  });
  await client.connect();
  try {
    const { rows } = await client.query('select schemaname, tableowner from pg_tables where tablename = $1', [table]);
    const id = table === 'typeorm_things' ? '' : ' returning id';
    await client.query(`insert into ${table} (name) values ('a')${id}`);

    return `${rows[0]?.schemaname}, ${rows[0]?.tableowner}`;
  } finally {
    await client.end();
  }
};

const lineOf = (text: string, pattern: RegExp): string =>
  (text.split('\n').find((line) => pattern.test(line)) ?? text.split('\n').at(-1) ?? '').trim().slice(0, 200);

/** Runs a tool twice with the migrator's Secret mounted, as every deployment does, and looks at what it made. */
export const migrate = async (state: string, tool: Tool, secrets: Record<string, Secret>): Promise<Migrated[]> => {
  const folder = await prepared(`migrations/${tool.folder}`, tool.language);
  const room: Room = { bindings: { 'spike.migrator': secrets['spike.migrator'] ?? {} }, environment: {} };
  const app = secrets.spike ?? {};
  const results: Migrated[] = [];
  if (tool.usual !== undefined) {
    const { status, out, error } = await runIn(state, folder, node(tool.usual.program), room);
    const text = `${error}\n${out}`;
    const isRight = status !== 0 && tool.usual.says.test(text);
    results.push({ tool: tool.name, what: 'as people begin', isRight, said: lineOf(text, tool.usual.says) });
  }
  for (const what of ['as the page says', 'once more']) {
    // What only makes a table has no memory of it.
    if (what === 'once more' && tool.folder === 'sequelize') continue;
    const { status, out, error } = await runIn(state, folder, tool.command, room);
    const said =
      status === 0
        ? await seenByApp(app, tool.table).catch(({ message }) => message)
        : lineOf(`${error}\n${out}`, /error|exception/i);
    results.push({ tool: tool.name, what, isRight: said === `app, ${app.database}_owner`, said });
  }

  return results;
};
