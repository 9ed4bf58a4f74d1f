import { join } from 'node:path';
import { outcomeOf } from '../../../functions/simulation/outcome.ts';
import { load } from '../../../functions/tree/load.ts';
import { ApiError } from '../../control-plane/api-error.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { waitForCrds } from '../../control-plane/providers.ts';
import { repository } from '../../control-plane/state.ts';
import { objectsIn } from '../../control-plane/steps/apply.ts';
import { actors, bindings } from './actors.ts';
import { bodiesOf } from './body.ts';
import { type ClusterName, clusterNames, type Servers } from './servers.ts';

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
  {
    ...named('v1', 'Pod', name, namespace),
    spec: { serviceAccountName: name, containers: [{ name, image: 'a:1' }] },
  },
]);

/** Makes both clusters as they are when Squadkit runs, without the policies; answers the CRDs of the hub. */
export const fill = async ({ clusters, tool }: Servers): Promise<KubernetesObject[]> => {
  const { hub, aqua } = clusters;
  const { documents, resources } = composed();
  const xrds = ['services', 'squads', 'zones'].map(
    (kind) => objectsIn(join(repository, 'apis', kind, 'definition.yaml'))[0] as KubernetesObject,
  );
  const crds = [
    ...objectsIn(tool('crossplane').directory('cluster/crds')),
    ...['provider-sql', 'provider-kubernetes'].flatMap((name) => objectsIn(tool(name).directory('package/crds'))),
    ...xrds.map(definitionOf),
    // Between versions converts the webhook of a provider, which does not run here.
  ].map(({ spec: { conversion: _, ...spec }, ...crd }) => ({ ...crd, spec }) as KubernetesObject);
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
  const on = (name: ClusterName) =>
    installed[name]
      .filter((object) => !isPolicy(object))
      .map((object) =>
        name === 'hub' && object.kind === 'ConfigMap'
          ? { ...object, data: { ...object.data, credentialGroups: 'walls:credentials\n' } }
          : object,
      );
  const namespaces = resources.filter(({ kind }) => kind === 'Namespace');
  const rest = resources.filter(({ kind }) => kind !== 'Namespace');
  const roles = objectsIn(join(repository, 'test/control-plane/crossplane-roles.yaml'));
  await applyAll(hub, [
    ...homes,
    ...roles,
    ...on('hub'),
    ...namespaces,
    ...secrets,
    ...xrds,
    ...compositions,
    ...machinery,
    ...documents,
    ...rest,
    ...bindings('hub'),
  ]);

  const manifests = resources
    .filter(({ kind }) => kind === 'Object')
    .map(({ spec }) => spec.forProvider.manifest as KubernetesObject)
    .sort(
      (a, b) =>
        Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace') ||
        Number(b.kind === 'ServiceAccount') - Number(a.kind === 'ServiceAccount'),
    );
  await applyAll(aqua, [...on('aqua'), ...manifests, ...bindings('aqua')]);

  return crds;
};

const applyAll = async (cluster: Servers['clusters'][ClusterName], objects: KubernetesObject[]) => {
  for (const object of objects) {
    try {
      await cluster.apply(object);
    } catch (error) {
      if (error instanceof ApiError) error.message = `${object.kind} ${object.metadata.name}: ${error.message}`;

      throw error;
    }
  }
};

export { actors, clusterNames };
