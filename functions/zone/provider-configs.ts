import { providerConfigName } from '../documents/names.ts';
import { type KubernetesObject, whenObserved } from '../objects/resource.ts';
import { providerOf } from '../providers/index.ts';
import type { Request } from '../round/request.ts';
import type { Composed } from '../waiting/composed.ts';
import type { RegisteredComponent, Zone } from './read.ts';

/** Begins the composition resource names of provider configs. */
export const componentPrefix = 'component.';
/** Begins those of the further ones, before the component's name. */
const furtherPrefix = 'further.';

/** A provider config of a component, of that name. */
const named = (zone: Zone, component: string, name: string, object: KubernetesObject): Composed => ({
  object: {
    ...object,
    metadata: {
      name,
      labels: {
        'squadkit.io/zone': zone.name,
        'squadkit.io/component': component,
        'squadkit.io/environment': zone.environment,
      },
    },
  },
  ready: whenObserved,
});

/** One ClusterProviderConfig per component, by composition resource name. */
export const providerConfigs = (zone: Zone): Record<string, Composed> =>
  Object.fromEntries(
    zone.components.map(({ name, provider, settings }) => [
      componentPrefix + name,
      named(zone, name, providerConfigName(zone.name, name), providerOf(provider).configure(settings)),
    ]),
  );

/** The further ones, which a component has besides its own, by composition resource name. */
export const furtherConfigs = (zone: Zone, observed: Request['observed']): Record<string, Composed> =>
  Object.fromEntries(
    zone.components.flatMap((component) => {
      const { name, provider, settings } = component;
      const wanted = { ...madeBefore(component, observed), ...providerOf(provider).configureFurther?.(settings) };

      return Object.entries(wanted).map(([key, object]) => [
        `${furtherPrefix}${name}.${key}`,
        named(zone, name, `${providerConfigName(zone.name, name)}.${key}`, object),
      ]);
    }),
  );

/**
 * Those that were made once, as they are: Services go by them until what they have there has ended, and one that is no longer
 * composed goes although it is used (provider-kubernetes v1.2.1, seen). They stay as long as their component.
 */
const madeBefore = ({ name }: RegisteredComponent, observed: Request['observed']): Record<string, KubernetesObject> => {
  const prefix = `${furtherPrefix}${name}.`;

  return Object.fromEntries(
    Object.entries(observed)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { object }]) => {
        const { apiVersion, kind, spec } = object;

        return [key.slice(prefix.length), { apiVersion, kind, ...(spec && { spec }) }];
      }),
  );
};
