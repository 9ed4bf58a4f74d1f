import type { Client } from 'pg';
import type { ControlPlane, PostgresServer } from '../../control-plane/control-plane.ts';
import { applyOnceCounted, readExamples, withLiveValues } from '../../control-plane/examples.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';

const apiVersion = 'squadkit.io/v1alpha1';

/** Applies Zones and Squads of the examples with the values of this control plane, and waits until they are ready. */
export const applyPlatform = async (controlPlane: ControlPlane): Promise<void> => {
  const { hub } = controlPlane;
  const documents = [...readExamples('platform/zones'), ...readExamples('platform/squads')];
  for (const document of documents) await hub.apply(withLiveValues(document, controlPlane));
  for (const document of documents) await hub.waitFor(document, (found) => isTrue(found, 'Ready'), { what: 'Ready' });
};

/** A Service of the example repository. */
export const exampleService = (name: string): KubernetesObject => {
  const service = readExamples('squads').find(({ metadata }) => metadata.name === name);
  if (!service) throw new Error(`examples/squads has no Service ${name}`);

  return service;
};

/** A Service with a database on spike and a namespace on aqua. */
export const serviceOf = (
  squad: string,
  name: string,
  zone: string,
  settings: { postgres?: object; kubernetes?: object } = {},
): KubernetesObject => ({
  apiVersion,
  kind: 'Service',
  metadata: { name, namespace: squad },
  spec: {
    zones: [
      {
        name: zone,
        components: [
          { name: 'spike', provider: 'postgres', ...(settings.postgres && { postgres: settings.postgres }) },
          { name: 'aqua', provider: 'kubernetes', ...(settings.kubernetes && { kubernetes: settings.kubernetes }) },
        ],
      },
    ],
  },
});

/** Applies a Service and waits until it is Ready, for so many seconds. */
export const makeReady = async (
  { hub }: ControlPlane,
  service: KubernetesObject,
  seconds = 120,
): Promise<KubernetesObject> => {
  const { generation } = (await applyOnceCounted(hub, service)).metadata;
  const ready = await hub.waitFor(
    service,
    (object) =>
      isTrue(object, 'Ready') && condition(object, 'Accepted')?.status === 'True' && isCurrent(object, generation),
    { seconds, what: 'Ready' },
  );

  return ready as KubernetesObject;
};

/**
 * Whether the function has read it, and Ready is of what it said then. Each alone is not enough: an edit that comes while
 * Crossplane is in a round is marked as seen with what was so before; and what the function says of its generation is written a
 * moment before Ready is.
 */
export const isCurrent = (object: KubernetesObject | undefined, generation: number | undefined): boolean =>
  [object?.status?.observedGeneration, condition(object, 'Ready')?.observedGeneration].every(
    (seen) => (seen ?? 0) >= (generation ?? 0),
  );

/** The managed resources and Secrets that a Service composes, as they are on the hub. */
export const composedOf = async ({ hub }: ControlPlane, service: KubernetesObject): Promise<KubernetesObject[]> => {
  const current = await hub.get(service);
  const references = (current?.spec?.crossplane?.resourceRefs ?? []) as {
    apiVersion: string;
    kind: string;
    name: string;
  }[];
  const objects = await Promise.all(
    references.map(({ apiVersion, kind, name }) =>
      hub.get({ apiVersion, kind, metadata: { name, namespace: service.metadata.namespace ?? '' } }),
    ),
  );

  return objects.filter((object) => object !== undefined);
};

/** A Service and everything that it composes, a line each with the generation: it stays the same while nobody changes anything. */
export const restOf = async (controlPlane: ControlPlane, service: KubernetesObject): Promise<string[]> =>
  [await controlPlane.hub.get(service), ...(await composedOf(controlPlane, service))].map(
    (object) => `${object?.kind} ${object?.metadata.name} ${object?.metadata.generation}`,
  );

/** Secret data as text. */
export const textOf = (secret: KubernetesObject | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(secret?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );

/** A session of a server with what a Secret of it says, as a workload reads it. */
export const sessionOf = (
  { connect }: Pick<PostgresServer, 'connect'>,
  { username, password, database }: Record<string, string>,
): Promise<Client> => connect({ user: username as string, password: password as string, database: database as string });
