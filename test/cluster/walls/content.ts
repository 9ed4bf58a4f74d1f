import { join } from 'node:path';
import { outcomeOf } from '../../../functions/simulation/outcome.ts';
import { load } from '../../../functions/tree/load.ts';
import { ApiError } from '../../control-plane/api-error.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { waitForCrds } from '../../control-plane/providers.ts';
import { repository } from '../../control-plane/state.ts';
import { objectsIn } from '../../control-plane/steps/apply.ts';
import { bindings, otherSquadkit } from './actors.ts';
import { bodiesOf } from './body.ts';
import { openDefinition } from './definition.ts';
import { serveNetworks } from './networks.ts';
import type { ClusterName, Servers } from './servers.ts';

const isPolicy = ({ apiVersion }: KubernetesObject) => apiVersion.startsWith('admissionregistration.k8s.io/');

const installed = Object.fromEntries(
  Object.entries({ hub: 'hub', aqua: 'remote' }).map(([name, folder]) => [
    name,
    objectsIn(join(repository, 'package/install', folder)),
  ]),
) as Record<ClusterName, KubernetesObject[]>;

/** The admission policies and bindings of package/install, by cluster. */
export const policies = (name: ClusterName): KubernetesObject[] => installed[name].filter(isPolicy);

/** The CRD that Crossplane makes of an XRD: the same schema with its own field and conditions. */
const definitionOf = ({ metadata, spec }: KubernetesObject): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: metadata.name },
  spec: {
    group: spec.group,
    names: { ...spec.names, listKind: `${spec.names.kind}List` },
    scope: spec.scope,
    versions: spec.versions.map(({ name, schema }: { name: string; schema: { openAPIV3Schema: KubernetesObject } }) => {
      const { properties, ...rest } = schema.openAPIV3Schema;
      const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
      return {
        name,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            ...rest,
            properties: {
              ...properties,
              spec: { ...properties.spec, properties: { ...properties.spec.properties, crossplane: open } },
              status: open,
            },
          },
        },
      };
    }),
  },
});

const named = (apiVersion: string, kind: string, name: string, namespace?: string): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace && { namespace }) },
});

/** Everything that is made of the examples, as the function makes it. */
const composed = () => {
  const { target } = load(join(repository, 'examples'));
  const documents = [...target.squads.values(), ...target.zones.values(), ...target.services.values()].map(
    ({ object }) => object,
  );
  const resources = documents.flatMap((object) => Object.values(outcomeOf(object, target.open).resources));

  return { documents, resources } as unknown as { documents: KubernetesObject[]; resources: KubernetesObject[] };
};

/** Two writers of the list and Crossplane, each with a home and a program, as they are installed. */
const homes: KubernetesObject[] = [
  ['crossplane-system', 'crossplane'],
  ['flux-system', 'kustomize-controller'],
].flatMap(([namespace = '', name = '']) => [
  named('v1', 'Namespace', namespace),
  named('v1', 'ServiceAccount', name, namespace),
  { ...named('v1', 'Secret', name, namespace), data: { key: 'YQ==' } },
  {
    ...named('apps/v1', 'Deployment', name, namespace),
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { serviceAccountName: name, containers: [{ name, image: 'a:1' }] },
      },
    },
  },
  { ...named('coordination.k8s.io/v1', 'Lease', `${name}-leader`, namespace), spec: { holderIdentity: `${name}-1` } },
  named('v1', 'ResourceQuota', name, namespace),
  {
    ...named('v1', 'ReplicationController', name, namespace),
    spec: {
      replicas: 0,
      selector: { of: name },
      template: { metadata: { labels: { of: name } }, spec: { containers: [{ name, image: 'a:1' }] } },
    },
  },
  {
    ...named('v1', 'Service', name, namespace),
    spec: { selector: { app: name }, ports: [{ port: 443 }] },
  },
  {
    ...named('v1', 'Pod', name, namespace),
    spec: { serviceAccountName: name, containers: [{ name, image: 'a:1' }] },
  },
]);

/** What Flux applies with its own rights, as much of it as the API server needs to know. */
const engine = openDefinition('kustomize.toolkit.fluxcd.io', 'Kustomization');

/** The CRDs of Crossplane, the providers and Squadkit, as they are on a hub. */
export const crdsOf = (tool: Servers['tool']): KubernetesObject[] =>
  [
    ...objectsIn(tool('crossplane').directory('cluster/crds')),
    ...['provider-sql', 'provider-kubernetes'].flatMap((name) => objectsIn(tool(name).directory('package/crds'))),
    ...xrds().map(definitionOf),
    engine,
    // Between versions converts the webhook of a provider, which does not run here.
  ].map(({ spec: { conversion: _, ...spec }, ...crd }) => ({ ...crd, spec }) as KubernetesObject);

const xrds = () =>
  ['services', 'squads', 'zones'].map(
    (kind) => objectsIn(join(repository, 'apis', kind, 'definition.yaml'))[0] as KubernetesObject,
  );

