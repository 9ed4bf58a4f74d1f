import type { KnownError } from '../provider.ts';

/** What a cluster and provider-kubernetes say when it is not the squad's doing. */
export const knownErrors: KnownError[] = [
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
    match: /forbidden/,
    actor: 'Platform',
    next: 'our ServiceAccount lacks a right on the cluster: apply package/install/remote of this version',
  },
  {
    says: 'provider',
    match: /x509|certificate/,
    actor: 'Platform',
    next: "the cluster's certificate is not trusted: renew the CA in the zone's kubeconfig",
  },
];
