import { labels, providerConfigName } from '../names.ts';
import type { Component } from '../providers/provider.ts';
import type { Observed } from '../resource.ts';
import type { Registered } from './resolve.ts';
import type { Service } from './schema.ts';

/** A component of a Service with everything its provider needs. `prefix` begins the names of all its resources. */
export interface ServiceComponent extends Component<unknown, unknown> {
  provider: string;
  prefix: string;
}

/** Observed resources of one component, by local name. */
const observedOf = (prefix: string, observed: Record<string, Observed>): Record<string, Observed> =>
  Object.fromEntries(
    Object.entries(observed).flatMap(([name, resource]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), resource]] : [],
    ),
  );

/** The components of a Service in the order of the document. The Service has been admitted. */
export const componentsOf = (
  service: Service,
  { squad, zones }: Registered,
  observed: Record<string, Observed>,
): ServiceComponent[] =>
  service.zones.flatMap(({ name: zoneName, components }) =>
    components.map((requested) => {
      const zone = zones[zoneName];
      const registered = zone?.components.find((component) => component.name === requested.name);
      if (zone === undefined || registered === undefined) throw new Error('a component was not admitted');

      const prefix = `${zoneName}.${requested.name}.`;

      return {
        squad,
        service: service.name,
        zone: { name: zoneName, environment: zone.environment, region: zone.region },
        component: requested.name,
        provider: requested.provider,
        prefix,
        providerConfigRef: { kind: 'ClusterProviderConfig', name: providerConfigName(zoneName, requested.name) },
        labels: labels({
          squad: squad.name,
          service: service.name,
          zone: zoneName,
          component: requested.name,
          environment: zone.environment,
        }),
        platform: registered.settings,
        settings: requested.settings,
        managedName: (local) => `${service.name}.${prefix}${local}`,
        observed: observedOf(prefix, observed),
      };
    }),
  );
