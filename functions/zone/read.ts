import type { Environment, Lifecycle } from '../documents/lifecycle.ts';
import { segmentPattern, segmentRule } from '../documents/names.ts';
import { parseSpec } from '../documents/schema.ts';
import { remember } from '../objects/remember.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { Refusal } from '../round/refusal.ts';
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
  components: { name: string; provider: string; settings: unknown }[];
}

/**
 * A Zone as a typed value.
 *
 * @throws Refusal if a name or a field is not what the schema says.
 */
export const readZone = remember(({ metadata, spec = {} }: KubernetesObject): Zone => {
  const name = metadata?.name ?? '';
  if (!new RegExp(segmentPattern).test(name)) {
    throw new Refusal({
      reason: 'NameNotAllowed',
      actor: 'Platform',
      what: `zone name ${JSON.stringify(name.slice(0, 63))} is not allowed`,
      next: segmentRule,
    });
  }

  const { crossplane: _, ...ours } = spec;
  const parsed = parseSpec(zoneSpec, ours, 'Platform');

  return {
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
    components: parsed.components.map((component) => {
      const settings = (component as Record<string, unknown>)[component.provider];
      if (settings === undefined) {
        throw new Refusal({
          reason: 'SettingInvalid',
          actor: 'Platform',
          what: `component ${component.name} of zone ${name} has no block ${component.provider}`,
          next: `describe it in a block named ${component.provider}`,
        });
      }

      return {
        name: component.name,
        provider: component.provider,
        settings,
      };
    }),
  };
});
