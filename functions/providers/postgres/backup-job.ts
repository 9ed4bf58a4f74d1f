import { createHash } from 'node:crypto';
import { isTrue, type KubernetesObject, type Observed } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import { version } from '../../words/version.ts';
import { hasReferences, isDelivered } from '../kubernetes/delivery.ts';
import type { Component } from '../provider.ts';
import { type BackedUp, reportOf } from './backup-report.ts';
import { backupsNamespace } from './backups.ts';
import { choiceOf, databaseInForce, localInUse } from './generation.ts';
import { hasPassword } from './logins.ts';
import { ownerships } from './ownership.ts';
import { jobFor, mostBackupMinutes, podFor, secretAt } from './pod.ts';
import { keep } from './roles.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;
type Backups = NonNullable<PostgresZone['backups']>;

/** Under this key behind its own name a component has the provider config by which its backups are made. */
export const backupsConfig = 'backups';

/** Of whom a backup is, as it stands in keys of the store: `main/frontier.spike/galaxy/billing`. */
export const subjectName = ({ hub, zone, component, squad, service }: PostgresComponent): string =>
  `${hub}/${zone.name}.${component}/${squad.name}/${service}`;

/**
 * What belongs to the backups of one database is called: readable, and of no other subject. A Job and its Pod add up to 17
 * letters, and Kubernetes takes no more than 52 for a CronJob (validation of batch/v1, 1.35).
 */
export const backupName = (component: PostgresComponent): string => {
  const { squad, service } = component;
  const hash = createHash('sha256').update(subjectName(component)).digest('hex').slice(0, 16);

  return `${`${squad.name}-${service}`.slice(0, 35).replace(/-+$/, '')}-${hash}`;
};

/** What is backed up of a component, and by what. */
export const whatOf = (component: PostgresComponent, schedule: string): BackedUp => ({
  ...{ squad: component.squad.name, service: component.service, zone: component.zone.name },
  ...{ component: component.component, job: backupName(component), schedule },
});

const loginKeys = ['username', 'password', 'endpoint', 'port'];
const [loginFolder, writerFolder] = ['/squadkit/login', '/squadkit/writer'];

const base64 = (value: string): string => Buffer.from(value).toString('base64');

/** Whether the database is dropped when the Service goes: then there is nothing to be backed up any more. */
const goesWithDatabase = (component: PostgresComponent): boolean =>
  component.settings.onRemoval === 'Delete' &&
  ownerships(component, component.observed).databasePolicies(['Delete']).includes('Delete');

/** An Object on the hub, which stays when the Service goes, unless its database goes with it. No label of Squadkit's own inside: only Crossplane may write these, and what a CronJob makes would bear them too. */
export const onHub = (component: PostgresComponent, manifest: object, spec: object = {}): KubernetesObject => ({
  apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
  kind: 'Object',
  spec: {
    managementPolicies: goesWithDatabase(component) ? ['*'] : keep,
    providerConfigRef: {
      ...component.providerConfigRef,
      name: `${component.providerConfigRef.name}.${backupsConfig}`,
    },
    ...spec,
    forProvider: { manifest },
  },
});

