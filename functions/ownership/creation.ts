import type { Observed } from '../objects/resource.ts';
import { timeOf } from '../objects/time.ts';

/** When this managed resource's last creation ended well, in milliseconds since 1970; 0 if none has. */
export const madeAt = (observed: Observed | undefined): number =>
  timeOf(observed?.object.metadata?.annotations?.['crossplane.io/external-create-succeeded']);

/**
 * Whether this managed resource has made what it stands for: its last creation ended well. One that failed, or of which
 * nobody knows how it ended, has made nothing that is ours for sure: what is there may be a stranger's, who came between
 * (crossplane-runtime v2.2.1, pkg/meta/meta.go: the annotations about a creation).
 */
export const isMade = (observed: Observed | undefined): boolean => {
  const annotations = observed?.object.metadata?.annotations ?? {};
  const made = madeAt(observed);

  return (
    made > 0 &&
    made >= timeOf(annotations['crossplane.io/external-create-pending']) &&
    made >= timeOf(annotations['crossplane.io/external-create-failed'])
  );
};
