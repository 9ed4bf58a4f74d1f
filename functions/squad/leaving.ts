import { isBeingDeleted, type KubernetesObject } from '../objects/resource.ts';
import { serviceNames } from '../ownership/users.ts';
import { type Leftovers, wasAbandoned } from '../providers/leftovers.ts';

/** The Services of which there was something at the last look: those that were there, and those that had left something. */
const known = ({ status }: KubernetesObject): string[] => {
  const services = status?.services;

  return Array.isArray(services) ? services.filter((name) => typeof name === 'string') : [];
};

/**
 * Whether a Service is going, or is gone since the last look: only then is it worth looking for what it leaves, which is
 * a look at everything that the squad has. Its quota, which counts Services, wakes the Squad when one comes or is gone.
 * Where one came again that says itself that something of it was left, or the Squad said so, it is looked for until it is gone.
 */
export const isLeaving = (composite: KubernetesObject, services: KubernetesObject[] | undefined): boolean => {
  if (services === undefined) return false;
  const there = serviceNames(services.filter((service) => !isBeingDeleted(service)));

  if (wasAbandoned(composite) || services.some((service) => Number(service.status?.left) > 0)) return true;

  return services.length > there.length || known(composite).some((name) => !there.includes(name));
};

/** What is to be known at the next look, for the status of the Squad. */
export const remembered = (services: KubernetesObject[], leftovers: Leftovers): string[] =>
  [...new Set([...serviceNames(services), ...leftovers.services])].sort();
