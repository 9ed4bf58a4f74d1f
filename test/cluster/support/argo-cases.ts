import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import type { ArgoDelivery } from './argo-delivery.ts';
import { folder, shop, specOfShop, squad } from './argo-squad.ts';
import { eventually } from './eventually.ts';

const spike = { name: 'spike', provider: 'postgres' };
const squadkit = 'squadkit.io/v1alpha1';
const roles = 'rbac.authorization.k8s.io';
const argo = 'argoproj.io/v1alpha1';

/** What a Service may ask that Squadkit refuses, and how its sentence begins. */
export const refused = [
  {
    reason: 'ZoneNotFound',
    zones: [{ name: 'prairie', components: [spike] }],
    says: /^Degraded ZoneNotFound: zone prairie is not registered. Squad: use one of meadow/,
  },
  {
    reason: 'ZoneNotAllowed',
    zones: [{ name: 'frontier', components: [spike] }],
    says: /^Degraded ZoneNotAllowed: squad argonova may not use zone frontier. Platform: /,
  },
  {
    reason: 'ComponentNotFound',
    zones: [{ name: 'meadow', components: [{ name: 'nile', provider: 'postgres' }] }],
    says: /^Degraded ComponentNotFound: zone meadow has no component nile. Squad: use one of /,
  },
  {
    reason: 'ProviderMismatch',
    zones: [{ name: 'meadow', components: [{ name: 'spike', provider: 'kubernetes' }] }],
    says: /^Degraded ProviderMismatch: component spike of zone meadow is postgres, not kubernetes. Squad: /,
  },
];

/** What the schema refuses of a Service, by a change of its text; what the API server says; and what `squadkit wait` does. */
export const malformed = [
  {
    what: 'a value that there is not',
    change: (file: string) => file.replace('provider: postgres', 'provider: postgresql'),
    says: /Unsupported value: "postgresql"/,
    waited: /Argo CD could not apply this commit: .*Unsupported value: "postgresql"/,
  },
  {
    what: 'what belongs to Crossplane',
    change: (file: string) => file.replace('spec:', 'spec:\n  crossplane: { compositionUpdatePolicy: Manual }'),
    says: /leave spec.crossplane out/,
    waited: /Argo CD could not apply this commit: .*leave spec.crossplane out/,
  },
  {
    what: 'a file that is no YAML',
    change: (file: string) => `${file}  spec: [`,
    says: /ComparisonError: .*yaml/i,
    // Before any hub is asked.
    waited: /shop\.yaml:\d+:\d+: this is not YAML/,
  },
];

const subjects = [{ apiGroup: roles, kind: 'User', name: 'ada' }];
const inNamespaces: Record<string, Partial<KubernetesObject>> = {
  Service: { apiVersion: squadkit, spec: { zones: [{ name: 'meadow', components: [spike] }] } },
  ConfigMap: { apiVersion: 'v1', data: { engine: 'none' } },
  ServiceAccount: { apiVersion: 'v1' },
  RoleBinding: {
    ...{ apiVersion: `${roles}/v1`, subjects },
    roleRef: { apiGroup: roles, kind: 'ClusterRole', name: 'admin' },
  },
  AppProject: { apiVersion: argo, spec: { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] } },
};
const ofTheCluster: Record<string, Partial<KubernetesObject>> = {
  Squad: { apiVersion: squadkit, spec: { zoneSelector: { matchLabels: {} } } },
  Zone: { apiVersion: squadkit, spec: { environment: 'engineering', region: 'eu-west-1', components: [] } },
  Namespace: { apiVersion: 'v1' },
  ClusterRoleBinding: {
    ...{ apiVersion: `${roles}/v1`, subjects },
    roleRef: { apiGroup: roles, kind: 'ClusterRole', name: 'admin' },
  },
};
const namespaces = [squad, 'galaxy', 'squadkit-system', 'squadkit-delivery', 'argocd'];

