import { join } from 'node:path';
import { bootstrapPostgres, type PostgresConnection, preparePostgres } from '../postgres.ts';
import { recordExternalDirectory } from '../state.ts';
import type { Plan } from './plan.ts';

/** PostgreSQL, with the administrator that zones use; answers how to reach it. */
export const startPostgres = async ({ directory, ports, processes }: Plan): Promise<PostgresConnection> => {
  const prepared = await preparePostgres(join(directory, 'postgres'), ports.postgres);
  if (prepared.externalDirectory) recordExternalDirectory(directory, prepared.externalDirectory);
  await processes.run(prepared.specification);
  await bootstrapPostgres(prepared.connection);

  return prepared.connection;
};
