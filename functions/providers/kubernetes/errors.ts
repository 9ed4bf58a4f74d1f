import { conditionOf, type KubernetesObject } from '../../objects/resource.ts';
import type { KnownError } from '../provider.ts';

/** Whether provider-kubernetes lacks a right on the hub, where it reads the Secrets of squads, and not on a cluster. */
const isOnHub = (object: KubernetesObject): boolean =>
  (conditionOf(object, 'Synced')?.message ?? '').includes(`in the namespace "${object.metadata?.namespace}"`);

/** A name that an error says after these words. */
const nameAfter =
  (place: string, words: RegExp) =>
  (_: KubernetesObject, message: string): Record<string, string | undefined> => ({ [place]: words.exec(message)?.[1] });

/**
 * What a cluster and provider-kubernetes say when it is not the squad's doing. What somebody on the cluster says comes first:
 * a webhook that is not answered, or a policy, says the words of the rest too, of itself.
 */
export const knownErrors: KnownError[] = [
  {
    match: /because it is being terminated/,
    actor: 'SRE',
    next: 'namespace <name> on the cluster is being deleted, and nothing new may be made there: kubectl describe namespace <name> says what that waits for',
    names: nameAfter('name', /in namespace ([a-z0-9-]+) because/),
  },
  {
    says: 'remote',
    match: /^Namespace .* is being deleted/,
    actor: 'SRE',
    next: 'namespace <name> on the cluster is being deleted by somebody, with all that is in it, and is made anew when it is gone: kubectl describe namespace <name> says what that waits for',
    names: nameAfter('name', /^Namespace ([a-z0-9-]+) /),
  },
  {
    says: 'provider',
    match: /failed calling webhook/,
    actor: 'Platform',
    next: 'webhook <name> of the cluster does not answer: see to it that it runs, or that it lets go of what Squadkit makes',
    names: nameAfter('name', /failed calling webhook "([a-z0-9.-]+)"/),
  },
  {
    says: 'provider',
    match: /denied the request|denied request/,
    actor: 'Platform',
    next: 'a policy of the cluster refuses what Squadkit makes: have it let that pass. It says',
    shows: true,
  },
  {
    says: 'provider',
    match: /exceeded quota/,
    actor: 'Platform',
    next: 'quota <name> in the namespace on the cluster, which is not of Squadkit, has no room: have it raised or removed',
    names: nameAfter('name', /exceeded quota: ([a-z0-9.-]+)/),
  },
  {
    says: 'provider',
    match: /connection refused|no such host|i\/o timeout|network is unreachable|connection reset|EOF/,
    actor: 'SRE',
    next: 'the cluster cannot be reached: check that its API server runs and that provider-kubernetes can connect to it',
  },
  {
    says: 'provider',
    match: /Unauthorized|provide credentials/,
    actor: 'Platform',
    next: "the cluster refuses our credentials: renew the kubeconfig in the zone's Secret",
  },
  {
    match: /cannot get (credentials|(Cluster)?ProviderConfig|provider config)/,
    actor: 'Platform',
    next: "the zone's credentials cannot be read: check the Zone's credentialsSecretRef and that this Secret exists",
  },
  {
    // provider-kubernetes v1.2.1 reads the token of a Secret that the cluster's token controller has not filled yet.
    match: /cannot get connection details: cannot get value at fieldPath: data/,
    actor: 'SRE',
    next: 'the cluster has not issued the token of the deployer: check that its kube-controller-manager runs',
  },
  {
    says: 'provider',
    match: /is forbidden: [Uu]ser /,
    actor: 'Platform',
    next: 'our ServiceAccount lacks a right on the cluster: apply package/install/remote of this version',
    tells: (object) =>
      isOnHub(object)
        ? 'provider-kubernetes lacks a right on the hub: apply package/install/hub of this version there'
        : undefined,
  },
  {
    says: 'provider',
    match: /x509|certificate/,
    actor: 'Platform',
    next: "the cluster's certificate is not trusted: renew the CA in the zone's kubeconfig",
  },
];
