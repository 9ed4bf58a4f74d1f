import { whateverItSays } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import { type DeliverySettings, deliveryNamespace } from './settings.ts';

const namespace = 'argocd';

/** Under which name and where Argo CD is told of a squad's folder. */
export const applicationOf = (squad: string): { name: string; namespace: string } => ({
  name: `squad-${squad}`,
  namespace,
});
/** The hub itself, as Argo CD calls it. */
const server = 'https://kubernetes.default.svc';

/**
 * What Argo CD is told of a squad: a project that may hold Services of its namespace and nothing else, applied as the
 * ServiceAccount of its name, and the folder to apply. Without a project of its own a squad could write into another's.
 *
 * They carry none of our labels, because Argo CD writes the status of both (policy squadkit-labels).
 */
export const argocdResources = (squad: string, { source, folder }: DeliverySettings): Record<string, Composed> => {
  const { name } = applicationOf(squad);

  return {
    project: {
      object: {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AppProject',
        metadata: { name, namespace },
        spec: {
          sourceRepos: [source],
          destinations: [{ server, namespace: squad }],
          clusterResourceWhitelist: [],
          namespaceResourceWhitelist: [{ group: 'squadkit.io', kind: 'Service' }],
          destinationServiceAccounts: [
            { server, namespace: squad, defaultServiceAccount: `${deliveryNamespace}:${squad}` },
          ],
        },
      },
      ready: whateverItSays,
    },
    application: {
      object: {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        // No finalizer of Argo CD: Services go when they go from Git, never because this object goes.
        metadata: { name, namespace },
        spec: {
          project: name,
          source: { repoURL: source, targetRevision: 'HEAD', path: `${folder}/${squad}`, directory: { recurse: true } },
          destination: { server, namespace: squad },
          syncPolicy: {
            // Without allowEmpty the last Service of a squad would never go.
            automated: { prune: true, selfHeal: true, allowEmpty: true },
            // Without refresh a failed commit is tried again after it has been put right.
            retry: { refresh: true, limit: 5, backoff: { duration: '5s', factor: 2, maxDuration: '1m' } },
          },
        },
      },
      after: ['project'],
      ready: whateverItSays,
    },
  };
};
