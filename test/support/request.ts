import { Ready, type Resource, type RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { leftoverRequirements } from '../../functions/providers/leftovers.ts';
import { exampleRegistry } from './examples.ts';

export const resourceOf = (object: KubernetesObject, connection: Record<string, string> = {}): Resource => ({
  resource: object,
  connectionDetails: Object.fromEntries(Object.entries(connection).map(([key, value]) => [key, Buffer.from(value)])),
  ready: Ready.READY_UNSPECIFIED,
});

/** The platform's namespace, which package/install makes. */
const systemNamespace: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'squadkit-system', uid: 'system' },
};

/** A copy to change: structuredClone() would turn the buffers of connection details into plain arrays. */
export const copyOf = (observed: Record<string, Resource>): Record<string, Resource> =>
  Object.fromEntries(
    Object.entries(observed).map(([name, { resource, connectionDetails, ready }]) => [
      name,
      { resource: structuredClone(resource), connectionDetails: { ...connectionDetails }, ready },
    ]),
  );

/** A request as Crossplane sends it in the second call of a round: with the Squad and the Zones that were asked for. */
export const requestFor = (
  composite: KubernetesObject,
  observed: Record<string, Resource> = {},
  registry: KubernetesObject[] = exampleRegistry(),
): RunFunctionRequest => {
  const items = (matches: (object: KubernetesObject) => boolean) => ({
    items: registry.filter(matches).map((object) => resourceOf(object)),
  });
  const zones = Array.isArray(composite.spec?.zones) ? composite.spec.zones : [];
  const components = Array.isArray(composite.spec?.components) ? composite.spec.components : [];

  return {
    meta: { tag: 'test', capabilities: [] },
    observed: { composite: resourceOf(composite), resources: observed },
    desired: { composite: undefined, resources: {} },
    requiredResources: {
      squad: items(({ kind, metadata }) => kind === 'Squad' && metadata?.name === composite.metadata?.namespace),
      services: items(({ kind }) => kind === 'Service'),
      zones: items(({ kind }) => kind === 'Zone'),
      namespace: items(({ kind, metadata }) => kind === 'Namespace' && metadata?.name === composite.metadata?.name),
      'kept.postgres': items(
        ({ kind, metadata }) =>
          kind === 'ConfigMap' &&
          metadata?.namespace === 'squadkit-backups' &&
          metadata.labels?.['app.kubernetes.io/part-of'] === composite.metadata?.name,
      ),
      delivery: items(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === 'squadkit-delivery'),
      record: items(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === `squad.${composite.metadata?.name}`,
      ),
      system: { items: [resourceOf(systemNamespace)] },
      ...Object.fromEntries(Object.keys(leftoverRequirements({})).map((key) => [key, { items: [] }])),
      ...Object.fromEntries(
        components.map((component) => [
          `config.${component?.name}`,
          items(
            ({ kind, metadata }) =>
              kind === 'ClusterProviderConfig' && metadata?.name === `${composite.metadata?.name}.${component?.name}`,
          ),
        ]),
      ),
      ...Object.fromEntries(components.map((component) => [`claim.${component?.name}`, { items: [] }])),
      ...Object.fromEntries(
        zones.map((zone) => [
          `zone.${zone?.name}`,
          items(({ kind, metadata }) => kind === 'Zone' && metadata?.name === zone?.name),
        ]),
      ),
    },
    requiredSchemas: {},
    extraResources: {},
    credentials: {},
  };
};
