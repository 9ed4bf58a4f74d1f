import { createHash } from 'node:crypto';
import type { Composed } from '../../waiting/composed.ts';
import { version } from '../../words/version.ts';
import type { Component } from '../provider.ts';
import { backupName, onHub, starting, subjectName } from './backup-job.ts';
import { backupsNamespace } from './backups.ts';
import { jobFor, podFor, roomAt, secretAt } from './pod.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;
type Backups = NonNullable<PostgresZone['backups']>;
type Drill = NonNullable<Backups['drill']>;

/**
 * What belongs to the drills of one database is called: as its backups are, and of no backup, since the name of such ends with
 * hexadecimal digits. Kubernetes takes no more than 52 letters for a CronJob (validation of batch/v1, 1.35).
 */
export const drillName = (component: PostgresComponent): string => {
  const [hash, readable] = [backupName(component).slice(-16), backupName(component).slice(0, -17)];

  return `${readable.slice(0, 29).replace(/-+$/, '')}-${hash}-drill`;
};

/** When in the month a database is drilled: by its name, so that not all of them run at once, and on a day that every month has. */
export const drillSchedule = (component: PostgresComponent): string => {
  const hash = createHash('sha256')
    .update(`drill of ${subjectName(component)}`)
    .digest();
  const [minute, hour, day] = [0, 4, 8].map((place) => hash.readUInt32BE(place)) as [number, number, number];

  return `${minute % 60} ${hour % 24} ${(day % 28) + 1} * *`;
};

const [storeFolder, readerFolder] = ['/squadkit/store', '/squadkit/reader'];

/** Where there is room. */
export const workFolder = '/squadkit/work';

/**
 * What proves the backups of one database each month, on the hub: its report and its CronJob. Of the database itself it has
 * no login, and of what the backup has only the authority of the store.
 */
// Guard rail: postgres-backed-up
export const drillJob = (component: PostgresComponent, backups: Backups): Record<string, Composed> => {
  const { drill } = backups;
  if (drill === undefined) return {};
  const metadata = { name: drillName(component), namespace: backupsNamespace };

  return {
    // What is in it is written by the program itself.
    'drill-report': {
      object: onHub(component, { apiVersion: 'v1', kind: 'ConfigMap', metadata }),
      after: ['backup-report'],
    },
    'drill-job': {
      object: onHub(component, {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata,
        spec: {
          ...{ schedule: drillSchedule(component), ...starting },
          jobTemplate: { spec: jobFor(podOf(component, backups, drill), { minutes: drill.minutes, retries: 2 }) },
        },
      }),
      after: ['backup-job', 'drill-report'],
    },
  };
};

/** How a pod finds the store, and who may look into it: arguments, and the files that they name. */
export const readerOf = (component: PostgresComponent, store: Backups['store'], drill: Drill) => {
  const hasAuthority = store.caBundle !== undefined;

  return {
    args: [
      ...['--store', store.endpoint, '--region', store.region, '--bucket', store.bucket],
      ...(hasAuthority ? ['--store-authority-file', `${storeFolder}/store.crt`] : []),
      ...['--reader', readerFolder, '--identity-file', `${readerFolder}/identity`],
    ],
    mounted: [
      ...(hasAuthority
        ? [
            secretAt('store', storeFolder, {
              secretName: backupName(component),
              // Of what lies there nothing else: no login.
              items: [{ key: 'store.crt', path: 'store.crt' }],
            }),
          ]
        : []),
      secretAt('reader', readerFolder, { secretName: drill.secretRef.name }),
    ],
  };
};

/** In which image both the drill and the restore are. */
export const imageOf = ({ image }: Drill): string => image ?? `ghcr.io/squadkit/drill:${version}`;

const podOf = (component: PostgresComponent, { store }: Backups, drill: Drill): object => {
  const reader = readerOf(component, store, drill);

  return podFor(
    'drill',
    {
      image: imageOf(drill),
      args: [
        ...['--of', subjectName(component), ...reader.args, '--work', workFolder],
        ...['--most-minutes', `${drill.minutes}`, '--report', `${backupsNamespace}/${drillName(component)}`],
      ],
      memory: ['256Mi', '2Gi'],
    },
    [...reader.mounted, roomAt('work', workFolder, drill.gibibytes)],
  );
};
