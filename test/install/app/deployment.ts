import { databases, registryAddress } from '../../control-plane/node/layout.ts';

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
