import { conditionOf } from '../../objects/resource.ts';
import { deliveryNamespace } from '../../squad/delivery/settings.ts';
import type { Found, Reference } from '../live/hub.ts';

/** What Flux says of a squad's folder, where the Squad told it of one. */
export const kustomizationOf = (squad: string): Reference => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  name: squad,
  namespace: deliveryNamespace,
});

/** Reasons of kustomize-controller v1.9.6 (api/v1, fluxcd/pkg/apis/meta) that a commit can be put right for. */
const final = ['BuildFailed', 'ReconciliationFailed', 'PruneFailed', 'InvalidPath', 'ArtifactFailed'];

/**
 * Why Flux could not apply a commit, in its own words, or undefined if it has not tried, does not say, or may not be
 * asked. What came of an applied document is not in it: the Service says that itself, and better.
 */
export const engineRefusal = (kustomization: Found, commit: string): string | undefined => {
  if (!('object' in kustomization)) return undefined;
  const { status } = kustomization.object;
  const ready = conditionOf(kustomization.object, 'Ready');
  if (ready?.status !== 'False' || !final.includes(ready.reason ?? '')) return undefined;
  if (!String(status?.lastAttemptedRevision ?? '').endsWith(commit)) return undefined;

  return `Flux could not apply this commit: ${ready.message ?? ready.reason}`;
};
