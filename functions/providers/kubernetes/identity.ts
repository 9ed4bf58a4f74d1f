import { isTrue, type KubernetesObject } from '../../objects/resource.ts';
import { look } from '../../ownership/claim.ts';
import { Refusal } from '../../round/refusal.ts';
import type { Identity, Registration } from '../provider.ts';
import { seenOf } from './seen.ts';
import type { KubernetesZone } from './settings.ts';

/**
 * A cluster is known by the uid of its namespace kube-system: it is made with the cluster, and never changes. An Object
 * shows it in its status, and is Synced when what it shows is of its last look (provider-kubernetes v1.2.1).
 */
const uidOf = (object: KubernetesObject): string | undefined => {
  const uid = seenOf(object)?.metadata?.uid;

  return typeof uid === 'string' ? uid : undefined;
};

const seenAt = ({ observed }: Registration<KubernetesZone>): string | undefined =>
  observed.cluster !== undefined && isTrue(observed.cluster.object, 'Synced')
    ? uidOf(observed.cluster.object)
    : undefined;

/** How a cluster is known. */
export const identity: Identity<KubernetesZone> = {
  compose: ({ providerConfigRef }) => ({
    cluster: {
      object: {
        apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
        kind: 'Object',
        spec: {
          managementPolicies: look,
          providerConfigRef,
          forProvider: { manifest: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } } },
        },
      },
      // Nothing says Ready of what is only looked at.
      ready: ({ object }) => isTrue(object, 'Synced') && uidOf(object) !== undefined,
    },
  }),
  read: (registration) => {
    const { zone, component, settings, held } = registration;
    // What cannot be looked at now is what it was.
    const uid = seenAt(registration) ?? held;
    if (uid === undefined || uid === settings.cluster) return uid;
    if (settings.cluster === undefined && (held === undefined || held === uid)) return uid;

    throw new Refusal({
      reason: 'ServerTaken',
      actor: 'Platform',
      what: `${component} in zone ${zone} leads to another cluster, with uid ${uid}`,
      next: `put the credentials of the cluster ${settings.cluster ?? held} back, or write cluster: ${uid} if it has taken its place`,
      path: ['kubernetes', settings.cluster === undefined ? 'credentialsSecretRef' : 'cluster'],
    });
  },
};
