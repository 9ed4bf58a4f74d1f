import { setTimeout as sleep } from 'node:timers/promises';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { eventually } from '../support/eventually.ts';
import { asCrossplane, emergency, type Fault, noticed, type Scene } from './scene.ts';

/** The Zone frontier of the examples; `endpoint` is where services reach its database server, if that is special. */
export const frontier = ({ controlPlane }: Scene, endpoint?: { host: string; port: number }): KubernetesObject => {
  const example = readExamples('platform/zones').find(({ metadata }) => metadata.name === 'frontier');
  if (!example) throw new Error('examples/platform/zones has no zone frontier');
  const zone = withLiveValues(example, controlPlane);
  for (const { postgres } of zone.spec.components) {
    // Its replicas move with it: in the examples they are the same server.
    if (postgres && endpoint) Object.assign(postgres, { endpoint, readEndpoint: endpoint });
  }

  return zone;
};

/** Somebody commits a Zone that names a Secret which does not exist, and reverts it after everybody has noticed. */
export const zoneEditedWrongly: Fault = {
  name: 'at work: Zone edited to credentials that do not exist, reverted after it is noticed',
  strike: async (scene) => {
    const zone = frontier(scene);
    for (const component of zone.spec.components) {
      const settings = component.postgres ?? component.kubernetes;
      settings.credentialsSecretRef = { ...settings.credentialsSecretRef, name: 'mistyped' };
    }
    await scene.controlPlane.hub.apply(zone);
    await noticed(scene);
  },
  mend: async (scene) => {
    await scene.controlPlane.hub.apply(frontier(scene));
  },
};

/** Somebody takes a component that is used out of the Zone, and reverts it. */
export const componentUnregistered: Fault = {
  name: 'at work: used components taken out of the Zone for a minute',
  strike: async (scene) => {
    const zone = frontier(scene);
    zone.spec.components = zone.spec.components.slice(0, 1);
    await scene.controlPlane.hub.apply(zone);
    await sleep(60_000);
  },
  mend: async (scene) => {
    await scene.controlPlane.hub.apply(frontier(scene));
  },
};

const configs = ['postgresql.sql.m.crossplane.io/v1alpha1', 'kubernetes.m.crossplane.io/v1alpha1'].map(
  (apiVersion, index) => ({
    apiVersion,
    kind: 'ClusterProviderConfig',
    metadata: { name: index === 0 ? 'frontier.spike' : 'frontier.aqua' },
  }),
);

/**
 * Somebody deletes the provider configs. They are in use, so a finalizer keeps them; he removes that as well, and the
 * Zone makes them anew.
 */
export const providerConfigsDeleted: Fault = {
  name: 'at work: provider configs of the Zone deleted by force',
  strike: async (scene) => {
    const hub = asCrossplane(scene);
    for (const config of configs) {
      const { uid } = (await hub.get(config))?.metadata ?? {};
      await hub.delete(config);
      await eventually('the provider config is gone', async () => {
        const found = await hub.get(config);
        if (found !== undefined && found.metadata.uid === uid) {
          await hub.patch(config, { metadata: { finalizers: null } });
        }
        return found?.metadata.uid !== uid;
      });
    }
  },
  isHealed: async ({ controlPlane: { hub } }) => {
    const found = await Promise.all(configs.map((config) => hub.get(config)));
    return found.every((config) => config !== undefined && config.metadata.deletionTimestamp === undefined);
  },
};

/** The squad of the next fault, which has its namespace to itself. */
export const comet: KubernetesObject = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Squad',
  metadata: { name: 'comet' },
  spec: { zoneSelector: { matchLabels: { 'squadkit.io/environment': 'production' } }, limits: { services: 5 } },
};

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: comet.metadata.name } };

/** What providers manage in a namespace. */
const managed = async ({ controlPlane: { hub } }: Scene): Promise<KubernetesObject[]> => {
  const kinds = ['Role', 'Grant', 'Database', 'Schema', 'DefaultPrivileges'].map((kind) => [
    configs[0]?.apiVersion,
    kind,
  ]);
  const lists = [...kinds, [configs[1]?.apiVersion, 'Object']].map(([apiVersion = '', kind = '']) =>
    hub.list(apiVersion, kind, { namespace: comet.metadata.name }),
  );

  return (await Promise.all(lists)).flat();
};

/**
 * Somebody takes away what protects the namespace of a squad, and deletes it with every Service in it. It does not go:
 * providers want to write in it before they delete anything. The SRE does what the Squad says, the Squad makes it anew,
 * and the Services come back from Git and find their data.
 */
export const namespaceDeleted: Fault = {
  name: "at work: a squad's namespace deleted by force, freed by the SRE, its Services applied again",
  strike: async (scene) => {
    const hub = emergency(scene);
    const { uid } = (await hub.get(namespace))?.metadata ?? {};
    await hub.patch(namespace, { metadata: { labels: { 'crossplane.io/in-use': null } } });
    await hub.delete(namespace);
    await eventually('only what cannot go is left', async () => {
      const left = await hub.get(namespace);
      return left?.status?.conditions?.some(({ type }: { type: string }) => type === 'NamespaceFinalizersRemaining');
    });
    await eventually('the Squad says what to do', async () => {
      const { reason, message } = condition(await hub.get(comet), 'ActionNeeded') ?? {};
      return reason === 'SRE' && message?.includes('"finalizers":null') === true;
    });
    await eventually('the namespace is made anew', async () => {
      for (const { apiVersion, kind, metadata } of await managed(scene)) {
        if (metadata.deletionTimestamp)
          await hub.patch({ apiVersion, kind, metadata }, { metadata: { finalizers: null } });
      }
      const found = await hub.get(namespace);
      return found?.metadata.uid !== uid && found?.status?.phase === 'Active';
    });
  },
  mend: async ({ controlPlane: { hub }, service }) => {
    await eventually('Services are taken again', async () => Boolean(await hub.apply(service)));
  },
};
