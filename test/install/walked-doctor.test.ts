import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { titleOf } from '../../functions/doctor/as-shipped.ts';
import { clusterOf } from '../../functions/doctor/cluster.ts';
import { examineHub, examineRemote } from '../../functions/doctor/doctor.ts';
import { sendTo } from '../../functions/evidence/live/hub.ts';
import { connectionOf } from '../../functions/evidence/live/kubeconfig.ts';
import type { Manifest } from '../../functions/evidence/register/manifest.ts';
import { configurationManifests, hubManifests, remoteManifests } from '../../functions/evidence/register/manifests.ts';
import type { Cluster } from '../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../control-plane/objects.ts';
import { blocksOf } from './page.ts';
import { asHere, asOf, openScene, type Scene } from './scene.ts';

const file = process.env.SQUADKIT_INSTALL;
let scene: Scene;

beforeAll(async () => {
  if (file) scene = await openScene(file);
});

/** What takes everything else along: the unit tests take these from a recorded installation. */
const isRoot = ({ object: { apiVersion, kind } }: Manifest): boolean =>
  apiVersion === 'pkg.crossplane.io/v1' || kind === 'Namespace' || kind === 'CompositeResourceDefinition';

/** What is not well, as `object: reason`. */
const complaints = async (context: 'hub' | 'aqua'): Promise<string[]> => {
  const connection = connectionOf({ kubeconfig: scene.kubeconfig, context });
  const cluster = clusterOf(sendTo(connection), { name: context, server: connection.server });
  const { checks } = await (context === 'hub' ? examineHub(cluster, new Date()) : examineRemote(cluster));

  return checks.filter(({ state }) => state !== 'well').map(({ what, because }) => `${what}: ${because.join(', ')}`);
};

/** Above every policy, for what nobody else may. */
const rootOf = (context: 'hub' | 'aqua'): Cluster =>
  (context === 'hub' ? scene.hubCluster : scene.aquaCluster).as('doctor-test', ['system:masters']);

/** An object without what a server makes. */
const again = ({ apiVersion, kind, metadata, status: _, ...content }: KubernetesObject): KubernetesObject => ({
  ...{ apiVersion, kind },
  metadata: {
    name: metadata.name,
    ...(metadata.namespace && { namespace: metadata.namespace }),
    ...(metadata.labels && { labels: metadata.labels }),
    ...(metadata.annotations && { annotations: metadata.annotations }),
  },
  ...content,
});

let taken = 0;
afterAll(() =>
  console.log(`${taken} objects taken away from real clusters, each missed by a line of its own, and put back`),
);

const clusters = [
  { context: 'hub', manifests: [...hubManifests, ...configurationManifests] },
  { context: 'aqua', manifests: [...remoteManifests] },
] as const;

describe.skipIf(!file).each(clusters)('what is taken away from $context', ({ context, manifests }) => {
  test('is all there at first', async () => {
    await expect.poll(() => complaints(context), { timeout: 120_000 }).toEqual([]);
  });

  test.each(
    manifests.filter((manifest) => !isRoot(manifest)).map(({ object }) => ({ title: titleOf(object), object })),
  )('$title is missed, and heals when it is back', async ({ title, object }) => {
    const cluster = rootOf(context);
    const reference = again(object as KubernetesObject);
    const before = await cluster.get(reference);
    await cluster.delete(reference);
    const missed = await complaints(context);
    // As kubectl, whose fields they are for the next `kubectl apply`.
    await cluster.apply(again(before as KubernetesObject), { fieldManager: 'kubectl' });
    // The tokens of a ServiceAccount end with it: the page says how the next is made.
    if (object.kind === 'ServiceAccount') {
      const steps = blocksOf('package/install/README.md', '## Install', '## Other hubs');
      const token = steps.find(({ text }) => text.includes('create token')) ?? expect.fail('the page makes no token');
      await scene.run(asOf('frontier', asHere(token.text)));
    }

    expect(missed).toContainEqual(expect.stringContaining(`${title}: it is `));
    await expect.poll(() => complaints(context), { timeout: 120_000, interval: 1000 }).toEqual([]);
    taken += 1;
  });
});
