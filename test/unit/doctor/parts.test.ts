import { afterAll, describe, expect, test } from 'vitest';
import { titleOf } from '../../../functions/doctor/as-shipped.ts';
import type { Cluster } from '../../../functions/doctor/cluster.ts';
import { checkParts } from '../../../functions/doctor/parts.ts';
import { installationParts } from '../../../functions/evidence/register/manifests.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { changedAt, otherThan, type Place, placesIn, valueAt } from './changes.ts';

let tried = 0;
afterAll(() => console.log(`${tried} values changed or taken away, each red by a line of its own`));

const hash = '2t5k8m4c7f';
const objectsOf = (folder: string): KubernetesObject[] =>
  (installationParts.find((part) => part.folder === folder)?.manifests ?? []).map(({ object, mountedBy }) =>
    asApplied(object, mountedBy),
  );

/** As Kustomize builds it and a cluster answers it. */
const asApplied = (object: KubernetesObject, mountedBy?: string): KubernetesObject => {
  if (mountedBy !== undefined)
    return { ...object, metadata: { ...object.metadata, name: `${object.metadata?.name}-${hash}` } };
  if (object.kind !== 'Deployment') return object;
  const text = JSON.stringify(object).replaceAll(/("configMap":\{"name":"[^"]+)"/g, `$1-${hash}"`);

  return { ...JSON.parse(text), status: { updatedReplicas: 1, availableReplicas: 1 } };
};

const isSame = (one: KubernetesObject, other: KubernetesObject): boolean =>
  one.apiVersion === other.apiVersion && titleOf(one) === titleOf(other);

const hubWith = (objects: KubernetesObject[], isClosed = (_: string) => false): Cluster =>
  ({
    get: async ({ apiVersion, kind, name, namespace }) => {
      const wanted = { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
      if (isClosed(kind)) return { missing: 'not allowed' };
      const object = objects.find((one) => isSame(one, wanted as KubernetesObject));

      return object === undefined ? { missing: 'not there' } : { object };
    },
  }) as Pick<Cluster, 'get'> as Cluster;

const complaints = async (objects: KubernetesObject[]): Promise<string[]> =>
  (await checkParts(hubWith(objects)))
    .filter(({ state }) => state !== 'well')
    .map(({ what, because }) => `${what}: ${because.join(', ')}`);

const nameless = (title: string): string => title.replace(`-${hash}`, '');

test('of what nobody installed nothing is said', async () => {
  expect(await checkParts(hubWith([]))).toEqual([]);
});

test('what two engines share is no sign of one', async () => {
  expect(
    await checkParts(hubWith(objectsOf('package/install/gitops/flux').filter(({ kind }) => kind === 'ServiceAccount'))),
  ).toEqual([]);
});

describe.each(installationParts.map(({ folder }) => folder))('%s', (folder) => {
  const all = objectsOf(folder);
  // Prometheus' operator watches what kube-state-metrics says.
  const rest = folder.endsWith('/operator') ? objectsOf('package/install/monitoring') : [];

  test('is well when all of it is there', async () => {
    const checks = await checkParts(hubWith([...all, ...rest]));

    expect(checks.length).toBe(all.length + rest.length);
    expect(checks.filter(({ state }) => state !== 'well')).toEqual([]);
  });

  test.each(all.map((object) => ({ title: titleOf(object), object })))(
    '$title is missed',
    async ({ title, object }) => {
      const said = await complaints([...all.filter((one) => one !== object), ...rest]);

      expect(said).toContainEqual(expect.stringContaining(`${nameless(title)}: `));
      expect(said.filter((line) => !line.startsWith(nameless(title)))).toEqual(
        // Nobody knows what nothing mounts.
        object.kind === 'Deployment' ? ['ConfigMap squadkit-monitoring/squadkit-metrics: nothing mounts it'] : [],
      );
    },
  );

  test('may be hidden from who looks', async () => {
    const hidden = await checkParts(hubWith([...all, ...rest], (kind) => kind === 'ClusterRole'));

    for (const { what, state } of hidden) expect(state).toBe(what.startsWith('ClusterRole ') ? 'hidden' : 'well');
  });

  test('is compared in everything that a platform does not choose', async () => {
    for (const object of all)
      for (const part of ['spec', 'rules', 'roleRef', 'subjects', 'data'].filter((one) => object[one] !== undefined)) {
        for (const place of placesIn(object[part]).leaves) {
          const full: Place = [part, ...place];
          if (isFree(object, full)) continue;
          const changed = changedAt(object, full, otherThan(valueAt(object, full)));
          tried += 1;
          const said = await complaints([...all.map((one) => (one === object ? changed : one)), ...rest]);
          expect(said, `${titleOf(object)} ${full.join('.')}`).not.toEqual([]);
        }
      }
  });
});

/** What a platform says as it needs it: where Git is, when it is looked at, and how much a program gets. */
const isFree = ({ kind, metadata }: KubernetesObject, [part, field, ...rest]: Place): boolean => {
  if (kind === 'Deployment') return field === 'replicas' || rest.includes('resources');
  if (kind === 'ConfigMap' && metadata?.name === 'squadkit-delivery') return true;
  // What it is: no rule of ours.
  if (kind === 'Service') return true;
  const ofGit: Record<string, string[]> = {
    GitRepository: ['interval', 'url', 'ref', 'ignore'],
    Kustomization: ['sourceRef', 'path', 'interval', 'retryInterval', 'timeout'],
    Application: ['project', 'source'],
    AppProject: ['sourceRepos'],
  };

  return part === 'spec' && (ofGit[kind] ?? []).includes(String(field));
};
