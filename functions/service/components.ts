import { labels, providerConfigName } from '../documents/names.ts';
import { setOwn } from '../objects/record.ts';
import type { Observed } from '../objects/resource.ts';
import type { Component } from '../providers/provider.ts';
import type { Registered } from './resolve.ts';
import type { Service } from './schema.ts';

/** A component of a Service with everything its provider needs. `prefix` begins the names of all its resources. */
export interface ServiceComponent extends Component<unknown, unknown> {
  provider: string;
  prefix: string;
}

/** Observed resources by the prefix of their component, and by local name. Neither zones nor components have a dot. */
const byPrefix = (observed: Record<string, Observed>): Map<string, Record<string, Observed>> => {
  const parts = new Map<string, Record<string, Observed>>();
  for (const name of Object.keys(observed)) {
    const length = name.indexOf('.', name.indexOf('.') + 1) + 1;
    const prefix = name.slice(0, length);
    const part = parts.get(prefix) ?? {};
    parts.set(prefix, part);
    setOwn(part, name.slice(length), observed[name] as Observed);
  }

  return parts;
};

/** The components of a Service in the order of the document. The Service has been admitted. */
export const componentsOf = (
  service: Service,
  { squad, zones }: Registered,
  observed: Record<string, Observed>,
): ServiceComponent[] => {
  const parts = byPrefix(observed);

  return service.zones.flatMap(({ name: zoneName, components }) =>
    components.map((requested) => {
      const zone = zones.get(zoneName);
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
        observed: parts.get(prefix) ?? {},
      };
    }),
  );
};
