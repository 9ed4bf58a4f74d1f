import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client } from 'pg';
import { postgresNames } from '../../../functions/providers/postgres/names.ts';
import { choosePorts } from '../../control-plane/ports.ts';
import {
  bootstrapPostgres,
  connectPostgres,
  type PostgresConnection,
  preparePostgres,
} from '../../control-plane/postgres.ts';
import { findPostgres } from '../../control-plane/postgres-programs.ts';
import { Processes } from '../../control-plane/processes.ts';

/** The administrator of every server here. */
export const administrator = 'squadkit_admin';
const password = 'of a test';

/** A PostgreSQL server that has what Squadkit makes, and nobody beside it who keeps anything true. */
export interface Server {
  connection: PostgresConnection;
  /** A session in a database: of a login of a Service, of the administrator, or of a superuser. */
  session: (database: string, user?: string) => Promise<Client>;
  /** Says statements one by one in a session of its own, and answers the rows of the last one. */
  say: (database: string, user: string | undefined, ...statements: string[]) => Promise<Record<string, unknown>[]>;
  stop: () => Promise<void>;
}

/** In the lane's own directory: whatever ends the lane, it stops all that is written down there. */
export const startServer = async (): Promise<Server> => {
  const stateFile = process.env.SQUADKIT_CONTROL_PLANE;
  if (stateFile === undefined) throw new Error('run it with npm run test:cluster, which stops what it starts');
  const state = mkdtempSync(join(dirname(stateFile), 'advice-'));
  const programs = findPostgres(join(state, 'postgres'));
  const { 'advice-postgres': port } = await choosePorts(['advice-postgres']);
  const { specification, connection } = await preparePostgres(programs, { name: 'advice-postgres', port });
  const processes = new Processes(dirname(stateFile));
  await processes.run(specification);
  await bootstrapPostgres(connection);
  const session: Server['session'] = (database, user) =>
    connectPostgres(connection, {
      database,
      ...(user === administrator ? connection.admin : user === undefined ? {} : { user, password }),
    });

  return {
    ...{ connection, session },
    say: async (database, user, ...statements) => {
      const client = await session(database, user);
      try {
        let rows: Record<string, unknown>[] = [];
        for (const statement of statements) rows = (await client.query(statement)).rows;
        return rows;
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      // Only what is ours: the directory has all of the lane's.
      await processes.remove(specification.name);
      rmSync(state, { recursive: true, force: true });
      if (programs.externalDirectory) rmSync(programs.externalDirectory, { recursive: true, force: true });
    },
  };
};

/** The roles of a Service: those that hold rights, and its logins. */
export const rolesOf = (squad: string, service: string) => {
  const { owner, writer, reader, app, migrator, readonly } = postgresNames(squad, service);

  return { groups: [owner, writer, reader], logins: [app, migrator, readonly] };
};

/** Makes the roles and the database of a Service as provider-sql does, with a table that has a row. */
export const makeService = async ({ say }: Server, squad: string, service: string): Promise<void> => {
  const { database, owner, writer, reader, app, migrator, readonly } = postgresNames(squad, service);
  const { groups, logins } = rolesOf(squad, service);
  await say(
    'postgres',
    administrator,
    ...groups.map((role) => `CREATE ROLE ${role}`),
    ...logins.map((role) => `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`),
    `GRANT ${writer} TO ${app}`,
    `GRANT ${owner} TO ${migrator}`,
    `GRANT ${reader} TO ${readonly}`,
    `ALTER ROLE ${migrator} SET role = '${owner}'`,
    ...[...groups, ...logins].map((role) => `ALTER ROLE ${role} SET squadkit.mark = 'squadkit_${squad}_${service}'`),
    ...[...groups, ...logins].map((role) => `ALTER ROLE ${role} SET search_path = app, public`),
  );
  await makeDatabase({ say }, squad, service, database);
};

/** Makes a database of a Service, the first one or one that began with a backup, with a table that has a row. */
export const makeDatabase = async (
  { say }: Pick<Server, 'say'>,
  squad: string,
  service: string,
  database: string,
): Promise<void> => {
  const { owner, writer, reader } = postgresNames(squad, service);
  await say(
    'postgres',
    administrator,
    `CREATE DATABASE "${database}" OWNER ${administrator} TEMPLATE template0`,
    `REVOKE ALL ON DATABASE "${database}" FROM PUBLIC`,
    `GRANT CONNECT, TEMPORARY ON DATABASE "${database}" TO ${owner}, ${writer}`,
    `GRANT CONNECT ON DATABASE "${database}" TO ${reader}`,
  );
  await say(
    database,
    administrator,
    `CREATE SCHEMA app AUTHORIZATION ${administrator}`,
    `GRANT CREATE, USAGE ON SCHEMA app TO ${owner}`,
    `GRANT USAGE ON SCHEMA app TO ${writer}, ${reader}`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA app GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${writer}`,
    `SET ROLE ${owner}`,
    'CREATE TABLE app.entry (id int)',
    'INSERT INTO app.entry VALUES (1)',
  );
};
