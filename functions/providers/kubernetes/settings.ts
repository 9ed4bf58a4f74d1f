import * as z from 'zod';
import { encryptedAtRest } from '../../guarantees.ts';
import { servicePattern, serviceRule } from '../../names.ts';

const namespaceRule = 'use the name of a namespace: lower-case letters, digits and hyphens, at most 63';
const versionRule = 'use a minor version of Kubernetes such as v1.35, not latest';

const eachOnce = (names: string[]): boolean => new Set(names).size === names.length;

/** What the platform may set of a size; what it leaves out stays as it is. */
const size = (name: string) =>
  z
    .strictObject({
      cpu: z.int().min(1).max(1024).optional().describe('Cores that its containers may request together.'),
      memory: z
        .int()
        .min(1)
        .max(8192)
        .optional()
        .describe(
          'GiB that the memory limits of its containers may be together. Half of it may be requested, and one container may take half of it.',
        ),
      ephemeralStorage: z
        .int()
        .min(2)
        .max(8192)
        .optional()
        .describe('GiB on the disks of nodes. Half of it may be requested, and one container may take half of it.'),
      storage: z.int().min(0).max(65536).optional().describe('GiB of volumes together.'),
      volumes: z.int().min(0).max(1000).optional().describe('PersistentVolumeClaims.'),
      pods: z.int().min(1).max(5000).optional().describe('Pods that have not ended.'),
      objects: z
        .int()
        .min(10)
        .max(5000)
        .optional()
        .describe('Objects of each kind that squads write, for example Deployments or ConfigMaps.'),
    })
    .prefault({})
    .describe(`What a namespace of size ${name} may use.`);

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
    deployers: z
      .enum(['token', 'group'])
      .default('token')
      .describe(
        "How squads deploy. token: each Service gets a ServiceAccount with a token that does not expire, in a kubeconfig on the hub. group: the squad's deployerGroup of the identity provider deploys, and there is no token; one from before is deleted.",
      ),
    ingressNamespaces: z
      .array(
        z
          .string()
          .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, namespaceRule)
          .max(63)
          .meta({ patternMessage: namespaceRule })
          .describe('Name of a namespace.'),
      )
      .max(8)
      .refine(eachOnce, 'list each name once')
      .default([])
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe(
        "Namespaces of the cluster whose pods may reach the pods of every squad, for example the ingress controller's. When empty, nothing reaches them from outside.",
      ),
    podSecurity: z
      .strictObject({
        level: z
          .enum(['restricted', 'baseline'])
          .default('restricted')
          .describe('Pod Security Standard that every pod must meet.'),
        version: z
          .string()
          .regex(/^v1[.][1-9][0-9]{1,2}$/, versionRule)
          .max(6)
          .meta({ patternMessage: versionRule })
          .default('v1.35')
          .describe(
            'Version of Kubernetes whose wording of the standard holds. Pinned, so that an upgrade of the cluster keeps nothing from starting.',
          ),
      })
      .prefault({})
      .describe('What pods may be.'),
    sizes: z
      .strictObject({ small: size('small'), medium: size('medium'), large: size('large') })
      .prefault({})
      .describe(
        'What differs here from the usual sizes. In production and preproduction small is 4 cpu, 16 memory, 20 ephemeralStorage, 50 storage, 5 volumes, 40 pods and 100 objects; medium is twice and large four times that; in engineering each is half, except for objects.',
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
        'How much the namespace may use. In production and preproduction small is 4 CPU and 16 GiB in 40 pods, medium 8 and 32 in 80, large 16 and 64 in 160; in engineering each is half. A zone may say otherwise; status says what holds.',
      ),
    allowFrom: z
      .array(
        z
          .string()
          .regex(new RegExp(servicePattern), serviceRule)
          .max(30)
          .meta({ patternMessage: serviceRule })
          .describe('Name of a Service of the same squad.'),
      )
      .max(16)
      .refine(eachOnce, 'list each name once')
      .default([])
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe(
        "The squad's other Services whose pods may reach the pods of this one, in the same zone and cluster. They need not say so themselves. Services of other squads cannot be named.",
      ),
  })
  .describe('Settings of a namespace. Only if the provider is kubernetes.');

export type KubernetesZone = z.infer<typeof zoneSettings>;
export type KubernetesService = z.infer<typeof serviceSettings>;
