import { timeOf, timestampOf } from '../../objects/time.ts';
import { type Fact, rankIn, type Thing } from '../../words/thing.ts';
import type { Component } from '../provider.ts';
import type { Words } from '../told.ts';
import { backupResourceNames, drillResourceNames } from './backups.ts';
import { backupsTold } from './backups-told.ts';
import { connectionsOf } from './connections.ts';
import { localIn, observedIn } from './generation.ts';
import { decisionsOf, generationInForce, type LoginKind, localOf, membershipOf, roleNameOf } from './logins.ts';
import { databaseOf, generationOf, postgresNames } from './names.ts';
import { registered, serverFacts, sessionsFact } from './registered.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/** When a login is exchanged for the next one. A moment before which nothing may have been made ends what was. */
const exchange = ({
  platform: { credentials, janitor },
  settings: { rotation },
}: Component<PostgresZone, PostgresService>): Fact[] => {
  const { notBefore } = rotation ?? {};
  const emergency =
    notBefore === undefined ? '' : `if it was made before ${notBefore}; a new one takes its place first`;

  return [
    {
      ...{
        label: 'exchanged',
        value: credentials === undefined ? '' : exchanged(credentials, rotation?.every, janitor),
      },
      ...{ wider: 'none', narrower: 'GuaranteeLost', replaced: 'none', path: 'rotation.every' },
    },
    {
      ...{ label: 'ended at once', value: emergency, path: 'rotation.notBefore' },
      ...{ wider: 'AccessRevoked', narrower: 'none', replaced: 'AccessRevoked' },
    },
  ];
};

/** How often, and for how long the old one works on: longer while it is used, where somebody sees that. */
const exchanged = (
  { rotateEvery, overlap, most }: NonNullable<PostgresZone['credentials']>,
  every: string = rotateEvery,
  janitor: PostgresZone['janitor'],
): string =>
  `every ${every}, with ${overlap} in which the old one works on${janitor === undefined ? '' : `, or ${most} while it is used`}`;

/** A login stays as a name on the server; what it may ends with its membership, which goes: so that comes first. */
const login = (
  component: Component<PostgresZone, PostgresService>,
  kind: LoginKind,
  may: string,
  resources: string[] = [],
): Thing => ({
  key: `login.${kind}`,
  name: `login \`${roleNameOf(component, kind, generationInForce(component, kind))}\``,
  purpose: `which ${may}`,
  resources: [
    ...decisionsOf(component)
      [kind].decision.logins.toReversed()
      .flatMap(({ generation }) => [membershipOf(kind, generation), localOf(kind, generation)]),
    ...resources,
  ],
  holds: 'access',
  facts: exchange(component),
  lost: 'whoever uses it can no longer log in',
  kept: 'it can still log in',
});

const lastBefore = ({ at }: NonNullable<PostgresService['restore']>): string =>
  `the last backup of ${timestampOf(timeOf(at))} or before`;

/** How old it may be: a plan has no clock, but who reads it has one. */
const keptFor = ({ backups }: PostgresZone): string =>
  backups === undefined
    ? ''
    : ` (a backup is kept for ${backups.retentionDays === 1 ? 'a day' : `${backups.retentionDays} days`})`;

/** The database that begins with a backup. */
const restored = ({
  squad,
  service,
  platform,
  settings,
  observed,
}: Component<PostgresZone, PostgresService>): Thing[] => {
  if (settings.restore === undefined) return [];
  const generation = generationOf(settings.restore.at);
  const name = `\`${databaseOf(squad.name, service, generation)}\``;

  return [
    {
      key: `database.${generation}`,
      name: `database ${name}`,
      purpose: `which begins with ${lastBefore(settings.restore)}${keptFor(platform)}, while the one in use is kept as it is then, out of use, and workloads have to read their Secrets again`,
      resources: ['database', ...Object.keys(observedIn(observed, generation))].map((local) =>
        localIn(generation, local),
      ),
      holds: 'data',
      facts: [],
      lost: 'with all its data, for good',
      kept: 'with what was written into it, out of use; workloads that go on have to read their Secrets again',
    },
  ];
};

