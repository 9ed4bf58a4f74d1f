import { labels, providerConfigName } from '../documents/names.ts';
import { setOwn } from '../objects/record.ts';
import type { Observed } from '../objects/resource.ts';
import { markOf } from '../ownership/mark.ts';
import type { Component } from '../providers/provider.ts';
import type { Path } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import type { Squad } from '../squad/read.ts';
import type { AdmittedZone } from './resolve.ts';
import type { Service } from './schema.ts';

/** A component of a Service with everything its provider needs. */
export interface ServiceComponent extends Component<unknown, unknown> {
  provider: string;
  /** Begins the names of all its resources. */
  prefix: string;
  /** Where the Service asks for it. */
  path: Path;
}

/** A zone of a Service with what it gets there. */
export interface ServiceZone {
  zone: ServiceComponent['zone'];
  components: ServiceComponent[];
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

/** The components of a Service, zone by zone in the order of the document. */
export const componentsOf = (
  service: Pick<Service, 'name'>,
  squad: Squad,
  zones: AdmittedZone[],
  { hub, observed }: Pick<Request, 'hub' | 'observed'>,
): ServiceZone[] => {
  const parts = byPrefix(observed);

  return zones.map(({ zone: { name, environment, region }, components }) => {
    const zone = { name, environment, region };

    return {
      zone,
      components: components.map(({ requested, registered, path }): ServiceComponent => {
        const prefix = `${name}.${requested.name}.`;

        return {
          squad,
          service: service.name,
          zone,
          component: requested.name,
          provider: requested.provider,
          prefix,
          path,
          providerConfigRef: { kind: 'ClusterProviderConfig', name: providerConfigName(name, requested.name) },
          labels: labels({
            squad: squad.name,
            service: service.name,
            zone: name,
            component: requested.name,
            environment,
          }),
          mark: markOf({ hub, squad: squad.name, service: service.name, environment }),
          platform: registered.settings,
          settings: requested.settings,
          managedName: (local) => `${service.name}.${prefix}${local}`,
          observed: parts.get(prefix) ?? {},
        };
      }),
    };
  });
};
