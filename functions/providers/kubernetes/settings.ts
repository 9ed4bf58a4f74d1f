import * as z from 'zod/mini';
import { server } from '../../documents/address.ts';
import { bundleRules, certificates } from '../../documents/certificates.ts';
import { encryptedAtRest } from '../../documents/guarantees.ts';
import { servicePattern, serviceRule } from '../../documents/names.ts';
import { documentation } from '../../documents/schema.ts';
import { isVisible } from '../../words/printable.ts';
import { secretOnHub } from '../secret.ts';
import { eachOnce, egressRule, namespaces, reachSettings } from './reach.ts';
import { reachFaults } from './reach-guards.ts';

const prefixRule =
  'use a prefix of which no group becomes one of Kubernetes: the joined name must not begin with system:';
const controlRule = 'use a prefix in one line: no line break and no other control character';
const versionRule = 'use a minor version of Kubernetes from v1.30 on such as v1.35, not latest';

const clusterPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const clusterRule = "use what kubectl get namespace kube-system -o jsonpath='{.metadata.uid}' says";

/** `system:` in two parts is `system:` too: a group may be called `tem:masters`. An empty prefix leaves the group as it is. */
const keepsGroupsApart = (prefix: string): boolean =>
  prefix === '' || !(prefix.startsWith('system:') || 'system:'.startsWith(prefix));

/** What the platform may set of a size; what it leaves out stays as it is. */
const size = (name: string) =>
  z
    .prefault(
      z.strictObject({
        cpu: z
          .optional(z.int().check(z.minimum(1), z.maximum(1024)))
          .register(documentation, { description: 'Cores that its containers may request together.' }),
        memory: z.optional(z.int().check(z.minimum(1), z.maximum(8192))).register(documentation, {
          description:
            'GiB that its containers may request together. One container may take half of it, whether or not it states a limit.',
        }),
        ephemeralStorage: z.optional(z.int().check(z.minimum(2), z.maximum(8192))).register(documentation, {
          description:
            'GiB on the disks of nodes that its containers may request together. One container may take half of it.',
        }),
        storage: z
          .optional(z.int().check(z.minimum(0), z.maximum(65536)))
          .register(documentation, { description: 'GiB of volumes together.' }),
        volumes: z
          .optional(z.int().check(z.minimum(0), z.maximum(1000)))
          .register(documentation, { description: 'PersistentVolumeClaims.' }),
        pods: z
          .optional(z.int().check(z.minimum(1), z.maximum(5000)))
          .register(documentation, { description: 'Pods that have not ended.' }),
        objects: z.optional(z.int().check(z.minimum(10), z.maximum(5000))).register(documentation, {
          description: 'Objects of each kind that squads write, for example Deployments or ConfigMaps.',
        }),
      }),
      {},
    )
    .register(documentation, { description: `What a namespace of size ${name} may use.` });

