import { providerOf } from '../providers/index.ts';
import { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import type { Zone } from './read.ts';
import { unchanging } from './schema.ts';

/** Composition resource name of a component's provider config. */
const configOf = ({ observed }: Request, component: string) => observed[`component.${component}`]?.object;

/**
 * An API server refuses such an edit by the schema; this is for one that has an older schema, and for the plan.
 *
 * @throws Refusal if the environment of a Zone, or the provider of a component, is another than what was made for it says
 */
export const refuseOther = (zone: Zone, request: Request): void => {
  for (const [index, { name, provider, settings }] of zone.components.entries()) {
    const made = configOf(request, name);
    if (made === undefined) continue;

    const was = made.metadata?.labels?.['squadkit.io/environment'];
    if (was !== undefined && was !== zone.environment) {
      throw new Refusal({
        reason: 'SettingInvalid',
        actor: 'Platform',
        what: `the environment of zone ${zone.name} is ${was}, not ${zone.environment}`,
        next: unchanging.environment,
        path: ['spec', 'environment'],
      });
    }
    // Where it does not say what it is, it says nothing else.
    if (made.apiVersion && made.apiVersion !== providerOf(provider).configure(settings).apiVersion) {
      throw new Refusal({
        reason: 'SettingInvalid',
        actor: 'Platform',
        what: `component ${name} of zone ${zone.name} is not ${provider}`,
        next: unchanging.provider,
        path: ['spec', 'components', index, 'provider'],
      });
    }
  }
};
