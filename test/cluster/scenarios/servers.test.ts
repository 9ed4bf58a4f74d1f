import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import type { Encoding } from '../../control-plane/postgres.ts';
import { applyPlatform, makeReady, textOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';
import { type SpareServer, startSpareServers } from '../support/spare.ts';

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
});

const made: { services: KubernetesObject[]; zones: KubernetesObject[]; servers: SpareServer[] } = {
  ...{ services: [], zones: [], servers: [] },
};
afterAll(async () => {
  await retire(controlPlane, made.services, made.zones);
  for (const server of made.servers) await server.end();
});

const letters = 'Grüße, ₿ and 漢字';

// What a platform registers may have been set up long ago, by somebody else.
test.each<[Encoding, string]>([
  ['SQL_ASCII', 'ontario'],
  ['LATIN1', 'erie'],
])('on a server in %s databases are in UTF8, and no session in template1 is in their way', async (encoding, name) => {
  const [server] = (await startSpareServers(controlPlane, [name], { encoding })) as [SpareServer];
  made.servers.push(server);
  const zone: KubernetesObject = {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Zone',
    metadata: { name: `${name}-shore` },
    spec: { environment: 'engineering', region: 'eu-west-1', components: [server.component] },
  };
  made.zones.push(zone);
  const service: KubernetesObject = {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    metadata: { name: `${name}-letters`, namespace: 'quasar' },
    spec: { zones: [{ name: zone.metadata.name, components: [{ name, provider: 'postgres' }] }] },
  };
  made.services.push(service);
  await controlPlane.hub.apply(zone);
  await controlPlane.hub.waitFor(zone, (found) => isTrue(found, 'Ready'), { what: 'Ready' });
  const busy = await server.connect({ database: 'template1' });
  await makeReady(controlPlane, service);
  await busy.end();

  const binding = textOf(
    await controlPlane.hub.get({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${name}-letters.${name}-shore.${name}.binding`, namespace: 'quasar' },
    }),
  );
  const client = await server.connect({
    user: binding.username as string,
    password: binding.password as string,
    database: binding.database as string,
  });
  const { rows } = await client.query(
    `SELECT current_setting('server_encoding') AS encoding, $1::text AS said, length($1::text) AS letters`,
    [letters],
  );
  await client.end();

  expect(rows).toEqual([{ encoding: 'UTF8', said: letters, letters: Array.from(letters).length }]);
});
