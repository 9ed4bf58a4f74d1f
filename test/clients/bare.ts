import { readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import { choosePorts } from '../control-plane/ports.ts';
import { bootstrapPostgres, connectPostgres, preparePostgres } from '../control-plane/postgres.ts';
import { findPostgres } from '../control-plane/postgres-programs.ts';
import { Processes } from '../control-plane/processes.ts';
import { example } from '../support/examples.ts';
import { squadWith, zonesWith } from '../support/registered.ts';
import { names, type Secret } from './room.ts';
import { statementsOf } from './statements.ts';

/** The password of every login in a simulation: the plan has no real one. */
const password = 'simulated';

const decoded = (data: Record<string, string>): Secret =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));

interface Delivery {
  references: { patchesFrom: { fieldPath: string }; toFieldPath: string }[];
  forProvider: { manifest: { metadata: { name: string }; data: Record<string, string> } };
}

/** The Secrets of a Service as provider-kubernetes would write them on the cluster, by name. */
const deliveredOf = (resources: Record<string, KubernetesObject>): Record<string, Secret> => {
  const hub = resources['frontier.spike.binding']?.data as Record<string, string>;
  const key = (path: string): string => /^data\[(.*)\]$/.exec(path)?.[1] as string;
  const deliveries = Object.entries(resources).flatMap(([name, { spec }]) =>
    name.startsWith('frontier.aqua.secret.') ? [spec as unknown as Delivery] : [],
  );

  return Object.fromEntries(
    deliveries.map(({ references, forProvider: { manifest } }) => {
      const filled = references.map(({ patchesFrom, toFieldPath }) => [
        key(toFieldPath),
        hub[key(patchesFrom.fieldPath)] as string,
      ]);
      return [manifest.metadata.name, decoded({ ...manifest.data, ...Object.fromEntries(filled) })];
    }),
  );
};

/** What our code composes for the example Service when the server is registered at that host. */
const composedAt = (
  host: string,
  readHost: string,
  port: number,
  caBundle: string,
): Record<string, KubernetesObject> => {
  const registered = { caBundle, endpoint: { host, port }, readEndpoint: { host: readHost, port } };
  const registry = [...zonesWith({ postgres: registered }), squadWith('galaxy')];
  const { desired } = simulate(example('Service', 'billing'), registry).response;

  return Object.fromEntries(
    Object.entries(desired?.resources ?? {}).map(([name, { resource }]) => [
      name,
      resource as unknown as KubernetesObject,
    ]),
  );
};

/** The same server at ::1: PostgreSQL itself listens on IPv4 only. */
const byIpv6 = async (port: number): Promise<Server> => {
  const server = createServer((client) => {
    const database = connect(port, '127.0.0.1');
    client.pipe(database).pipe(client);
    for (const end of [client, database]) end.on('error', () => [client, database].map((each) => each.destroy()));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '::1', resolve));

  return server;
};

/** Secrets to connect with, and what to end afterwards. */
export interface Bare {
  secrets: Record<string, Secret>;
  /** The app's Secret when the server is registered by its IPv6 address. */
  addressed: Secret;
  admission: [];
  stop: () => Promise<void>;
}

/**
 * A PostgreSQL server with the database of the example Service, made by what our code composes for it, and the Secrets
 * that it would deliver; no control plane is there. The server's certificate is for the example's names and for ::1.
 */
export const startBare = async (state: string): Promise<Bare> => {
  const { postgres: port } = await choosePorts(['postgres']);
  const [host, readHost] = names as [string, string];
  const programs = findPostgres(state);
  const others = { names: [host, readHost], addresses: ['::1'] };
  const prepared = await preparePostgres(programs, { name: 'postgres', port, others });
  const processes = new Processes(state);
  await processes.run(prepared.specification);
  const { connection } = prepared;
  await bootstrapPostgres(connection);
  const server = await byIpv6(port);

  const ca = readFileSync(connection.caPath, 'utf8');
  const resources = composedAt(host, readHost, port, ca);
  for (const { sql, database = 'postgres' } of statementsOf(Object.values(resources), password)) {
    const client = await connectPostgres(connection, { database });
    await client.query(sql);
    await client.end();
  }

  return {
    secrets: deliveredOf(resources),
    addressed: deliveredOf(composedAt('::1', '::1', port, ca)).spike ?? {},
    admission: [],
    stop: async () => {
      server.close();
      await processes.stopAll();
      if (programs.externalDirectory) rmSync(programs.externalDirectory, { recursive: true, force: true });
    },
  };
};
