import type { KubernetesObject, Observed } from '../objects/resource.ts';
import { controllerOf, isForeign } from '../ownership/foreign.ts';
import { Refusal } from '../round/refusal.ts';
import type { Squad } from './read.ts';

const label = 'squadkit.io/squad';

/**
 * A namespace of that name on the hub is the squad's if its Squad made it, or if it was handed over. Names inside it need
 * no such look: nobody but administrators may create Secrets or managed resources there.
 *
 * @throws Refusal if it is somebody else's.
 */
export const refuseTakenNamespace = (
  squad: Squad,
  composite: KubernetesObject,
  observed: Record<string, Observed>,
  [namespace]: KubernetesObject[],
): void => {
  if (namespace === undefined || observed.namespace !== undefined) return;
  if (!isForeign(namespace, composite, [label, squad.name])) return;

  throw new Refusal({
    reason: 'NameTaken',
    actor: 'Platform',
    what: `namespace ${squad.name} is taken: the hub has one that is not squad ${squad.name}'s`,
    next:
      controllerOf(namespace) === undefined
        ? `give the squad another name, delete the namespace, or hand it over, by one of emergencyGroups, with kubectl label --overwrite namespace ${squad.name} ${label}=${squad.name}`
        : 'give the squad another name, or wait until the namespace is gone if it is being deleted',
    path: ['metadata', 'name'],
  });
};
