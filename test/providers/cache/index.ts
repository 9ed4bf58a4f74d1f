import * as z from 'zod/mini';
import { databaseName } from '../../../functions/documents/names.ts';
import { documentation } from '../../../functions/documents/schema.ts';
import { isTrue, type KubernetesObject } from '../../../functions/objects/resource.ts';
import { look, ownershipOf, policiesOf } from '../../../functions/ownership/claim.ts';
import { defineProvider } from '../../../functions/providers/provider.ts';
import { secretOnHub } from '../../../functions/providers/secret.ts';

const apiVersion = 'cache.example.m.crossplane.io/v1beta1';

const zoneSettings = z
  .strictObject({
    credentialsSecretRef: z
      .strictObject(secretOnHub)
      .register(documentation, { description: 'Secret on the hub with the key of the account.' }),
  })
  .register(documentation, { description: 'An account of a provider of caches. Required if the provider is cache.' });

const serviceSettings = z
  .strictObject({
    gigabytes: z
      ._default(z.int().check(z.minimum(1), z.maximum(64)), 1)
      .register(documentation, { description: 'GB of memory.' }),
  })
  .register(documentation, { description: 'Settings of a cache. Only if the provider is cache.' });

const atProvider = ({ status }: KubernetesObject): Record<string, unknown> =>
  (status?.atProvider ?? {}) as Record<string, unknown>;

/** A cache of a cloud, by a provider as upjet generates them: its kinds are its own, and its operations take minutes. */
export const cache = defineProvider<z.infer<typeof zoneSettings>, z.infer<typeof serviceSettings>>({
  name: 'cache',
  description: 'A cache in memory.',
  zoneSettings,
  serviceSettings,
  configure: ({ credentialsSecretRef }) => ({
    apiVersion,
    kind: 'ClusterProviderConfig',
    spec: { credentials: { source: 'Secret', secretRef: { ...credentialsSecretRef, key: 'key' } } },
  }),
  identity: {
    compose: ({ providerConfigRef }) => ({
      account: {
        object: {
          apiVersion,
          kind: 'Account',
          spec: { managementPolicies: look, providerConfigRef, forProvider: {} },
        },
        ready: ({ object }) => isTrue(object, 'Synced'),
      },
    }),
    read: ({ observed, held }) => {
      const id = observed.account && atProvider(observed.account.object).id;
      return typeof id === 'string' ? id : held;
    },
  },
  admit: () => {},
  isAccess: () => false,
  compose: ({ mark, observed, providerConfigRef, settings, squad, service, component, zone }) => {
    const name = databaseName(squad.name, service);
    const ownership = ownershipOf(
      observed.cluster,
      (object) => (atProvider(object).tags as Record<string, string> | undefined)?.['squadkit-mark'] === mark,
    );

    return {
      cluster: {
        object: {
          apiVersion,
          kind: 'Cluster',
          metadata: { annotations: { 'crossplane.io/external-name': name } },
          spec: {
            managementPolicies: policiesOf(ownership, ['Observe', 'Create', 'Update']),
            providerConfigRef,
            forProvider: { memory: settings.gigabytes, tags: { 'squadkit-mark': mark } },
          },
        },
        claim: {
          ownership,
          thing: `cache ${name}`,
          where: `${component} in zone ${zone.name}`,
          free: 'drop it',
          handOver: `the tag squadkit-mark=${mark}`,
        },
      },
      user: {
        object: {
          apiVersion,
          kind: 'User',
          metadata: { annotations: { 'crossplane.io/external-name': `${name}_app` } },
          spec: { managementPolicies: ['*'], providerConfigRef, forProvider: { cluster: name } },
        },
        after: ['cluster'],
      },
    };
  },
  status: ({ settings }) => ({ gigabytes: settings.gigabytes }),
  knownErrors: [],
  // What no condition of it tells: a user without a cluster.
  troubleOf: (object) => (atProvider(object).orphaned === true ? 'the user belongs to no cluster' : undefined),
  isRepeatable: false,
  guarantees: () => ({ tls: 'verify-full', encryptedAtRest: true }),
  authorities: () => undefined,
  managedKinds: ['Cluster', 'User', 'Account'].map((kind) => ({ apiVersion, kind })),
  target: ({ credentialsSecretRef: { namespace, name } }) => `${namespace}/${name}`,
});