const fates = ['the data is kept', 'the data is deleted'];

const things = (component: Component<PostgresZone, PostgresService>): Thing[] => {
  const { squad, service, platform, settings, observed } = component;
  const names = postgresNames(squad.name, service);
  const connections = connectionsOf(platform, settings);
  const fate = settings.onRemoval === 'Delete' ? 'the data is deleted' : 'the data is kept';
  const facts: Fact[] = [
    {
      ...{ label: 'connections', value: connections, most: platform.connections.max },
      ...{ wider: 'none', narrower: 'none', path: 'connections' },
    },
    {
      ...{ label: 'in its place', value: settings.restore === undefined ? '' : lastBefore(settings.restore) },
      // Also what is written into the one with a backup stays behind, when the line goes; and of a Service that is new what was
      // kept of one before.
      ...{ wider: 'DataLeftBehind', narrower: 'DataLeftBehind', replaced: 'DataLeftBehind', path: 'restore' },
      whenNew: 'DataLeftBehind',
    },
    {
      ...{ label: 'extensions', value: settings.extensions, left: 'stays installed, because data may depend on it' },
      ...{ wider: 'none', narrower: 'none', replaced: 'none', path: 'extensions' },
    },
    {
      ...{ label: 'when it is removed', value: fate, rank: rankIn(fates, fate) },
      ...{ wider: 'DeletionAllowed', narrower: 'none', path: 'onRemoval' },
    },
    sessionsFact(platform),
    ...serverFacts(platform),
  ];

  return [
    {
      key: 'database',
      name: `database \`${names.database}\``,
      resources: [
        'database',
        'mark',
        'owner',
        'writer',
        'schema',
        'owner-connect',
        'writer-connect',
        'owner-usage',
        'owner-in-writer',
        'writer-usage',
        'writer-tables',
        'writer-sequences',
        ...backupResourceNames,
        ...drillResourceNames,
        'admin-in-owner',
        // An extension that is no longer listed is not dropped: something in the data may need it.
        ...Object.keys(observed).filter((name) => name.startsWith('extension.')),
      ],
      holds: 'data',
      facts,
      lost: 'with all its data, for good',
      kept: 'with all its data; nobody can log in until it is asked for again',
    },
    ...restored(component),
    login(component, 'app', 'reads and writes the data'),
    login(component, 'migrator', 'changes the tables'),
    ...(settings.readers
      ? [
          {
            ...login(component, 'readonly', 'only reads the data', [
              'reader',
              'reader-connect',
              'reader-usage',
              'reader-tables',
            ]),
            path: 'readers',
          },
        ]
      : []),
  ];
};

/** A database in words. */
export const words: Words<PostgresZone, PostgresService> = {
  things,
  backups: backupsTold,
  registered,
  zone: {
    credentialsSecretRef: 'decides which server it is, and as whom Squadkit works there',
    adminRole: 'decides as whom Squadkit works on the server',
    server: 'decides as which server it is known: what is on it is believed to be of that one',
    markParameter: 'decides how the roles on the server say whose they are; those there are marked again',
    version: 'is what squads are told about the version of the server',
    caBundle: 'decides which servers the services trust; delivered to them again',
    bindingRoot: 'decides where workloads must mount their Secrets; delivered to them again',
    endpoint: 'decides where services reach the server; delivered to them again',
    credentials: 'decides when logins are exchanged for new ones, and for how long the old ones work on',
    janitor: 'decides whether open sessions of logins that have ended are ended too',
    backups: 'decides whether, where and for whom databases are backed up, and for how long that is kept',
    readEndpoint: 'decides from where services read; delivered to them again',
    networks: 'decides which addresses the namespaces may reach',
    extensions: 'decides what squads may install in their databases',
    guarantees: 'decides which classes of data may lie there',
    connections: 'decides how many connections each service may hold',
  },
};
