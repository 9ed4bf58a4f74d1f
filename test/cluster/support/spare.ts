import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Client, ClientConfig } from 'pg';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { choosePorts } from '../../control-plane/ports.ts';
import { connectPostgres, type Encoding, type PostgresConnection } from '../../control-plane/postgres.ts';
import { registerAdministrator, registerJanitor } from '../../control-plane/steps/credentials.ts';
import { postgresPrograms, startServer } from '../../control-plane/steps/postgres.ts';

/** A PostgreSQL server that no Zone has yet. */
export interface SpareServer {
  /** It as a component of a Zone, called as the server is. */
  component: { name: string; provider: 'postgres'; postgres: object };
  connection: PostgresConnection;
  /** A connected client, as the superuser unless the settings say otherwise. */
  connect(settings?: ClientConfig): Promise<Client>;
  /** Puts another password of its administrator into the Secret on the hub. */
  register(password: string): Promise<unknown>;
  /** Ends it, and takes its data and its Secret away. */
  end(): Promise<void>;
}

/**
 * Starts PostgreSQL servers for Zones of a scenario's own, of these names: a server is one component of one Zone, so a
 * third Zone cannot lead to those of the examples. The Secret of each is on the hub, and provider-sql knows its authority.
 */
export const startSpareServers = async (
  controlPlane: ControlPlane,
  names: string[],
  { encoding = 'UTF8' as Encoding, settings = [] as string[] } = {},
): Promise<SpareServer[]> => {
  const programs = postgresPrograms(controlPlane.paths.state);
  const ports = await choosePorts(names);

  return Promise.all(
    names.map((name) => startSpare(controlPlane, { programs, name, settings, encoding, port: ports[name] as number })),
  );
};

const startSpare = async (
  controlPlane: ControlPlane,
  server: Pick<Parameters<typeof startServer>[0], 'programs' | 'port' | 'encoding' | 'settings'> & { name: string },
): Promise<SpareServer> => {
  const { hub, paths } = controlPlane;
  const process = `postgres-${server.name}`;
  const secret = { namespace: 'squadkit-system', name: `${server.name}-admin` };
  const connection = await startServer({ ...server, name: process, directory: paths.state, processes: controlPlane });
  const janitor = { namespace: 'squadkit-janitor', name: `${server.name}-janitor` };
  await registerAdministrator(hub, secret.name, connection);
  await registerJanitor(hub, janitor.name, connection);

  return {
    component: {
      name: server.name,
      provider: 'postgres',
      postgres: {
        credentialsSecretRef: secret,
        adminRole: connection.admin.user,
        version: 18,
        caBundle: readFileSync(connection.caPath, 'utf8'),
        janitor: { secretRef: { name: janitor.name } },
        connections: { default: 5, max: 20, total: 950 },
      },
    },
    connection,
    connect: (settings) => connectPostgres(connection, settings),
    register: (password) =>
      registerAdministrator(hub, secret.name, { ...connection, admin: { ...connection.admin, password } }),
    end: async () => {
      for (const metadata of [secret, janitor]) await hub.delete({ apiVersion: 'v1', kind: 'Secret', metadata });
      await controlPlane.remove(process);
      rmSync(dirname(connection.caPath), { recursive: true });
    },
  };
};
