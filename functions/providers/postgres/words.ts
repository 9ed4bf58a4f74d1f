import type { Fact, Thing } from '../../words/thing.ts';
import type { Component } from '../provider.ts';
import type { Words } from '../told.ts';
import { connectionsOf } from './connections.ts';
import { postgresNames } from './names.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

const login = (key: string, name: string, may: string, resources: string[]): Thing => ({
  key: `login.${key}`,
  name: `login \`${name}\``,
  purpose: `which ${may}`,
  resources: [key, ...resources],
  holds: 'access',
  facts: [],
  lost: 'whoever uses it can no longer log in',
  kept: 'it can still log in',
});

const things = ({
  squad,
  service,
  platform,
  settings,
  observed,
}: Component<PostgresZone, PostgresService>): Thing[] => {
  const names = postgresNames(squad.name, service);
  const connections = connectionsOf(platform, settings);
  const facts: Fact[] = [
    { label: 'connections', value: connections, most: platform.connections.max },
    { label: 'extensions', value: settings.extensions, left: 'stays installed, because data may depend on it' },
    {
      label: 'when it is removed',
      value: settings.onRemoval === 'Delete' ? 'the data is deleted' : 'the data is kept',
      wider: 'DeletionAllowed',
      steps: ['the data is kept', 'the data is deleted'],
    },
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
        'writer-usage',
        'writer-tables',
        'writer-sequences',
        'admin-in-owner',
        // An extension that is no longer listed is not dropped: something in the data may need it.
        ...Object.keys(observed).filter((name) => name.startsWith('extension.')),
      ],
      holds: 'data',
      facts,
      lost: 'with all its data, for good',
      kept: 'with all its data; nobody can log in until it is asked for again',
    },
    login('app', names.app, 'reads and writes the data', ['app-in-writer']),
    login('migrator', names.migrator, 'changes the tables', ['migrator-in-owner']),
    ...(settings.readers
      ? [
          login('readonly', names.readonly, 'only reads the data', [
            'reader',
            'readonly-in-reader',
            'reader-connect',
            'reader-usage',
            'reader-tables',
          ]),
        ]
      : []),
  ];
};

/** A database in words. */
export const words: Words<PostgresZone, PostgresService> = {
  things,
  zone: {
    credentialsSecretRef: 'decides which server it is, and as whom Squadkit works there',
    adminRole: 'decides as whom Squadkit works on the server',
    server: 'decides as which server it is known: what is on it is believed to be of that one',
    markParameter: 'decides how the roles on the server say whose they are; those there are marked again',
    version: 'is what squads are told about the version of the server',
    caBundle: 'decides which servers the services trust; delivered to them again',
    bindingRoot: 'decides where workloads must mount their Secrets; delivered to them again',
    endpoint: 'decides where services reach the server; delivered to them again',
    readEndpoint: 'decides from where services read; delivered to them again',
    networks: 'decides which addresses the namespaces may reach',
    extensions: 'decides what squads may install in their databases',
    guarantees: 'decides which classes of data may lie there',
    connections: 'decides how many connections each service may hold',
  },
};
