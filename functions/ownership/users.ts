import { isMapping } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { listed } from '../words/listed.ts';

/** `galaxy/billing` */
const nameOf = ({ metadata }: KubernetesObject): string => `${metadata?.namespace}/${metadata?.name}`;

/** Whether a list names it. What cannot be read counts as naming it: protection errs on the safe side. */
const lists = (list: unknown, name: string): boolean =>
  !Array.isArray(list) || list.some((candidate) => candidate?.name === name);

/** What a Service asks for, and what it has while that is refused. */
const documentsOf = (service: KubernetesObject): KubernetesObject['spec'][] => [
  service.spec,
  ...(isMapping(service.status?.accepted) && isMapping(service.status.accepted.spec)
    ? [service.status.accepted.spec]
    : []),
];

/** The Services that use a zone, sorted: `galaxy/billing`. */
export const usersOfZone = (services: KubernetesObject[], zone: string): string[] =>
  services
    .filter((service) => documentsOf(service).some((spec) => lists(spec?.zones, zone)))
    .map(nameOf)
    .sort();

/** The Services that use a component of a zone, sorted. */
export const usersOfComponent = (services: KubernetesObject[], zone: string, component: string): string[] =>
  services
    .filter((service) =>
      documentsOf(service).some((spec) => {
        if (!Array.isArray(spec?.zones)) return true;
        const used = spec.zones.find((candidate) => candidate?.name === zone);
        return used !== undefined && lists(used.components, component);
      }),
    )
    .map(nameOf)
    .sort();

/** Services as people name them: `galaxy/billing`. */
export const serviceNames = (services: KubernetesObject[]): string[] => services.map(nameOf).sort();

/** At most three by name: a reason must stay readable. */
export const someOf = (users: string[]): string => listed(users, 3);
