import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { exampleRegistry } from './examples.ts';

interface Component {
  provider: string;
  [block: string]: unknown;
}

/** The example's Zones with these settings added to every component of that provider. */
export const zonesWith = (settings: Record<string, object>): KubernetesObject[] =>
  exampleRegistry()
    .filter(({ kind }) => kind === 'Zone')
    .map((zone) => ({
      ...zone,
      spec: {
        ...zone.spec,
        components: ((zone.spec?.components ?? []) as Component[]).map((component) => ({
          ...component,
          [component.provider]: { ...(component[component.provider] as object), ...settings[component.provider] },
        })),
      },
    }));

/** A Squad that may use every zone. */
export const squadWith = (name: string, spec: object = {}): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Squad',
  metadata: { name },
  spec: { zoneSelector: {}, ...spec },
});

/** What is written on a cluster, of the composed resources of a Service, by name. */
export const manifestsOf = (resources: Record<string, { resource: unknown }>): Record<string, KubernetesObject> =>
  Object.fromEntries(
    Object.entries(resources).flatMap(([name, { resource }]) => {
      const { spec } = resource as KubernetesObject;
      const { manifest } = (spec?.forProvider ?? {}) as { manifest?: KubernetesObject };
      return manifest === undefined ? [] : [[name, manifest]];
    }),
  );
