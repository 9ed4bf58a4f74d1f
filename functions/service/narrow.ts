import type { KubernetesObject } from '../objects/resource.ts';
import { providerOf } from '../providers/index.ts';
import type { ServiceComponent } from './components.ts';
import { promisedTo } from './promised.ts';

/**
 * A component of a Service that was accepted earlier, within what the platform allows now and within what it was promised:
 * nobody has looked whether there is more.
 */
export const narrowed = (component: ServiceComponent, composite: KubernetesObject): ServiceComponent => {
  const { narrow, shared } = providerOf(component.provider);
  if (narrow === undefined) return component;
  const { zone, component: name } = component;
  const promised =
    shared === undefined ? 0 : promisedTo(composite, { zone: zone.name, component: name, key: shared.key });

  return { ...component, settings: narrow(component, promised > 0 ? promised : undefined) };
};