/** What the platform registers about a Kubernetes cluster. */
export const zoneSettings = z
  .strictObject({
    credentialsSecretRef: z
      .strictObject({
        ...secretOnHub,
        key: z
          ._default(z.string().check(z.minLength(1), z.maxLength(253)), 'kubeconfig')
          .register(documentation, { description: 'Key that holds the kubeconfig.' }),
      })
      .register(documentation, {
        description:
          'Secret on the hub with the kubeconfig of a ServiceAccount that has the rights of package/install/remote.',
      }),
    server: server(
      "Address of the API server for the deployer's kubeconfig, for example https://aqua.example.org:6443; behind Rancher it has a path.",
    ),
    caBundle: z
      .optional(certificates('PEM certificates of the authority that signed the certificate of the API server.'))
      .register(documentation, {
        description:
          'PEM certificates of the authority that signed the certificate of the API server. Left out where a public authority did: then the kubeconfig trusts what the machine trusts.',
      }),
    cluster: z
      .optional(z.string().check(z.regex(clusterPattern, clusterRule), z.maxLength(36)))
      .register(documentation, {
        description:
          'The uid of namespace kube-system of the cluster. Needed only when another cluster has taken the place of the one before.',
        patternMessage: clusterRule,
      }),
    groupPrefix: z
      ._default(
        z.string().check(z.maxLength(63), z.refine(isVisible, controlRule), z.refine(keepsGroupsApart, prefixRule)),
        '',
      )
      .register(documentation, {
        description: 'What the cluster puts before the name of a group of the identity provider, for example "oidc:".',
        'x-kubernetes-validations': [
          { rule: "!self.matches('[[:cntrl:]]')", message: controlRule },
          { rule: "self == '' || !(self.startsWith('system:') || 'system:'.startsWith(self))", message: prefixRule },
        ],
      }),
    guarantees: z
      .prefault(
        z.strictObject({
          encryptedAtRest: encryptedAtRest('Secrets in etcd, and the volumes of the cluster, are encrypted on disk.'),
        }),
        {},
      )
      .register(documentation, {
        description:
          'What the platform declares of the cluster. It is not verified; it decides which classes of data may be worked with there.',
      }),
    deployers: z._default(z.enum(['token', 'group']), 'token').register(documentation, {
      description:
        "How squads deploy. token: each Service gets a ServiceAccount with a token that does not expire, in a kubeconfig on the hub. group: the squad's deployerGroup of the identity provider deploys, and there is no token; one from before is deleted.",
    }),
    ingressNamespaces: namespaces(
      "Namespaces of the cluster whose pods may reach the pods of every squad, for example the ingress controller's. When empty, nothing reaches them from outside.",
      [],
    ),
    ...reachSettings,
    podSecurity: z
      .prefault(
        z.strictObject({
          level: z
            ._default(z.enum(['restricted', 'baseline']), 'restricted')
            .register(documentation, { description: 'Pod Security Standard that every pod must meet.' }),
          version: z
            ._default(
              z.string().check(z.regex(/^v1[.]([3-9][0-9]|[1-9][0-9]{2})$/, versionRule), z.maxLength(6)),
              'v1.35',
            )
            .register(documentation, {
              description:
                'Version of Kubernetes whose wording of the standard holds. Pinned, so that an upgrade of the cluster keeps nothing from starting.',
              patternMessage: versionRule,
            }),
        }),
        {},
      )
      .register(documentation, { description: 'What pods may be.' }),
    sizes: z
      .prefault(z.strictObject({ small: size('small'), medium: size('medium'), large: size('large') }), {})
      .register(documentation, {
        description:
          'What differs here from the usual sizes. In production and preproduction small is 4 cpu, 16 memory, 20 ephemeralStorage, 50 storage, 5 volumes, 40 pods and 100 objects; medium is twice and large four times that; in engineering each is half, except for objects.',
      }),
  })
  .check((context) => {
    // What is no network at all is in none, and could not be looked at.
    if (context.issues.length > 0) return;
    for (const { path, message } of reachFaults(context.value)) {
      context.issues.push({ code: 'custom', path, message, input: context.value });
    }
  })
  .register(documentation, {
    description: 'A Kubernetes cluster. Required if the provider is kubernetes.',
    'x-kubernetes-validations': bundleRules,
  });

/** What a squad may ask of its namespace. */
export const serviceSettings = z
  .strictObject({
    size: z._default(z.enum(['small', 'medium', 'large']), 'small').register(documentation, {
      description:
        'How much the namespace may use. In production and preproduction small is 4 CPU and 16 GiB in 40 pods, medium 8 and 32 in 80, large 16 and 64 in 160; in engineering each is half. A zone may say otherwise; status says what holds.',
    }),
    allowFrom: z
      ._default(
        z
          .array(
            z
              .string()
              .check(z.regex(new RegExp(servicePattern), serviceRule), z.maxLength(30))
              .register(documentation, {
                description: 'Name of a Service of the same squad.',
                patternMessage: serviceRule,
              }),
          )
          .check(z.maxLength(16), z.refine(eachOnce, 'list each name once')),
        [],
      )
      .register(documentation, {
        description:
          "The squad's other Services whose pods may reach the pods of this one, in the same zone and cluster. They need not say so themselves. Services of other squads cannot be named.",
        'x-kubernetes-list-type': 'set',
      }),
    egress: z
      ._default(
        z
          .array(
            z
              .string()
              .check(z.regex(new RegExp(servicePattern), egressRule), z.maxLength(30))
              .register(documentation, {
                description: 'Name of a destination of the zone.',
                patternMessage: egressRule,
              }),
          )
          .check(z.maxLength(16), z.refine(eachOnce, 'list each name once')),
        [],
      )
      .register(documentation, {
        description:
          'Destinations outside the namespace that its pods may reach, by the names that the zone gives them, for example smtp-relay. Without one nothing is reached but DNS, the databases of the Service and the other Services of the squad.',
        'x-kubernetes-list-type': 'set',
      }),
  })
  .register(documentation, { description: 'Settings of a namespace. Only if the provider is kubernetes.' });

/** What the platform registers of a cluster, parsed. */
export type KubernetesZone = z.infer<typeof zoneSettings>;
/** What a squad sets of its namespace, parsed and defaulted. */
export type KubernetesService = z.infer<typeof serviceSettings>;
