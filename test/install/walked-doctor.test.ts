import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { titleOf } from '../../functions/doctor/as-shipped.ts';
import { clusterOf } from '../../functions/doctor/cluster.ts';
import { examineHub, examineRemote } from '../../functions/doctor/doctor.ts';
import { sendTo } from '../../functions/evidence/live/hub.ts';
import { connectionOf } from '../../functions/evidence/live/kubeconfig.ts';
import type { Manifest } from '../../functions/evidence/register/manifest.ts';
import {
  configurationManifests,
  hubManifests,
  installationParts,
  remoteManifests,
} from '../../functions/evidence/register/manifests.ts';
import type { Cluster } from '../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../control-plane/objects.ts';
import { blocksOf } from './page.ts';
import { asHere, asOf, openScene, type Scene } from './scene.ts';

const file = process.env.SQUADKIT_INSTALL;
const clone = resolve(import.meta.dirname, '../..');
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

const partsOf = (...folders: string[]): Manifest[] =>
  installationParts.flatMap(({ folder, manifests }) => (folders.includes(folder) ? manifests : []));
interface Case {
  what: string;
  context: 'hub' | 'aqua';
  manifests: Manifest[];
  begin?: string;
  end?: string;
  /** Whether even who is above every right is refused, unless the list of writers names him. */
  isOfWriters?: boolean;
}
const clusters: Case[] = [
  { what: 'the hub', context: 'hub', manifests: [...hubManifests, ...configurationManifests] },
  { what: 'aqua', context: 'aqua', manifests: [...remoteManifests] },
  {
    // Of Flux the kinds are enough.
    what: 'what delivers by Flux',
    ...{ context: 'hub', manifests: partsOf('package/install/gitops/flux') },
    begin: `kubectl apply --server-side -f ${join(clone, 'test/contract/crds/flux')} && kubectl wait crd --all --for=condition=Established && kubectl apply --server-side -k install/gitops/flux`,
    end: 'kubectl delete -k install/gitops/flux',
    isOfWriters: true,
  },
  {
    what: 'what watches',
    ...{ context: 'hub', manifests: partsOf('package/install/monitoring') },
    begin: 'kubectl apply --server-side -k install/monitoring',
    end: 'kubectl delete -k install/monitoring',
  },
];

/** An object as it is in a cluster: Kustomize ends the names of some with a hash. */
const referenceOf = async (cluster: Cluster, { object, mountedBy }: Manifest): Promise<KubernetesObject> => {
  const reference = again(object as KubernetesObject);
  if (mountedBy === undefined) return reference;
  const { name, namespace = '' } = reference.metadata;
  const all = await cluster.list(reference.apiVersion, reference.kind, { namespace });
  const found = all.find(({ metadata }) => metadata.name.startsWith(`${name}-`));

  return again(found ?? expect.fail(`there is no ${reference.kind} ${name}`));
};

describe.skipIf(!file).each(clusters)(
  '$what, of which each is taken away',
  ({ context, manifests, begin, end, isOfWriters }) => {
    /** An image that cannot be had here has no pods. */
    const usual = begin?.includes('monitoring')
      ? ['Deployment squadkit-monitoring/kube-state-metrics: 0 of 1 pods are available as it is now']
      : [];

    beforeAll(async () => {
      if (begin) await scene.run(begin);
    }, 120_000);
    afterAll(async () => {
      if (end) await scene.run(end);
    }, 120_000);

    test('is all there at first', async () => {
      await expect.poll(() => complaints(context), { timeout: 120_000 }).toEqual(usual);
    });

    test.each(
      manifests
        .filter((manifest) => !isRoot(manifest))
        .map((manifest) => ({ title: titleOf(manifest.object), object: manifest.object, manifest })),
    )('$title is missed, and heals when it is back', async ({ title, object, manifest }) => {
      const cluster = isOfWriters ? scene.hubCluster : rootOf(context);
      const reference = await referenceOf(cluster, manifest);
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
      await expect.poll(() => complaints(context), { timeout: 120_000, interval: 1000 }).toEqual(usual);
      taken += 1;
    });
  },
);

describe.skipIf(!file)('the authorities of the PostgreSQL servers', () => {
  // It is nobody's file: the platform makes it in step 2.
  const authorities = {
    ...{ apiVersion: 'v1', kind: 'ConfigMap' },
    metadata: { name: 'squadkit-postgres-authorities', namespace: 'crossplane-system' },
  };

  test('are missed, whose move that is is said, and heal when they are back', async () => {
    const cluster = rootOf('hub');
    const before = await cluster.get(authorities);
    await cluster.delete(authorities);
    const missed = await complaints('hub');
    await cluster.apply(again(before as KubernetesObject), { fieldManager: 'kubectl' });

    expect(missed).toContainEqual(expect.stringMatching(/squadkit-postgres-authorities/));
    await expect.poll(() => complaints('hub'), { timeout: 120_000, interval: 1000 }).toEqual([]);
    taken += 1;
  });
});
