import { Client } from 'pg';
import { Unusable } from './reason.ts';

/** One connection to a PostgreSQL server. */
export interface Server {
  /** The rows of one statement, each a list of its columns. Rejects with an error of the driver, or an Unusable. */
  ask: (text: string, values?: unknown[]) => Promise<unknown[]>;
  /** Whether it still stands. */
  isOpen: () => boolean;
  /** Ends it at once, whatever is under way. */
  cut: () => void;
}

/** As whom a server is spoken to, and where. */
export interface Login {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** PEM certificates of the authority of the server. */
  caBundle: string;
}

/** As whom a server of this machine is spoken to, over a socket in a folder of ours: nobody else is at the other end. */
export interface LocalLogin extends Pick<Login, 'port' | 'database' | 'user' | 'password'> {
  /** The folder, from the root on. */
  directory: string;
}

/** How a connection behaves. */
export interface Manners {
  /** What the server shows of it. */
  applicationName: string;
  /** Parameters that are set with the connection, whatever database and role say. */
  parameters: Record<string, string>;
  /** How long connecting may take, in milliseconds. */
  patience: number;
  /** How long a statement may take, in milliseconds; as long as it takes when left out. */
  statementPatience?: number;
  /** A server that answers one statement with more bytes wants to fill the memory, and is cut off. */
  mostBytes: number;
  /** Ends the connection, whatever is under way. */
  stop?: AbortSignal;
}

/** What of the driver's connection is used here (pg 8.23.1, connection.js). */
interface Wire {
  stream: { destroy: () => void; on: (event: 'data', listener: (chunk: Buffer) => void) => void };
  on: (event: string, listener: () => void) => void;
  emit: (event: 'error', error: Error) => void;
  removeAllListeners: (event: string) => void;
}

/** A parameter's value as the startup packet has it: blanks and backslashes escaped (PostgreSQL 18, pg_split_opts). */
const optionOf = ([name, value]: [string, string]): string => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`;

const placeOf = (login: Login | LocalLogin) => {
  if ('directory' in login) {
    const { directory, ...as } = login;

    return { ...as, host: directory };
  }
  const { caBundle, ...where } = login;

  return { ...where, ssl: { ca: caBundle, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const } };
};

/**
 * Connects to a server, over TLS that verifies authority and name unless it is in a folder of ours, and only if the server proves itself by SCRAM that it
 * knows the password: one that asks for the password itself gets none.
 *
 * Rejects with an error of the driver, an Unusable, or what it was stopped with.
 */
export const connectAs = async (login: Login | LocalLogin, manners: Manners): Promise<Server> => {
  const { applicationName, parameters, patience, statementPatience, mostBytes, stop } = manners;
  stop?.throwIfAborted();
  const client = new Client({
    ...placeOf(login),
    connectionTimeoutMillis: patience,
    ...(statementPatience !== undefined && { query_timeout: statementPatience }),
    keepAlive: true,
    application_name: applicationName,
    // Never empty: for nothing the driver takes PGOPTIONS of the environment (pg 8.23.1, connection-parameters.js).
    options: ` ${Object.entries(parameters).map(optionOf).join(' ')}`,
  });
  const wire = (client as unknown as { connection: Wire }).connection;
  let open = true;
  let problem: Error | undefined;
  const cut = (because?: Error) => {
    open = false;
    problem ??= because;
    stop?.removeEventListener('abort', end);
    wire.stream.destroy();
  };
  const end = () => cut();
  stop?.addEventListener('abort', end);
  client.on('error', end);
  client.on('end', end);
  let received = 0;
  wire.on('directory' in login ? 'connect' : 'sslconnect', () =>
    wire.stream.on('data', ({ length }) => {
      received += length;
      if (received > mostBytes) cut(new Unusable('it answers with more than any server has to say'));
    }),
  );
  const connecting = client.connect();
  for (const event of ['authenticationCleartextPassword', 'authenticationMD5Password']) {
    wire.removeAllListeners(event);
    wire.on(event, () => {
      const error = new Unusable('it asks for the password itself instead of SCRAM: it gets none');
      wire.emit('error', error);
      cut(error);
    });
  }
  const orProblem = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      // What one statement may not leaves the connection as it is.
      if ((error as { severity?: unknown }).severity !== 'ERROR') cut();
      throw problem ?? error;
    }
  };
  await orProblem(connecting);

  return {
    ask: async (text, values = []) => {
      received = 0;
      const { rows } = await orProblem(client.query({ text, values, rowMode: 'array' }));

      return rows;
    },
    isOpen: () => open,
    cut: end,
  };
};
