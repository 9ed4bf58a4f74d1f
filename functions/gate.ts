import { type Composed, isEstablished, isReady, type KubernetesObject, type Observed } from './resource.ts';

export interface Gated {
  /** What goes into the answer. */
  resources: Record<string, { object: KubernetesObject; ready: boolean }>;
  /** Names held back, with what each waits for; sorted, so that messages do not change without a cause. */
  waiting: Record<string, string[]>;
}

/**
 * Holds back what must wait for something else, and nothing that exists: a resource left out of the answer is deleted
 * by Crossplane. Creating too early is not wrong but slow: a managed resource that fails a dozen times sits in
 * exponential back-off of up to 16 minutes long after its predecessor exists.
 *
 * `closed` holds back everything that does not exist yet.
 */
export const gate = (
  composed: Record<string, Composed>,
  observed: Record<string, Observed>,
  closed?: string | undefined,
): Gated => {
  const gated: Gated = { resources: {}, waiting: {} };

  for (const name of Object.keys(composed).sort()) {
    const { object, after = [], hold, ready = isReady } = composed[name] as Composed;
    const existing = observed[name];
    if (existing !== undefined) {
      gated.resources[name] = { object, ready: ready(existing) };
      continue;
    }

    const missing = after.filter((before) => {
      const predecessor = observed[before];
      return predecessor === undefined || !isEstablished(predecessor);
    });
    const reasons = [closed, hold, ...missing.sort()].filter((reason) => reason !== undefined);
    if (reasons.length > 0) {
      gated.waiting[name] = reasons;
      continue;
    }

    gated.resources[name] = { object, ready: false };
  }

  return gated;
};
