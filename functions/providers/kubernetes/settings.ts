import * as z from 'zod';
import { encryptedAtRest } from '../../guarantees.ts';

/** What the platform registers about a Kubernetes cluster. */
export const zoneSettings = z
  .strictObject({
    credentialsSecretRef: z
      .strictObject({
        namespace: z.string().min(1).max(63).describe('Namespace of the Secret on the hub.'),
        name: z.string().min(1).max(253).describe('Name of the Secret on the hub.'),
        key: z.string().min(1).max(253).default('kubeconfig').describe('Key that holds the kubeconfig.'),
      })
      .describe(
        'Secret on the hub with the kubeconfig of a ServiceAccount that has the rights of package/install/remote.',
      ),
    server: z
      .string()
      .regex(/^https:\/\/[^\s/?#@]+$/)
      .max(262)
      .describe("Address of the API server for the deployer's kubeconfig, for example https://aqua.example.org:6443."),
    caBundle: z
      .string()
      .min(1)
      .max(65536)
      .describe('PEM certificates of the authority that signed the certificate of the API server.'),
    groupPrefix: z
      .string()
      .max(63)
      .default('')
      .describe('What the cluster puts before the name of a group of the identity provider, for example "oidc:".'),
    guarantees: z
      .strictObject({
        encryptedAtRest: encryptedAtRest('Secrets in etcd, and the volumes of the cluster, are encrypted on disk.'),
      })
      .prefault({})
      .describe(
        'What the platform declares of the cluster. It is not verified; it decides which classes of data may be worked with there.',
      ),
  })
  .describe('A Kubernetes cluster. Required if the provider is kubernetes.');

/** What a squad may ask of its namespace. */
export const serviceSettings = z
  .strictObject({
    size: z
      .enum(['small', 'medium', 'large'])
      .default('small')
      .describe(
        'How much the namespace may use: small 4 CPU and 16 GiB in 40 pods, medium 8 and 32 in 80, large 16 and 64 in 160.',
      ),
  })
  .describe('Settings of a namespace. Only if the provider is kubernetes.');

export type KubernetesZone = z.infer<typeof zoneSettings>;
export type KubernetesService = z.infer<typeof serviceSettings>;
