import type { Observed } from '../../objects/resource.ts';
import { timeOf, timestampOf } from '../../objects/time.ts';
import type { Composed } from '../../waiting/composed.ts';
import { isDelivered } from '../kubernetes/delivery.ts';
import type { Component } from '../provider.ts';
import { backupName, besideLogin, copiedLogin, onHub, subjectName } from './backup-job.ts';
import { backupsNamespace } from './backups.ts';
import { imageOf, readerOf, workFolder } from './drill-job.ts';
import { generationInForce, localOf } from './logins.ts';
import { databaseOf, extensionResource } from './names.ts';
import { jobFor, podFor, roomAt, secretAt } from './pod.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;

/**
 * What belongs to the restore of one database is called: as its backups are, with its generation. A Job has at most 63
 * letters, and its Pod six more (validation of batch/v1, 1.35).
 */
const restoreName = (component: PostgresComponent, generation: string): string => {
  const [hash, readable] = [backupName(component).slice(-16), backupName(component).slice(0, -17)];

  return `${readable.slice(0, 23).replace(/-+$/, '')}-${hash}-${generation}-restore`;
};

/** How it is started in the image of the drill, which starts that by itself (package/image/specification.ts). */
const restoreCommand = ['/usr/bin/node', '/drill/restore.cjs'];

/** They are there while something is restored, and go with the Service too. */
const forAWhile = { managementPolicies: ['*'] };

/** A Job is never changed: that what ran is what is asked for is seen in the database (restore/). */
const once = { managementPolicies: ['Observe', 'Create', 'Delete'] };

const [loginFolder, readingFolder] = ['/squadkit/login', '/squadkit/reading-login'];

/**
 * What fills a database with a backup, on the hub: its report, and while it is not filled a Job with the logins of the
 * migrator, by whom everything is made as the squad made it, and of the backup, which sees all rows.
 *
 * @param observed what is observed of the database, by local names of the first
 * @param isRestored whether it is known to be filled
 */
export const restoreJob = (
  component: PostgresComponent,
  generation: string,
  observed: Record<string, Observed>,
  isRestored: boolean,
): Record<string, Composed> => {
  const { platform, settings, observed: all } = component;
  const { drill } = platform.backups ?? {};
  const metadata = { name: restoreName(component, generation), namespace: backupsNamespace };
  const report = {
    // What is in it is written by the program itself.
    'restore-report': {
      object: onHub(component, { apiVersion: 'v1', kind: 'ConfigMap', metadata }, forAWhile),
      after: ['mark'],
    },
  };
  if (isRestored || drill === undefined || platform.backups === undefined) return report;
  const logins = [observed['restore-secret'], all['backup-secret']];
  const isKnown = logins.every((secret) => secret !== undefined && isDelivered(secret));

  return {
    ...report,
    'restore-secret': {
      ...copiedLogin(
        component,
        localOf('migrator', generationInForce(component, 'migrator')),
        besideLogin(component),
        observed['restore-secret'],
        (data, spec) =>
          onHub(
            component,
            { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, ...(data && { data }) },
            { ...forAWhile, ...spec },
          ),
      ),
      after: ['mark', 'owner-usage'],
    },
    'restore-job': {
      object: onHub(
        component,
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          // Its pods go first: by default they would go on without it (Kubernetes 1.35, registry/batch/job/strategy.go).
          metadata: { ...metadata, finalizers: ['foregroundDeletion'] },
          spec: jobFor(podOf(component, generation, platform.backups, drill), { minutes: drill.minutes, retries: 3 }),
        },
        once,
      ),
      after: [
        ...['restore-report', 'restore-secret', 'owner-connect', 'owner-usage', 'writer-tables', 'writer-sequences'],
        ...(settings.readers ? ['reader-tables'] : []),
        ...['backup-connect', 'backup-usage', 'backup-tables', 'backup-sequences'],
        ...settings.extensions.map(extensionResource),
      ],
      hold: isKnown ? undefined : 'the logins of the restore',
      // It is over when the database says so, and then it goes.
      ready: () => false,
    },
  };
};

type Backups = NonNullable<PostgresZone['backups']>;

const podOf = (
  component: PostgresComponent,
  generation: string,
  { store }: Backups,
  drill: NonNullable<Backups['drill']>,
): object => {
  const { squad, service, settings } = component;
  const name = restoreName(component, generation);
  const reader = readerOf(component, store, drill);

  return podFor(
    'restore',
    {
      image: imageOf(drill),
      command: restoreCommand,
      args: [
        ...['--of', subjectName(component), '--at', timestampOf(timeOf(settings.restore?.at))],
        ...['--into', databaseOf(squad.name, service, generation)],
        ...['--login', loginFolder, '--reading-login', readingFolder, '--authority-file', `${loginFolder}/ca.crt`],
        ...reader.args,
        ...['--work', workFolder, '--most-minutes', `${drill.minutes}`, '--report', `${backupsNamespace}/${name}`],
      ],
      memory: ['256Mi', '2Gi'],
    },
    [
      secretAt('login', loginFolder, { secretName: name }),
      secretAt('reading-login', readingFolder, { secretName: backupName(component) }),
      ...reader.mounted,
      roomAt('work', workFolder, drill.gibibytes),
    ],
  );
};