/** Everything that a squad's folder may not have: each kind in each namespace, and each kind of the cluster. */
export const foreign: KubernetesObject[] = [
  ...Object.entries(inNamespaces).flatMap(([kind, object]) =>
    namespaces
      .filter((namespace) => kind !== 'Service' || namespace !== squad)
      .map((namespace) => ({ ...object, kind, metadata: { name: 'argothief', namespace } })),
  ),
  ...Object.entries(ofTheCluster).map(([kind, object]) => ({ ...object, kind, metadata: { name: 'argothief' } })),
].map((object) => object as KubernetesObject);

type Zones = { components: { name: string; postgres?: object; kubernetes?: object }[] }[];

const changed = (zones: Zones, component: string, settings: object): Zones =>
  zones.map((zone) => ({
    ...zone,
    components: zone.components.map((each) => (each.name === component ? { ...each, ...settings } : each)),
  }));

type Drift = (zones: Zones) => Zones | undefined;

/** What somebody with the right to it changes of a Service on the hub: its zones, or nothing is left of it. */
export const drifts: { what: string; change: Drift }[] = [
  { what: 'a value that Git names', change: (zones) => changed(zones, 'spike', { postgres: { connections: 3 } }) },
  {
    what: 'a component less',
    change: (zones) => zones.map((zone) => ({ ...zone, components: zone.components.slice(0, 1) })),
  },
  { what: 'all of it: the Service is deleted', change: () => undefined },
];

const unnamed: Drift = (zones) => changed(zones, 'aqua', { kubernetes: { size: 'medium' } });

/** Changes the shop on the hub, or deletes it and waits until that one is gone. */
export const driftBy = async ({ hub }: ControlPlane, change: Drift): Promise<void> => {
  const zones = change((await hub.get(shop))?.spec.zones);
  if (zones) {
    await hub.patch(shop, { spec: { zones } });
    return;
  }
  const uid = (await hub.get(shop))?.metadata.uid;
  await hub.delete(shop);
  await hub.waitFor(shop, (found) => found?.metadata.uid !== uid, { what: 'gone' });
};

/** Whether Squadkit has read the shop as it is on the hub now, and it is Ready. */
const isReadAndReady = async ({ hub }: ControlPlane): Promise<boolean> => {
  const found = await hub.get(shop);

  return isTrue(found, 'Ready') && found?.status?.observedGeneration === found?.metadata.generation;
};

/** Whether the hub has the shop with these settings again, Squadkit has read them, and it is Ready. */
export const isReadyAs = async (controlPlane: ControlPlane, spec: object): Promise<boolean> =>
  JSON.stringify(await specOfShop(controlPlane)) === JSON.stringify(spec) && isReadAndReady(controlPlane);

/** Sets on the hub what Git leaves to the default, and waits until Squadkit has read that. */
export const driftUnnamed = async (controlPlane: ControlPlane): Promise<void> => {
  await driftBy(controlPlane, unnamed);
  await eventually('Squadkit has read it', () => isReadAndReady(controlPlane));
};

/** Of what changes so often Crossplane (2.3.4) may miss an edit, until its circuit breaker closes after five minutes. */
export const lateEvent = { seconds: 330 };

/** For a test that waits for that twice. */
export const late = { timeout: 700_000 };

/** Whether Argo CD, once it has looked at a commit, says of a document that it is Degraded, in the document's own words. */
export const isDegradedAs = async (
  { hub }: ControlPlane,
  { healthOf }: Pick<ArgoDelivery, 'healthOf'>,
  document: KubernetesObject,
  { commit, says }: { commit: string; says: RegExp },
): Promise<boolean> => {
  const stalled = condition(await hub.get(document), 'Stalled');
  const said = (await healthOf(folder, document, commit)) ?? '';

  return says.test(said) && said === `Degraded ${stalled?.reason}: ${stalled?.message}`;
};
