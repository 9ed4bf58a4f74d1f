import { servicePattern, serviceRule, squadPattern } from '../documents/names.ts';
import { parseSpec } from '../documents/schema.ts';
import { remember } from '../objects/remember.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { providerNames, providerOf } from '../providers/index.ts';
import { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import { type Service, serviceSpec } from './schema.ts';

/** Belongs to Crossplane; everything else in `spec` is ours. */
const withoutCrossplane = (spec: Record<string, unknown> = {}): Record<string, unknown> => {
  const { crossplane: _, ...ours } = spec;
  return ours;
};

const duplicate = (names: string[]): string | undefined => names.find((name, index) => names.indexOf(name) !== index);

const refuseDuplicate = (name: string | undefined, where: string): void => {
  if (name === undefined) return;

  throw new Refusal({
    reason: 'SettingInvalid',
    actor: 'Squad',
    what: `${name} is listed twice in ${where}`,
    next: 'list each name once',
  });
};

/**
 * The Service as a typed value. Squad and name come from its metadata only.
 *
 * @throws Refusal if a name or a field is not what the schema says.
 */
export const readService = ({ composite }: Pick<Request, 'composite'>): Service => readComposite(composite);

const readComposite = remember((composite: KubernetesObject): Service => {
  const { name = '', namespace = '' } = composite.metadata ?? {};
  if (!new RegExp(servicePattern).test(name)) {
    throw new Refusal({
      reason: 'NameNotAllowed',
      actor: 'Squad',
      what: `service name ${JSON.stringify(name.slice(0, 63))} is not allowed`,
      next: serviceRule,
    });
  }
  if (!new RegExp(squadPattern).test(namespace)) {
    throw new Refusal({
      reason: 'SquadNotFound',
      actor: 'Squad',
      what: `namespace ${JSON.stringify(namespace.slice(0, 63))} is not the namespace of a squad`,
      next: "commit the Service to your squad's namespace",
    });
  }

  const spec = parseSpec(serviceSpec, withoutCrossplane(composite.spec), 'Squad');
  refuseDuplicate(duplicate(spec.zones.map((zone) => zone.name)), 'spec.zones');

  return {
    name,
    namespace,
    dataClass: spec.dataClass,
    zones: spec.zones.map((zone) => {
      refuseDuplicate(duplicate(zone.components.map((component) => component.name)), `components of zone ${zone.name}`);

      return {
        name: zone.name,
        components: zone.components.map((component) => {
          const blocks: Record<string, unknown> = component;
          const foreign = providerNames.find((other) => other !== component.provider && blocks[other] !== undefined);
          if (foreign !== undefined) {
            throw new Refusal({
              reason: 'SettingInvalid',
              actor: 'Squad',
              what: `${component.name} in zone ${zone.name} has a block ${foreign} but provider ${component.provider}`,
              next: `rename the block to ${component.provider} or remove it`,
            });
          }

          return {
            name: component.name,
            provider: component.provider,
            settings: blocks[component.provider] ?? providerOf(component.provider).serviceSettings.parse({}),
          };
        }),
      };
    }),
  };
});
