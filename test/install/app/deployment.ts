import { aquaPlace, databases, hubPlace, meadowPlace, registryAddress } from '../../control-plane/node/layout.ts';

const container = (name: string, task: string, binding: string) => ({
  name,
  image: `${registryAddress}/app:v1`,
  args: [task, `/bindings/${binding}`],
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
  securityContext: {
    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    capabilities: { drop: ['ALL'] },
  },
  volumeMounts: [{ name: binding.replace('.', '-'), mountPath: `/bindings/${binding}`, readOnly: true }],
});

/** A squad's Deployment: migrates, then serves, with the Secrets that Squadkit delivered mounted. */
export const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'billing' },
  spec: {
    selector: { matchLabels: { app: 'billing' } },
    template: {
      metadata: { labels: { app: 'billing' } },
      spec: {
        automountServiceAccountToken: false,
        securityContext: {
          ...{ runAsNonRoot: true, runAsUser: 65532 },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        // This cluster has no DNS.
        hostAliases: [{ ip: databases.spike.address, hostnames: [databases.spike.host] }],
        initContainers: [container('migrate', 'migrate', 'spike.migrator')],
        containers: [container('serve', 'serve', 'spike')],
        volumes: ['spike', 'spike.migrator'].map((secretName) => ({
          ...{ name: secretName.replace('.', '-'), secret: { secretName } },
        })),
      },
    },
  },
};

const servers = Object.fromEntries(
  [hubPlace, aquaPlace, meadowPlace].map(({ name, address }) => [name, `https://${address}:6443`]),
);

/** A Job that tries from inside of a pod what a squad may not: a deployer makes no pod by hand. */
export const reaching = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'reach' },
  spec: {
    backoffLimit: 0,
    template: {
      spec: {
        restartPolicy: 'Never',
        // A token of its namespace's own account is mounted, as Kubernetes does unless it is told otherwise.
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            ...container('reach', 'reach', 'spike'),
            env: [
              { name: 'SERVERS', value: JSON.stringify(servers) },
              { name: 'NODE_ADDRESS', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
            ],
          },
        ],
        volumes: [{ name: 'spike', secret: { secretName: 'spike' } }],
      },
    },
  },
};

/** A manifest of a page as it is here: the image is in our registry, and names are told by hand. */
export const asManifestHere = (manifest: string): string =>
  manifest
    .replaceAll('docker.io/library/postgres:18', `${registryAddress}/psql:v1`)
    .replaceAll(
      /^( +)restartPolicy: Never$/gm,
      `$&\n$1hostAliases: [{ ip: ${databases.spike.address}, hostnames: [${databases.spike.host}] }]`,
    );
