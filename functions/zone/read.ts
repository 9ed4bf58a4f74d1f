import { classesOfRegion } from '../documents/data-classes.ts';
import { refuseDuplicate } from '../documents/duplicates.ts';
import type { Environment, Lifecycle } from '../documents/lifecycle.ts';
import { segmentPattern, segmentRule } from '../documents/names.ts';
import { parseSpec } from '../documents/schema.ts';
import { remember } from '../objects/remember.ts';
import { type KubernetesObject, specOf } from '../objects/resource.ts';
import { providerOf } from '../providers/index.ts';
import { asAccepted } from '../round/accepted.ts';
import { Refusal, unlessRefused } from '../round/refusal.ts';
import { inWords } from '../words/listed.ts';
import { zoneSpec } from './schema.ts';

/** A Zone, parsed: everything after this trusts its types. */
export interface Zone {
  name: string;
  environment: Environment;
  region: string;
  dataClasses: string[];
  lifecycle: Lifecycle;
  /** Labels by which Squads select zones: the Zone's own, and its name, environment and region. */
  labels: Record<string, string>;
  components: RegisteredComponent[];
}

/** A server or cluster as the platform registered it, with its provider's settings already parsed and defaulted. */
export interface RegisteredComponent {
  name: string;
  provider: string;
  settings: unknown;
}

/** What a zone has under that name, if it has. */
export const registeredAs = ({ components }: Zone, name: string): RegisteredComponent | undefined =>
  components.find((component) => component.name === name);

/**
 * A Zone as a typed value.
 *
 * @throws Refusal if a name or a field is not what the schema says.
 */
export const readZone = remember((object: KubernetesObject): Zone => {
  const { metadata } = object;
  const name = metadata?.name ?? '';
  if (!new RegExp(segmentPattern).test(name)) {
    throw new Refusal({
      reason: 'NameNotAllowed',
      actor: 'Platform',
      what: `zone name ${JSON.stringify(name.slice(0, 63))} is not allowed`,
      next: segmentRule,
      path: ['metadata', 'name'],
    });
  }

  const parsed = parseSpec(zoneSpec, specOf(object), 'Platform');
  refuseDuplicate(parsed.components, `zone ${name}`, ['spec', 'components'], 'Platform');

  const zone: Zone = {
    name,
    environment: parsed.environment,
    region: parsed.region,
    dataClasses: parsed.dataClasses,
    lifecycle: parsed.lifecycle,
    labels: {
      ...metadata?.labels,
      'squadkit.io/zone': name,
      'squadkit.io/environment': parsed.environment,
      'squadkit.io/region': parsed.region,
    },
    components: parsed.components.map((component, index) => {
      const settings = (component as Record<string, unknown>)[component.provider];
      if (settings === undefined) {
        throw new Refusal({
          reason: 'SettingInvalid',
          actor: 'Platform',
          what: `component ${component.name} of zone ${name} has no block ${component.provider}`,
          next: `describe it in a block named ${component.provider}`,
          path: ['spec', 'components', index, 'provider'],
        });
      }

      return {
        name: component.name,
        provider: component.provider,
        settings,
      };
    }),
  };
  refuseElsewhere(zone);

  return zone;
});

/** @throws Refusal if data that has to stay in the region of the zone would lie outside of it too */
// Guard rail: data-classes
const refuseElsewhere = ({ name, region, dataClasses, components }: Zone): void => {
  const bound = dataClasses.filter((dataClass) => classesOfRegion.some((other) => other === dataClass));
  for (const [index, component] of components.entries()) {
    const elsewhere = providerOf(component.provider).elsewhere?.(component.settings);
    if (bound.length === 0 || elsewhere === undefined || elsewhere.region === region) continue;

    throw new Refusal({
      reason: 'SettingInvalid',
      actor: 'Platform',
      what: `${elsewhere.what} of ${component.name} lie in ${elsewhere.region.slice(0, 63)}, and ${inWords(bound)} data of zone ${name} stays in ${region}`,
      next: `use a store in ${region}, or say in its location that it lies there, or take ${inWords(bound)} off dataClasses`,
      path: ['spec', 'components', index, ...elsewhere.path],
    });
  }
};

/**
 * A Zone as it is in force: the document that was accepted last, or its own if none was.
 *
 * @throws Refusal if none was accepted, and its own is not what the schema says
 */
export const readZoneInForce = (object: KubernetesObject): Zone =>
  unlessRefused(() => readZone(asAccepted(object))) ?? readZone(object);

/** Zones by name; malformed ones are left out. */
export const zonesByName = (objects: KubernetesObject[]): Map<string, Zone> =>
  new Map(
    objects.flatMap((object) => {
      const zone = unlessRefused(() => readZoneInForce(object));
      return zone === undefined ? [] : [[zone.name, zone] as const];
    }),
  );
