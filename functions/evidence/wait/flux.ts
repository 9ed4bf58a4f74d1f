import { asText } from '../../objects/record.ts';
import { conditionOf } from '../../objects/resource.ts';
import { deliveryNamespace } from '../../squad/delivery/settings.ts';
import type { Engine } from './engine.ts';

/** Reasons of kustomize-controller v1.9.6 (api/v1, fluxcd/pkg/apis/meta) that a commit can be put right for. */
const final = ['BuildFailed', 'ReconciliationFailed', 'PruneFailed', 'InvalidPath', 'ArtifactFailed'];

/** Flux: the Kustomization of the squad's name, which says the commit that it tried last. */
export const flux: Engine = {
  folderOf: (squad) => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    name: squad,
    namespace: deliveryNamespace,
  }),
  said: (kustomization, commit) => {
    const ready = conditionOf(kustomization, 'Ready');
    if (ready?.status !== 'False' || !final.includes(ready.reason ?? '')) return undefined;
    if (!asText(kustomization.status?.lastAttemptedRevision).endsWith(commit)) return undefined;

    return { isRefusal: true, words: `Flux could not apply this commit: ${ready.message ?? ready.reason}` };
  },
};
