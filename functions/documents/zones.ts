import { asText } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';

/** The zones that a Service asks for, as its document has them, whatever it says of them otherwise. */
export const zonesOf = ({ spec }: Pick<KubernetesObject, 'spec'>): string[] =>
  Array.isArray(spec?.zones) ? spec.zones.map((zone) => asText(zone?.name)) : [];
