import { type DataClass, lackingFor } from '../documents/data-classes.ts';
import { providerOf } from '../providers/index.ts';
import { type Path, Refusal, refusedAt } from '../round/refusal.ts';
import { inWords } from '../words/listed.ts';
import type { RegisteredComponent, Zone } from '../zone/read.ts';
import type { ServiceComponent } from './components.ts';
import type { AdmittedComponent, AdmittedZone, Resolved, ResolvedComponent } from './resolve.ts';
import type { Service } from './schema.ts';

/**
 * May this squad have this, here? The whole Service is refused, never a part of it.
 *
 * `exists` names the zones in which the Service already has something: a closed zone takes nothing new, but what is
 * there may change and go on.
 *
 * @returns what is admitted, which is everything that was asked for
 * @throws Refusal with the first reason found; squad and zone come before components, components before settings.
 */
export const admit = (
  { dataClass }: Pick<Service, 'dataClass'>,
  { squad, zones }: Resolved,
  exists: (zone: string) => boolean,
): AdmittedZone[] => {
  if (squad.lifecycle === 'Closed' && !zones.some(({ zone }) => exists(zone.name))) {
    throw new Refusal({
      reason: 'SquadClosed',
      actor: 'Squad',
      what: `squad ${squad.name} is closed and takes no new Service`,
      next: 'commit the Service to another squad, or ask the platform to open this one',
      path: ['metadata', 'namespace'],
    });
  }

  return zones.map(({ zone, path, components }) => {
    const { name } = zone;
    if (!squad.allows(zone)) {
      throw new Refusal({
        // Guard rail: zones-of-the-squad
        reason: 'ZoneNotAllowed',
        actor: 'Platform',
        what: `squad ${squad.name} may not use zone ${name}`,
        next: `widen zoneSelector of squad ${squad.name}${squad.zones.length > 0 ? `; today it allows ${squad.zones.join(', ')}` : ''}`,
        path,
      });
    }
    if (zone.lifecycle === 'Closed' && !exists(name)) {
      throw new Refusal({
        reason: 'ZoneClosed',
        actor: 'Squad',
        what: `zone ${name} is closed and takes nothing new`,
        next: 'use another zone, or ask the platform to open this one',
        path,
      });
    }
    if (!zone.dataClasses.includes(dataClass)) {
      throw new Refusal({
        // Guard rail: data-classes
        reason: 'DataClassNotAllowed',
        actor: 'Squad',
        what: `zone ${name} does not accept ${dataClass} data`,
        next: `use another zone, or a dataClass of ${zone.dataClasses.join(', ')} if that is what the data is`,
        path,
      });
    }

    return { zone, components: components.map((component) => admitComponent(dataClass, zone, component)) };
  });
};

/** @throws Refusal if the zone has nothing like it, or nothing for such data */
const admitComponent = (dataClass: DataClass, zone: Zone, component: ResolvedComponent): AdmittedComponent => {
  const admitted = registeredComponent(zone, component);
  admitDataClass(dataClass, zone, admitted.registered, admitted.path);

  return admitted;
};

/** @throws Refusal if the zone has nothing of that name and provider */
const registeredComponent = (zone: Zone, component: ResolvedComponent): AdmittedComponent => {
  const { requested, registered, path } = component;
  if (registered === undefined) {
    throw new Refusal({
      reason: 'ComponentNotFound',
      actor: 'Squad',
      what: `zone ${zone.name} has no component ${requested.name}`,
      next: `use one of ${zone.components.map(({ name, provider }) => `${name} (${provider})`).join(', ')}`,
      path: [...path, 'name'],
    });
  }
  if (registered.provider !== requested.provider) {
    throw new Refusal({
      reason: 'ProviderMismatch',
      actor: 'Squad',
      what: `component ${requested.name} of zone ${zone.name} is ${registered.provider}, not ${requested.provider}`,
      next: `write provider: ${registered.provider}`,
      path: [...path, 'provider'],
    });
  }

  return { requested, registered, path };
};

/**
 * What was admitted earlier and goes on, whatever would be admitted now.
 *
 * @throws Refusal if a zone does not have it any more
 */
export const registeredZones = ({ zones }: Resolved): AdmittedZone[] =>
  zones.map(({ zone, components }) => ({
    zone,
    components: components.map((component) => registeredComponent(zone, component)),
  }));

/**
 * What only a provider can tell about its settings.
 *
 * @throws Refusal from `refuseOneServerTwice`, or from the provider.
 */
export const admitSettings = (components: ServiceComponent[]): void => {
  refuseOneServerTwice(components);
  for (const component of components) {
    refusedAt(
      (path) => [...component.path, ...path],
      () => providerOf(component.provider).admit(component, `${component.component} in zone ${component.zone.name}`),
    );
  }
};

/**
 * No two components are the same server: names inside it are made from squad and service alone, so they would be one
 * database.
 *
 * @throws Refusal naming both
 */
export const refuseOneServerTwice = (components: ServiceComponent[]): void => {
  const seen = new Map<string, ServiceComponent>();
  for (const component of components) {
    const target = `${component.provider} ${providerOf(component.provider).target(component.platform)}`;
    const other = seen.get(target);
    if (other !== undefined) {
      throw new Refusal({
        reason: 'SettingInvalid',
        actor: 'Squad',
        what: `${other.component} in zone ${other.zone.name} and ${component.component} in zone ${component.zone.name} are the same ${component.provider}`,
        next: 'ask for one of them only',
        path: [...component.path, 'name'],
      });
    }
    seen.set(target, component);
  }
};

/**
 * May data of that class lie on this component of the zone?
 *
 * @param path where the Service asks for it
 * @throws Refusal saying what the component lacks; the squad's move if the zone has another that lacks nothing
 */
// Guard rail: data-classes
export const admitDataClass = (
  dataClass: DataClass,
  zone: Zone,
  { name, provider, settings }: RegisteredComponent,
  path: Path,
): void => {
  const lackingOf = (component: RegisteredComponent) =>
    lackingFor(dataClass, providerOf(component.provider).guarantees(component.settings));
  const lacking = lackingOf({ name, provider, settings });
  if (lacking.length === 0) return;

  const fitting = zone.components.filter((other) => other.provider === provider && lackingOf(other).length === 0);
  throw new Refusal({
    // Guard rail: data-classes
    reason: 'DataClassNotAllowed',
    actor: fitting.length > 0 ? 'Squad' : 'Platform',
    what: `${name} in zone ${zone.name} lacks ${inWords(lacking)}, which ${dataClass} data needs`,
    next:
      fitting.length > 0
        ? `use ${fitting.map((other) => other.name).join(' or ')}, which has it, or another zone`
        : `write it into ${provider}.guarantees of ${name} if it is true; until then no ${dataClass} data can lie there`,
    path: [...path, 'name'],
  });
};