/** Makes the hub as it is when Squadkit runs, without the policies. */
export const fillHub = async ({ clusters: { hub }, tool }: Servers, crds: KubernetesObject[]): Promise<void> => {
  const { documents, resources } = composed();
  await Promise.all(crds.map((crd) => hub.apply(crd)));
  for (const name of ['provider-sql', 'provider-kubernetes']) await waitForCrds(hub, tool(name).directory('package'));
  for (const crd of crds) await hub.waitFor(crd, (found) => isTrue(found, 'Established'), { what: 'established' });

  const bodyOf = bodiesOf(crds);
  const kinds = crds.filter(({ spec }) => /^(apiextensions|pkg|ops)\.crossplane\.io$/.test(spec.group));
  // One object of everything that decides what Crossplane runs, whether this version uses it or not.
  const machinery = kinds
    .filter(({ spec }) => !['CompositeResourceDefinition', 'Composition'].includes(spec.names.kind))
    .map(({ spec }) => {
      const { name } = spec.versions.find(({ storage }: { storage: boolean }) => storage);
      return bodyOf(`${spec.group}/${name}`, spec.names.kind, {
        name: 'squadkit',
        ...(spec.scope === 'Namespaced' && { namespace: 'galaxy' }),
      });
    });
  const compositions = ['services', 'squads', 'zones'].flatMap((kind) =>
    objectsIn(join(repository, 'apis', kind, 'composition.yaml')),
  );
  const secrets = ['spike-admin', 'aqua-kubeconfig'].map((name) => ({
    ...named('v1', 'Secret', name, 'squadkit-system'),
    data: { key: 'YQ==' },
  }));
  // With the name of a store of secrets, as a platform puts it in.
  const installedHere = installed.hub
    .filter((object) => !isPolicy(object))
    .map((object) =>
      object.kind === 'ConfigMap'
        ? { ...object, data: { ...object.data, credentialGroups: 'walls:credentials\n' } }
        : object,
    );
  await applyAll(
    hub,
    installedHere.filter(({ kind }) => kind === 'Namespace'),
  );
  await applyAll(hub, [
    ...homes,
    ...objectsIn(join(repository, 'test/control-plane/crossplane-roles.yaml')),
    ...installedHere,
    ...resources.filter(({ kind }) => kind === 'Namespace'),
    ...secrets,
    ...xrds(),
    ...compositions,
    ...machinery,
    ...documents,
    ...(await withOwners(
      hub,
      resources.filter(({ kind }) => kind !== 'Namespace'),
    )),
    ...bindings('hub'),
    {
      ...named('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'platform', 'flux-system'),
      spec: { path: './platform' },
    },
  ]);
};

/** With the owners that there are: what has none is deleted, as the record of a squad's name would be. */
const withOwners = (hub: Cluster, objects: KubernetesObject[]): Promise<KubernetesObject[]> =>
  Promise.all(
    objects.map(async (object) => {
      const { ownerReferences } = object.metadata;
      if (!ownerReferences) return object;
      const owners = await Promise.all(
        ownerReferences.map(async (reference: { apiVersion: string; kind: string; name: string }) => {
          const owner = await hub.get({ ...reference, metadata: { name: reference.name } });
          return { ...reference, uid: owner?.metadata.uid };
        }),
      );

      return { ...object, metadata: { ...object.metadata, ownerReferences: owners } } as KubernetesObject;
    }),
  );

/** What is made before what lies in it, or is for it. */
const early = ['Namespace', 'ServiceAccount'];

/** Makes a cluster as it is when Services of two squads are on it, without the policies. */
export const fillAqua = async ({ clusters: { aqua } }: Pick<Servers, 'clusters'>): Promise<void> => {
  const manifests = composed()
    .resources.filter(({ kind }) => kind === 'Object')
    .map(({ spec }) => spec.forProvider.manifest as KubernetesObject)
    .sort((a, b) => rankOf(a) - rankOf(b));
  await serveNetworks(aqua);
  const installedHere = installed.aqua
    .filter((object) => !isPolicy(object))
    .map((object) =>
      object.kind === 'ConfigMap' && object.metadata.name === 'squadkit-writers'
        ? { ...object, data: { ...object.data, squadkitUsers: `${object.data?.squadkitUsers}${otherSquadkit}\n` } }
        : object,
    );
  await applyAll(aqua, [...installedHere, ...manifests, ...bindings('aqua')]);
};

const rankOf = ({ kind }: KubernetesObject) => (early.includes(kind) ? early.indexOf(kind) : early.length);

const applyAll = async (cluster: Cluster, objects: KubernetesObject[]) => {
  for (const object of objects) {
    try {
      await cluster.apply(object);
    } catch (error) {
      if (error instanceof ApiError) error.message = `${object.kind} ${object.metadata.name}: ${error.message}`;

      throw error;
    }
  }
};
