import { beforeAll, describe, expect, test } from 'vitest';
import type { Cluster } from '../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../control-plane/objects.ts';
import { connectPostgres } from '../control-plane/postgres.ts';
import { blocksOf } from './page.ts';
import { asOf, openScene, type Scene, zonePrefixes } from './scene.ts';

const file = process.env.SQUADKIT_INSTALL;
const blocks = blocksOf('package/install/README.md', '## Remove Squadkit', '## The hub is lost');
const zones = Object.keys(zonePrefixes) as (keyof typeof zonePrefixes)[];
let scene: Scene;

beforeAll(async () => {
  if (file) scene = await openScene(file);
});

/** The lines of a block for one cluster of a Zone, or those that are for the hub. */
const linesFor = (text: string, isOfCluster: boolean): string =>
  text
    .split('\n')
    .filter((line) => /--context aqua/.test(line) === isOfCluster)
    .join('\n');

const isOurs = ({ metadata }: KubernetesObject): boolean => /squadkit|crossplane-contrib/.test(metadata.name);
const named = async (cluster: Cluster, apiVersion: string, kind: string): Promise<string[]> =>
  (await cluster.list(apiVersion, kind)).filter(isOurs).map(({ metadata }) => `${kind} ${metadata.name}`);

/** Everything in a cluster that Squadkit brought, by kinds that have no namespace. */
const oursIn = async (cluster: Cluster): Promise<string[]> => {
  const kinds: [string, string][] = [
    ['v1', 'Namespace'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ];

  return (await Promise.all(kinds.map(([apiVersion, kind]) => named(cluster, apiVersion, kind)))).flat();
};

/** How many rows the app has written: one at each of its starts. */
const invoices = async (): Promise<{ count: number }[]> => {
  const client = await connectPostgres(scene.postgres.spike, { database: 'galaxy_billing' });
  const { rows } = await client.query('SELECT count(*)::int AS count FROM app.invoices');
  await client.end();

  return rows;
};

/** Everything in here needs what came before it: the page is followed from top to bottom. */
describe.skipIf(!file)('Squadkit is removed as the page says', () => {
  const [documents, installed] = blocks.filter(({ language }) => language === 'sh');
  const statements = blocks.find(({ language }) => language === 'sql');

  let before: number | undefined;

  test('the documents go, and nothing of theirs is left', { timeout: 1_200_000 }, async () => {
    expect(await oursIn(scene.hubCluster)).not.toEqual([]);
    before = (await invoices())[0]?.count;
    await scene.run(documents?.text ?? expect.fail('no commands'));
    const left = await scene.run('kubectl get managed --all-namespaces 2>&1');

    expect(left).toMatch(/No resources found/);
    expect(
      left
        .trim()
        .split('\n')
        .filter((line) => !/No resources found/.test(line)),
    ).toEqual([]);
  });

  test('what was installed goes, on the hub and on every cluster', { timeout: 600_000 }, async () => {
    const { text } = installed ?? expect.fail('no commands');
    await scene.run(linesFor(text, false));
    for (const zone of zones) await scene.run(asOf(zone, linesFor(text, true)));

    await expect.poll(() => oursIn(scene.hubCluster), { timeout: 120_000, interval: 1000 }).toEqual([]);
    await expect.poll(() => oursIn(scene.aquaCluster), { timeout: 120_000, interval: 1000 }).toEqual([]);
  });

  test('no login of it gets into any database any more', async () => {
    for (const zone of zones) {
      const server = scene.postgres[`${zonePrefixes[zone]}spike`];
      const client = await connectPostgres(server);
      await client.query(statements?.text ?? expect.fail('no statements'));
      const { rows } = await client.query(
        `SELECT rolname, datname FROM pg_roles, pg_database
          WHERE rolcanlogin AND NOT rolsuper AND datallowconn AND has_database_privilege(pg_roles.oid, pg_database.oid, 'CONNECT')`,
      );
      await client.end();

      expect(rows).toEqual([]);
    }
  });

  test('what squads have in production is all there', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'galaxy-billing' } };
    expect(await scene.aquaCluster.get(namespace)).toMatchObject({ status: { phase: 'Active' } });
    const rows = await invoices();
    expect(before).toBeGreaterThan(0);
    expect(rows).toEqual([{ count: before }]);
  });
});
