import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import { choosePorts } from '../control-plane/ports.ts';
import { bootstrapPostgres, connectPostgres, preparePostgres } from '../control-plane/postgres.ts';
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

/**
 * A PostgreSQL server with the database of the example Service, made by what our code composes for it, and the Secrets
 * that it would deliver; no control plane is there. The server's certificate is for the example's names.
 */
export const startBare = async (
  state: string,
): Promise<{ secrets: Record<string, Secret>; admission: []; stop: () => Promise<void> }> => {
  const { postgres: port } = await choosePorts(['postgres']);
  const prepared = await preparePostgres(join(state, 'postgres'), port, names.slice(0, 2));
  const processes = new Processes(state);
  await processes.run(prepared.specification);
  const { connection } = prepared;
  await bootstrapPostgres(connection);

  const [host, readHost] = names as [string, string];
  const zones = zonesWith({
    postgres: {
      caBundle: readFileSync(connection.caPath, 'utf8'),
      endpoint: { host, port },
      readEndpoint: { host: readHost, port },
    },
  });
  const { desired } = simulate(example('Service', 'billing'), [...zones, squadWith('galaxy')]).response;
  const resources = Object.fromEntries(
    Object.entries(desired?.resources ?? {}).map(([name, { resource }]) => [
      name,
      resource as unknown as KubernetesObject,
    ]),
  );
  for (const { sql, database = 'postgres' } of statementsOf(Object.values(resources), password)) {
    // TLS is verified against the name that the certificate has.
    const client = await connectPostgres(connection, {
      database,
      ssl: { ca: readFileSync(connection.caPath, 'utf8'), servername: host },
    });
    await client.query(sql);
    await client.end();
  }

  return { secrets: deliveredOf(resources), admission: [], stop: () => processes.stopAll() };
};
