import { connectAs, type Server } from '../outside/postgres.ts';
import { janitorRole } from './session.ts';
import type { Target } from './target.ts';

/** How long a server may take for anything, in milliseconds. */
const patience = 5000;

/** As much as 50,000 sessions are. */
const mostBytes = 16 * 1024 * 1024;

/** The one connection of the janitor to a server. Rejects as `connectAs` does. */
export const connectTo = ({ host, port, password, caBundle }: Target): Promise<Server> =>
  connectAs(
    { host, port, database: 'postgres', user: janitorRole, password, caBundle },
    {
      applicationName: 'squadkit janitor',
      // Whatever the database sets: nothing is looked up where others may make something, and nothing waits for long.
      parameters: { search_path: 'pg_catalog', statement_timeout: String(patience), lock_timeout: '1000' },
      ...{ patience, statementPatience: patience, mostBytes },
    },
  );
