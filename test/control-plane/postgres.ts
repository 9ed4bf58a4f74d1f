import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, type ClientConfig } from 'pg';
import { createAuthority, type Subject } from './certificates.ts';
import type { PostgresPrograms } from './postgres-programs.ts';
import type { ProcessSpecification } from './processes.ts';

/** How to reach a PostgreSQL server. */
export interface PostgresConnection {
  host: string;
  port: number;
  /** PEM file of the authority that signed the server's certificate. */
  caPath: string;
  superuser: { user: string; password: string };
  /** The non-superuser that provider-sql uses. */
  admin: { user: string; password: string };
  /** The login by which sessions are ended; a clone of v0.1.0 has none. */
  janitor?: { user: string; password: string };
}

/** A database cluster on disk and the process that serves it. */
export interface PreparedPostgres {
  specification: ProcessSpecification;
  connection: PostgresConnection;
}

/** Where a server is, and for whom. */
interface Reach {
  /** The name that people call it by, which its certificate has. */
  host: string;
  address: string;
  /** Whom pg_hba.conf lets in, over TLS. */
  clients: string;
}

const loopback: Reach = { host: 'localhost', address: '127.0.0.1', clients: '127.0.0.1/32' };

/**
 * Makes a new database cluster with TLS by an authority of its own, SCRAM and a superuser, with the name of its process. Its
 * certificate is for 127.0.0.1, localhost, the name in `reach`, and what `others` adds.
 */
export const preparePostgres = async (
  { native, home, user }: PostgresPrograms,
  {
    name,
    port,
    reach = loopback,
    others = {},
    encoding = 'UTF8',
  }: { name: string; port: number; reach?: Reach; others?: Pick<Subject, 'names' | 'addresses'>; encoding?: Encoding },
): Promise<PreparedPostgres> => {
  const data = join(home, name, 'data');
  mkdirSync(join(home, name), { recursive: true });
  const superuser = { user: 'postgres', password: randomBytes(24).toString('hex') };
  const [authority] = await Promise.all([
    createAuthority(`squadkit ${name}`),
    initialize({ native, data, password: superuser.password, encoding, user }),
  ]);
  const names = [...(reach === loopback ? [] : [reach.host]), ...(others.names ?? [])];
  const { certificate, key } = await authority.issue(reach.host, { ...others, names });
  const caPath = join(home, name, 'ca.crt');
  // With the line end that a file with several of them needs.
  writeFileSync(caPath, `${authority.certificate}\n`);
  const write = (file: string, content: string) => {
    writeFileSync(join(data, file), content, { mode: 0o600 });
    if (user) chownSync(join(data, file), user.uid, user.gid);
  };
  write('server.crt', certificate);
  write('server.key', key);
  // Here and not as an argument: an administrator can switch it off, as on a server that never had it.
  write('postgresql.auto.conf', 'ssl = on\n');
  write('pg_hba.conf', `hostssl all all ${reach.clients} scram-sha-256\n`);

  return {
    connection: {
      host: reach.host,
      port,
      caPath,
      superuser,
      admin: { user: 'squadkit_admin', password: randomBytes(24).toString('hex') },
      janitor: { user: 'squadkit_janitor', password: randomBytes(24).toString('hex') },
    },
    specification: {
      name,
      command: join(native, 'bin', 'postgres'),
      arguments: ['-D', data, ...settings(port, reach.address).flatMap((setting) => ['-c', setting])],
      environment: { LD_LIBRARY_PATH: join(native, 'lib') },
      ...(user && { user }),
      ready: { port, host: reach.address },
      // SIGTERM would wait for every client to leave.
      stopSignal: 'SIGINT',
    },
  };
};

/** What package/install has the superuser say: makes the roles that provider-sql and the janitor use, and takes from everybody what PostgreSQL gives to everybody. */
export const bootstrapPostgres = async (connection: PostgresConnection): Promise<void> => {
  const client = await connectPostgres(connection);
  const { user, password } = connection.admin;
  await client.query(`CREATE ROLE ${user} LOGIN CREATEDB CREATEROLE PASSWORD '${password}'`);
  await client.query(`ALTER ROLE ${user} SET createrole_self_grant = 'set, inherit'`);
  // Whatever a database or its owner has set: the administrator looks nothing up there, and waits for nobody long.
  await client.query(`ALTER ROLE ${user} SET search_path = 'public'`);
  await client.query(`ALTER ROLE ${user} SET lock_timeout = '1s'`);
  await client.query(`ALTER ROLE ${user} SET statement_timeout = '60s'`);
  await client.query(`GRANT SET ON PARAMETER "squadkit.mark" TO ${user}`);
  await client.query('REVOKE CONNECT ON DATABASE postgres FROM PUBLIC');
  await client.query('REVOKE CONNECT ON DATABASE template1 FROM PUBLIC');
  await client.query(`GRANT CONNECT ON DATABASE postgres TO ${user}`);
  if (connection.janitor) await bootstrapJanitor(client, connection.janitor);
  await client.end();
};

const bootstrapJanitor = async (client: Client, { user, password }: { user: string; password: string }) => {
  await client.query(`CREATE ROLE ${user} LOGIN CONNECTION LIMIT 1 PASSWORD '${password}'`);
  await client.query(`ALTER ROLE ${user} SET idle_session_timeout = '60s'`);
  await client.query(`GRANT pg_signal_backend TO ${user}`);
  await client.query(`GRANT CONNECT ON DATABASE postgres TO ${user}`);
};

/** A connected client, over verified TLS; the superuser in database postgres unless the settings say otherwise. */
export const connectPostgres = async (connection: PostgresConnection, settings: ClientConfig = {}): Promise<Client> => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const client = new Client({
      host: connection.host,
      port: connection.port,
      database: 'postgres',
      ...connection.superuser,
      ssl: { ca: readFileSync(connection.caPath, 'utf8') },
      ...settings,
    });
    // A server that goes away while a test holds a connection must not end the test run.
    client.on('error', () => undefined);
    try {
      await client.connect();

      return client;
    } catch (error) {
      // "The database system is starting up": the port opens a moment before.
      if ((error as { code?: string }).code !== '57P03' || Date.now() > deadline) throw error;
    }
  }
};

const settings = (port: number, address: string) => [
  `listen_addresses=${address}`,
  `port=${port}`,
  'unix_socket_directories=',
  'ssl_cert_file=server.crt',
  'ssl_key_file=server.key',
  'password_encryption=scram-sha-256',
  // A statement such as CREATE ROLE carries its password.
  'log_statement=none',
  // What the example's zones promise, and some for administrators.
  'max_connections=1000',
  // As package/install has them; the first small, so that a test reaches it soon.
  'temp_file_limit=64MB',
  'max_prepared_transactions=0',
  // Nothing here outlives the machine.
  'fsync=off',
];

/** What a server keeps text in, unless a database says otherwise. */
export type Encoding = 'UTF8' | 'SQL_ASCII' | 'LATIN1';

const initialize = async (options: {
  native: string;
  data: string;
  password: string;
  encoding: Encoding;
  user: { uid: number; gid: number } | undefined;
}) => {
  const { native, data, password, encoding, user } = options;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const passwordFile = `${data}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) {
    chownSync(data, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  await promisify(execFile)(
    join(native, 'bin', 'initdb'),
    [
      ...['-D', data, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-sync'],
      ...[`--encoding=${encoding}`, '--locale=C'],
      ...(encoding === 'UTF8' ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    ],
    { cwd: '/', env: { PATH: process.env.PATH, LD_LIBRARY_PATH: join(native, 'lib') }, ...user },
  );
  rmSync(passwordFile);
};
