import { refuseDuplicate } from '../documents/duplicates.ts';
import { servicePattern, serviceRule, squadPattern } from '../documents/names.ts';
import { parseSpec } from '../documents/schema.ts';
import { remember } from '../objects/remember.ts';
import { type KubernetesObject, specOf } from '../objects/resource.ts';
import { providerNames, providerOf } from '../providers/index.ts';
import { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import { type Service, serviceSpec } from './schema.ts';

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
      path: ['metadata', 'name'],
    });
  }
  if (!new RegExp(squadPattern).test(namespace)) {
    throw new Refusal({
      reason: 'SquadNotFound',
      actor: 'Squad',
      what: `namespace ${JSON.stringify(namespace.slice(0, 63))} is not the namespace of a squad`,
      next: "commit the Service to your squad's namespace",
      path: ['metadata', 'namespace'],
    });
  }

  const spec = parseSpec(serviceSpec, specOf(composite), 'Squad');
  refuseDuplicate(spec.zones, 'spec.zones', ['spec', 'zones'], 'Squad');

  return {
    name,
    namespace,
    dataClass: spec.dataClass,
    zones: spec.zones.map((zone, zoneIndex) => {
      const path = ['spec', 'zones', zoneIndex, 'components'];
      refuseDuplicate(zone.components, `components of zone ${zone.name}`, path, 'Squad');

      return {
        name: zone.name,
        components: zone.components.map((component, index) => {
          const blocks: Record<string, unknown> = component;
          const foreign = providerNames.find((other) => other !== component.provider && blocks[other] !== undefined);
          if (foreign !== undefined) {
            throw new Refusal({
              reason: 'SettingInvalid',
              actor: 'Squad',
              what: `${component.name} in zone ${zone.name} has a block ${foreign} but provider ${component.provider}`,
              next: `rename the block to ${component.provider} or remove it`,
              path: [...path, index, foreign],
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
