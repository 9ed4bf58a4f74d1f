import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrapPostgres, type Encoding, type PostgresConnection, preparePostgres } from '../postgres.ts';
import { findPostgres, type PostgresPrograms } from '../postgres-programs.ts';
import type { Processes } from '../processes.ts';
import { recordExternalDirectory } from '../state.ts';
import { type Plan, postgresServers } from './plan.ts';

/** Every PostgreSQL server, each with the administrator that its Zone uses; answers how to reach them, by Zone. */
export const startPostgres = async ({
  directory,
  ports,
  processes,
}: Plan): Promise<Record<keyof typeof postgresServers, PostgresConnection>> => {
  const programs = postgresPrograms(directory);
  const start = (name: (typeof postgresServers)[keyof typeof postgresServers]) =>
    startServer({ directory, processes, programs, name, port: ports[name] });
  const [frontier, meadow] = await Promise.all([start(postgresServers.frontier), start(postgresServers.meadow)]);

  return { frontier, meadow };
};

/** PostgreSQL's programs for a state directory, which remembers what has to be removed with it. */
export const postgresPrograms = (directory: string): PostgresPrograms => {
  const programs = findPostgres(directory);
  if (programs.externalDirectory) recordExternalDirectory(directory, programs.externalDirectory);

  return programs;
};

/** Starts a new server as a process of a name; answers how to reach it, which provider-sql knows to be right. */
export const startServer = async (server: {
  directory: string;
  processes: Pick<Processes, 'run'>;
  programs: PostgresPrograms;
  name: string;
  port: number;
  encoding?: Encoding;
  /** What it is started with besides, as `max_prepared_transactions=10`. */
  settings?: string[];
}): Promise<PostgresConnection> => {
  const { connection, specification } = await preparePostgres(server.programs, server);
  const besides = (server.settings ?? []).flatMap((setting) => ['-c', setting]);
  await server.processes.run({ ...specification, arguments: [...specification.arguments, ...besides] });
  await bootstrapPostgres(connection);
  // provider-sql takes one file for all servers, and reads it anew for every connection (lib/pq v1.12.3, ssl.go:254).
  appendFileSync(postgresAuthorities(server.directory), readFileSync(connection.caPath));

  return connection;
};

/** The certificates of the authorities of all PostgreSQL servers, for provider-sql. */
export const postgresAuthorities = (directory: string): string => join(directory, 'postgres-authorities.crt');
