import { whateverItSays } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import { serviceHealth } from './health.ts';
import { type DeliverySettings, deliveryNamespace } from './settings.ts';

/**
 * What Flux is told of a squad: apply its folder, as the ServiceAccount of its name. There is no `dependsOn`: this is
 * made when the squad may have Services, so no other Squad, however odd, keeps its folder waiting.
 *
 * It carries none of our labels, because Flux writes its finalizers and its status (policy squadkit-labels).
 */
export const fluxResources = (squad: string, { source, folder }: DeliverySettings): Record<string, Composed> => ({
  kustomization: {
    object: {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: squad, namespace: deliveryNamespace },
      spec: {
        serviceAccountName: squad,
        sourceRef: { kind: 'GitRepository', name: source },
        path: `./${folder}/${squad}`,
        // What somebody changed on the hub is set back this often; a commit is applied at once.
        interval: '10m',
        retryInterval: '30s',
        timeout: '3m',
        prune: true,
        wait: true,
        healthCheckExprs: [serviceHealth],
        // Services go when they go from Git, never because this object goes (kustomize-controller v1.9.6, finalize).
        deletionPolicy: 'Orphan',
      },
    },
    // Whether the folder is applied is for the Services to say: a Squad is there before its first one.
    ready: whateverItSays,
  },
});
