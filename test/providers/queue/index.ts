import * as z from 'zod/mini';
import { host } from '../../../functions/documents/address.ts';
import { encryptedAtRest } from '../../../functions/documents/guarantees.ts';
import { namespaceName } from '../../../functions/documents/names.ts';
import { documentation } from '../../../functions/documents/schema.ts';
import { isTrue, type KubernetesObject } from '../../../functions/objects/resource.ts';
import { look, ownershipOf, policiesOf } from '../../../functions/ownership/claim.ts';
import { detailOf } from '../../../functions/providers/details.ts';
import { type Component, defineProvider, type Place } from '../../../functions/providers/provider.ts';
import { secretOnHub } from '../../../functions/providers/secret.ts';

const kind = { apiVersion: 'kubernetes.m.crossplane.io/v1alpha1', kind: 'Object' };
const operator = 'rabbitmq.com/v1beta1';

/** Where the operator of RabbitMQ looks for its resources; no squad has rights there. */
const namespace = 'squadkit-rabbitmq';
const markLabel = 'squadkit.io/mark';

const zoneSettings = z
  .strictObject({
    credentialsSecretRef: z.strictObject(secretOnHub).register(documentation, {
      description: 'Secret on the hub with the kubeconfig of the cluster of the operator.',
    }),
    broker: host('Name of the broker in its certificate.'),
    guarantees: z
      .prefault(z.strictObject({ encryptedAtRest: encryptedAtRest('The disks of the broker are encrypted.') }), {})
      .register(documentation, { description: 'What the platform declares of the broker.' }),
  })
  .register(documentation, { description: 'A RabbitMQ broker. Required if the provider is queue.' });

const serviceSettings = z
  .strictObject({
    queues: z
      ._default(z.int().check(z.minimum(1), z.maximum(100)), 10)
      .register(documentation, { description: 'Queues that the service may have.' }),
  })
  .register(documentation, { description: 'Settings of a virtual host. Only if the provider is queue.' });

type Zone = z.infer<typeof zoneSettings>;
type Asked = z.infer<typeof serviceSettings>;

/** The virtual host, and its resource on the cluster: `galaxy-billing`. */
export const vhostOf = ({ squad, service }: Pick<Place, 'squad' | 'service'>): string =>
  namespaceName(squad.name, service);

const manifestOf = ({ status }: KubernetesObject): { metadata?: { uid?: unknown; labels?: Record<string, string> } } =>
  (status?.atProvider as { manifest?: object } | undefined)?.manifest ?? {};

/** What a squad gets of a broker, by the topology operator of RabbitMQ and provider-kubernetes (recipes of the platform). */
export const queue = defineProvider<Zone, Asked>({
  name: 'queue',
  description: 'A virtual host of a RabbitMQ broker and its login.',
  zoneSettings,
  serviceSettings,
  configure: ({ credentialsSecretRef }) => ({
    apiVersion: kind.apiVersion,
    kind: 'ClusterProviderConfig',
    spec: { credentials: { source: 'Secret', secretRef: { ...credentialsSecretRef, key: 'kubeconfig' } } },
  }),
  identity: {
    compose: ({ providerConfigRef }) => ({
      cluster: {
        object: {
          ...kind,
          spec: {
            managementPolicies: look,
            providerConfigRef,
            forProvider: { manifest: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } } },
          },
        },
        ready: ({ object }) => isTrue(object, 'Synced') && manifestOf(object).metadata?.uid !== undefined,
      },
    }),
    read: ({ observed, held }) => {
      const uid = observed.cluster && manifestOf(observed.cluster.object).metadata?.uid;
      return typeof uid === 'string' ? uid : held;
    },
  },
  admit: () => {},
  isAccess: () => false,
  offer: (component) => {
    const { observed, platform } = component;
    const password = detailOf(observed.app, 'password', 'secret');
    const user = `${vhostOf(component)}-app`;

    return {
      type: 'amqp',
      endpoints: [{ port: 5671, networks: [] }],
      logins: [
        {
          name: '',
          public: { type: 'amqp', provider: 'squadkit', host: platform.broker, port: '5671', username: user },
          secretKeys: ['password', 'uri'],
          secret:
            password === undefined
              ? undefined
              : {
                  password,
                  uri: `amqps://${user}:${encodeURIComponent(password)}@${platform.broker}:5671/${vhostOf(component)}`,
                },
        },
      ],
    };
  },
  compose: (component: Component<Zone, Asked>) => {
    const { labels, mark, observed, providerConfigRef, settings } = component;
    const name = vhostOf(component);
    const ownership = ownershipOf(
      observed.vhost,
      (object) => manifestOf(object).metadata?.labels?.[markLabel] === mark,
    );
    const remote = (policies: string[], manifest: KubernetesObject, spec: object = {}): KubernetesObject => ({
      ...kind,
      spec: {
        managementPolicies: policies,
        providerConfigRef,
        ...spec,
        forProvider: {
          manifest: {
            ...manifest,
            metadata: { ...manifest.metadata, namespace, labels: { ...labels, [markLabel]: mark } },
          },
        },
      },
    });
    const rabbit = (rabbitKind: string, local: string, spec: object): KubernetesObject => ({
      apiVersion: operator,
      kind: rabbitKind,
      metadata: { name: local },
      spec: { rabbitmqClusterReference: { connectionSecret: { name: 'burrow' } }, ...spec },
    });

    return {
      vhost: {
        object: remote(
          policiesOf(ownership, ['Observe', 'Create', 'Update']),
          rabbit('Vhost', name, { name, deletionPolicy: 'retain', limits: { queues: settings.queues } }),
        ),
        claim: {
          ownership,
          thing: `virtual host ${name}`,
          where: `${component.component} in zone ${component.zone.name}`,
          free: 'rename or drop it',
          handOver: `kubectl label -n ${namespace} vhost ${name} ${markLabel}=${mark}`,
        },
      },
      app: {
        object: remote(
          ['*'],
          rabbit('User', `${name}-app`, { importCredentialsSecret: { name: `${name}-app-name` } }),
          {
            writeConnectionSecretToRef: { name: `${component.managedName('app')}` },
          },
        ),
        after: ['vhost'],
      },
      rights: {
        object: remote(
          ['*'],
          rabbit('Permission', `${name}-app`, { vhost: name, user: `${name}-app`, permissions: { write: '.*' } }),
        ),
        after: ['app'],
      },
    };
  },
  status: (component) => ({ virtualHost: vhostOf(component), queues: component.settings.queues }),
  knownErrors: [
    {
      says: 'remote',
      match: /connection refused|no such host|i\/o timeout/,
      actor: 'SRE',
      next: 'the broker cannot be reached by its operator: check that it runs',
    },
  ],
  isRepeatable: true,
  guarantees: ({ guarantees: { encryptedAtRest: isEncrypted } }) => ({
    tls: 'verify-full',
    encryptedAtRest: isEncrypted,
    recovery: { backups: undefined, pointInTimeRecovery: false },
  }),
  authorities: () => undefined,
  managedKinds: [kind],
  target: ({ credentialsSecretRef: { namespace: where, name } }) => `${where}/${name}`,
});