/** How a CronJob there starts its Jobs. */
export const starting = {
  ...{ timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' },
  // Without it a hundred starts that were missed would stop it for ever.
  startingDeadlineSeconds: 14_400,
  ...{ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1 },
};

/** What makes the backups of one database, on the hub, where no squad has a right: its login, its report and its CronJob. */
// Guard rail: postgres-backed-up
export const backupJob = (component: PostgresComponent, backups: Backups): Record<string, Composed> => {
  const { observed } = component;
  const { caBundle } = backups.store;
  const metadata = { name: backupName(component), namespace: backupsNamespace };
  const own = { ...besideLogin(component), ...(caBundle !== undefined && { 'store.crt': caBundle }) };
  const inUse = (local: string): string => localInUse(component, local);

  return {
    'backup-secret': {
      ...copiedLogin(component, 'backup', own, observed['backup-secret'], (data, spec) =>
        onHub(component, { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, ...(data && { data }) }, spec),
      ),
      after: ['backup-connect', 'backup-usage', 'backup-tables', 'backup-sequences'].map(inUse),
      hold: hasPassword(observed.backup) ? undefined : 'the password of backup',
    },
    // What is in it is written by the program itself.
    'backup-report': {
      object: onHub(component, reportOf(whatOf(component, backups.schedule))),
      after: ['backup-connect'].map(inUse),
    },
    'backup-job': {
      object: onHub(component, {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata,
        spec: {
          schedule: backups.schedule,
          // Nobody knows yet which of several databases is in use: the wrong one would be taken for the backup of the Service.
          ...(choiceOf(component).current === 'none' && { suspend: true }),
          ...starting,
          jobTemplate: { spec: jobFor(podOf(component, backups), { minutes: mostBackupMinutes, retries: 2 }) },
        },
      }),
      after: ['backup-secret', 'backup-report'],
    },
  };
};

/** What lies beside a login that is copied: the address, where the platform registered it, and whose authority is believed. */
export const besideLogin = ({ platform }: PostgresComponent): Record<string, string> => ({
  ...(platform.endpoint && { endpoint: platform.endpoint.host, port: `${platform.endpoint.port}` }),
  'ca.crt': platform.caBundle,
});

/**
 * A login where a pod finds it, copied from the Secret in the squad's namespace by provider-kubernetes, in two steps: the
 * references come when the Secret is there, or the password would stand in the Object (kubernetes/delivery.ts).
 *
 * @param login local name of its Role
 * @param own what else lies there, and is not copied
 * @param before what is observed of the Object
 */
export const copiedLogin = (
  { squad, managedName }: PostgresComponent,
  login: string,
  own: Record<string, string>,
  before: Observed | undefined,
  secret: (data?: object, spec?: object) => KubernetesObject,
): Composed => {
  if (!isThere(before)) return { object: secret(), ready: () => false };
  const copied = loginKeys.filter((key) => own[key] === undefined);

  return {
    object: secret(
      Object.fromEntries([
        ...Object.entries(own).map(([key, value]) => [key, base64(value)]),
        ...copied.map((key) => [key, '']),
      ]),
      {
        references: copied.map((key) => ({
          patchesFrom: {
            ...{ apiVersion: 'v1', kind: 'Secret', namespace: squad.name, name: managedName(login) },
            fieldPath: `data[${key}]`,
          },
          toFieldPath: `data[${key}]`,
        })),
      },
    ),
    ready: isDelivered,
  };
};

const isThere = (secret: Observed | undefined): secret is Observed =>
  secret !== undefined && (hasReferences(secret) || isTrue(secret.object, 'Synced'));

/** Which database it is, where that is one that was restored: the name of the first follows from whose it is. */
const databaseArgument = (component: PostgresComponent): string[] => {
  const { current } = choiceOf(component);

  return current === 'none' || current.generation === undefined ? [] : ['--database', databaseInForce(component)];
};

const podOf = (component: PostgresComponent, backups: Backups): object => {
  const name = backupName(component);
  const { store, recipients, retentionDays, image } = backups;

  return podFor(
    'backup',
    {
      image: image ?? `ghcr.io/squadkit/backup:${version}`,
      args: [
        ...['--of', subjectName(component), '--mark', component.mark, ...databaseArgument(component)],
        ...['--login', loginFolder, '--authority-file', `${loginFolder}/ca.crt`],
        ...['--store', store.endpoint, '--region', store.region, '--bucket', store.bucket],
        ...(store.caBundle === undefined ? [] : ['--store-authority-file', `${loginFolder}/store.crt`]),
        ...['--writer', writerFolder, ...recipients.flatMap((recipient) => ['--recipient', recipient])],
        ...['--keep-days', `${retentionDays}`, '--report', `${backupsNamespace}/${name}`],
      ],
      memory: ['128Mi', '1Gi'],
    },
    [
      secretAt('login', loginFolder, { secretName: name }),
      secretAt('writer', writerFolder, { secretName: store.secretRef.name }),
    ],
  );
};
