import { isMapping } from '../../objects/record.ts';
import type { KubernetesObject } from '../../objects/resource.ts';

/**
 * What the status of a Service on the hub says of one of its components; empty if it says nothing.
 *
 * @param service undefined if it is not to be seen
 */
export const statusOf = (
  service: KubernetesObject | undefined,
  zone: string,
  component: string,
): Record<string, unknown> => {
  const named = (list: unknown, name: string) =>
    (Array.isArray(list) ? list.filter(isMapping) : []).find((entry) => entry.name === name);

  return named(named(service?.status?.zones, zone)?.components, component) ?? {};
};
