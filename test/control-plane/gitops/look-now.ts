import type { Cluster } from '../kubernetes.ts';

/** The engines that can deliver. */
export type Engine = 'flux' | 'argocd';

const source = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'platform', namespace: 'squadkit-delivery' },
};

/** Has an engine look at the repository now, as its own receiver of webhooks does. */
export const lookNow: Record<Engine, (hub: Cluster) => Promise<void>> = {
  flux: async (hub) => {
    const annotations = { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() };
    await hub.patch(source, { metadata: { annotations } });
  },
  // argo-cd v3.6.1, util/webhook/webhook.go: every Application of that repository (argo.RefreshApp).
  argocd: async (hub) => {
    const annotations = { 'argocd.argoproj.io/refresh': 'normal' };
    const applications = await hub.list('argoproj.io/v1alpha1', 'Application', { namespace: 'argocd' });
    for (const application of applications) await hub.patch(application, { metadata: { annotations } });
  },
};
