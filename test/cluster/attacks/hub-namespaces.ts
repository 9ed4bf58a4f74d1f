import { impersonating } from '../../../functions/evidence/live/kubeconfig.ts';
import { Cluster } from '../../control-plane/kubernetes.ts';
import { containerOf } from '../support/container.ts';
import type { Attack } from './attack.ts';
import { type RequestAttempt, requests } from './request.ts';
import { engineNamespace } from './targets.ts';
import type { World } from './world.ts';

const core = (namespace: string) => `/api/v1/namespaces/${namespace}`;
const group = (name: string, namespace: string) => `/apis/${name}/v1/namespaces/${namespace}`;
const backups = 'squadkit-backups';
const janitor = 'squadkit-janitor';
const delivery = 'squadkit-delivery';
const kustomizations = (namespace: string) => `${group('kustomize.toolkit.fluxcd.io', namespace)}/kustomizations`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A Job that would mount the login of a backup, and the key of its store. */
const thief = {
  metadata: { name: 'mine' },
  spec: {
    template: {
      spec: {
        restartPolicy: 'Never',
        serviceAccountName: 'backup',
        containers: [{ ...containerOf('mine'), envFrom: [{ secretRef: { name: 'galaxy-moon' } }] }],
      },
    },
  },
};
const kustomization = (spec: object) => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'mine' },
  spec: { interval: '10m', prune: true, sourceRef: { kind: 'GitRepository', name: 'mine' }, ...spec },
});

/** Where backups are made, on the hub. */
const backupAttempts: RequestAttempt[] = [
  // Guard rail: postgres-backed-up
  ['start a Job that reads the logins of backups', 'POST', `${group('batch', backups)}/jobs`, thief],
  // Guard rail: postgres-backed-up
  ['say that a backup was made', 'PATCH', `${core(backups)}/configmaps/galaxy-moon`, { data: { outcome: 'made' } }],
  ['take a token of who backs up', 'POST', `${core(backups)}/serviceaccounts/backup/token`, { spec: {} }],
  ['end the backups of a database', 'DELETE', `${group('batch', backups)}/cronjobs/galaxy-moon`],
];

/** Of a pod that is there for one database. */
const othersReports: RequestAttempt[] = [
  [
    'say that the backup of another Service was made',
    'PATCH',
    `${core(backups)}/configmaps/quasar-sun`,
    { data: { outcome: 'made' } },
  ],
  [
    'say that its backup was proven',
    'PATCH',
    `${core(backups)}/configmaps/galaxy-moon-drill`,
    { data: { outcome: 'proven' } },
  ],
];

/** Where the janitor runs, on the hub. */
const janitorAttempts: RequestAttempt[] = [
  // Guard rail: janitor-reads-no-data
  ['take a token of the janitor', 'POST', `${core(janitor)}/serviceaccounts/janitor/token`, { spec: {} }],
  ['stop the janitor', 'PATCH', `${group('apps', janitor)}/deployments/janitor`, { spec: { replicas: 0 } }],
  [
    'send the janitor with its login to a server of its own',
    'PATCH',
    `${core(janitor)}/secrets/spike-janitor`,
    { data: { endpoint: base64('mine.example.org') } },
  ],
  [
    'say that the janitor ended every session',
    'PATCH',
    `${core(janitor)}/configmaps/squadkit-sessions`,
    { data: { mine: 'ended' } },
  ],
];

/** What leads from Git to the hub: where deliverers are, and whatever an engine reads elsewhere. */
const deliveryAttempts: RequestAttempt[] = [
  // Guard rail: delivery-stays-in-its-squad
  [
    "have every squad's documents fetched from elsewhere",
    'POST',
    `${core(delivery)}/configmaps`,
    { metadata: { name: 'squadkit-delivery' }, data: { engine: 'flux', source: 'mine', folder: 'squads' } },
  ],
  // Guard rail: delivery-stays-in-its-squad
  [
    "have a folder of its own applied as a squad's deliverer",
    'POST',
    kustomizations(delivery),
    kustomization({ serviceAccountName: 'galaxy' }),
  ],
  ['put a key for Git where the engine reads it', 'POST', `${core(delivery)}/secrets`, { metadata: { name: 'mine' } }],
  [
    'let anything run where deliverers are',
    'PATCH',
    `/api/v1/namespaces/${delivery}`,
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
  ],
  // Guard rail: delivery-stays-in-its-squad
  ['have Flux apply a folder with its own rights', 'POST', kustomizations('default'), kustomization({})],
  // Guard rail: delivery-stays-in-its-squad
  [
    'have Flux apply what others keep with its own rights',
    'PATCH',
    `${kustomizations('default')}/theirs`,
    { spec: { serviceAccountName: null } },
  ],
  [
    'tell an engine that is named, where it lives, what to apply',
    'POST',
    kustomizations(engineNamespace),
    kustomization({ serviceAccountName: 'mine' }),
  ],
];

/** A token that is bound to a pod says the name of the pod. */
const asBackupPod = ({ controlPlane: { hub } }: World): Cluster =>
  new Cluster(hub.kubeconfigPath, {
    ...impersonating(`system:serviceaccount:${backups}:backup`, ['system:serviceaccounts', 'system:authenticated']),
    'impersonate-extra-authentication.kubernetes.io%2fpod-name': 'galaxy-moon-29411520-x7k2p',
  });

/** In the namespaces of the hub in which something of Squadkit runs by itself, or is fetched. */
export const hubNamespaceAttacks: Attack[] = [
  ...requests(
    'an administrator of the hub whom nobody named',
    ({ controlPlane }) => controlPlane.hub.as('mallory', ['attacks:administrators']),
    [...backupAttempts, ...janitorAttempts, ...deliveryAttempts],
  ),
  ...requests('a pod that backs up galaxy/moon', asBackupPod, othersReports),
];
