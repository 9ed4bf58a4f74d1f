import { conditionOf, type KubernetesObject } from '../../objects/resource.ts';
import { acceptedIn } from '../../round/accepted.ts';
import { outcomeOfService } from '../../simulation/outcome.ts';
import type { World } from '../../tree/world.ts';
import { placesOf } from '../evidence.ts';
import type { Subject } from '../subject.ts';

/**
 * What there is to look for on the hub. While the Service is refused there, that is what was accepted last, and not what
 * Git says: guard rails are about what is in force.
 *
 * @param service the Service as it is on the hub; undefined if it is not to be seen
 */
export const inForceOn = (service: KubernetesObject | undefined, subject: Subject, world: World): Subject => {
  const isRefused = service !== undefined && conditionOf(service, 'Accepted')?.status === 'False';
  const accepted = isRefused ? acceptedIn(service) : undefined;
  if (accepted === undefined) return subject;

  const object = { ...subject.document.object, spec: accepted.spec };
  const outcome = outcomeOfService(object, world.open);
  // This tree may know less than the hub: then there is nothing better to compare with.
  if (outcome.refused !== undefined) return subject;

  return {
    document: { ...subject.document, object },
    outcome,
    evidence: { ...subject.evidence, places: placesOf(outcome) },
  };
};
