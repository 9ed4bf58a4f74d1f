import { labels, providerConfigName } from '../documents/names.ts';
import { setOwn } from '../objects/record.ts';
import type { Observed } from '../objects/resource.ts';
import { timeOf } from '../objects/time.ts';
import { markOf } from '../ownership/mark.ts';
import { bindingName } from '../providers/binding.ts';
import { providerOf } from '../providers/index.ts';
import type { Component, Surroundings } from '../providers/provider.ts';
import type { Requirements } from '../round/answer.ts';
import type { Path } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import type { Squad } from '../squad/read.ts';
import { janitorReport, saidOf } from '../zone/sessions.ts';
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

/**
 * The report of the janitor, if there is a component for which it matters; nothing before.
 */
export const sessionRequirements = ({ zones }: Service, { observed }: Pick<Request, 'observed'>): Requirements => {
  const parts = byPrefix(observed);
  const asks = zones.some(({ name, components }) =>
    components.some(({ name: component, provider }) =>
      providerOf(provider).asksForSessions?.(parts.get(`${name}.${component}.`) ?? {}),
    ),
  );
  const { apiVersion, kind, name, namespace } = janitorReport;

  return asks ? { [sessionsKey]: { apiVersion, kind, namespace, matchName: name } } : {};
};

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

/** What a round knows beside what is composed: when it is, and whether the document that is there is refused. */
export interface Moment {
  now: number;
  isKept: boolean;
}

/** Under this key a Service asks for what the janitor says. */
export const sessionsKey = 'sessions';

/**
 * What a component knows of a round, of its zone's others and of who counts sessions.
 *
 * @param zone the components of its zone, itself among them
 */
const surroundingsOf = (
  component: ServiceComponent,
  zone: ServiceComponent[],
  { now, isKept }: Moment,
  required: Request['required'],
): Surroundings => ({
  now,
  isKept,
  isReceived: (login, generation) =>
    zone.every((other) => {
      const { holds } = providerOf(other.provider);
      const binding = bindingName(component.component, login);

      return other === component || holds === undefined || holds(other, binding, generation);
    }),
  sessions: () => {
    const [report] = required[sessionsKey] ?? [];
    const said = report && saidOf(report, `${component.zone.name}.${component.component}`);

    return said && { at: timeOf(said.lookedAt), logins: said.generations };
  },
});

/**
 * The components of a Service, zone by zone in the order of the document.
 *
 * @param moment undefined where nothing is decided
 */
export const componentsOf = (
  service: Pick<Service, 'name'>,
  squad: Squad,
  zones: AdmittedZone[],
  { hub, observed, required = {} }: Pick<Request, 'hub' | 'observed'> & Partial<Pick<Request, 'required'>>,
  moment?: Moment,
): ServiceZone[] => {
  const parts = byPrefix(observed);

  return zones.map(({ zone: { name, environment, region }, components }) => {
    const zone = { name, environment, region };

    const all: ServiceComponent[] = components.map(({ requested, registered, path }): ServiceComponent => {
      const prefix = `${name}.${requested.name}.`;

      return {
        hub,
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
    });
    if (moment !== undefined) {
      for (const component of all) component.round = surroundingsOf(component, all, moment, required);
    }

    return { zone, components: all };
  });
};
