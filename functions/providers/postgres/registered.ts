import { inUrl } from '../../documents/address.ts';
import { type Fact, quoted, rankIn } from '../../words/thing.ts';
import { addressIn, authoritiesIn } from '../facts.ts';
import type { Words } from '../told.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

const addressOf = (endpoint: PostgresZone['endpoint']): string | undefined =>
  endpoint && `${inUrl(endpoint.host)}:${endpoint.port}`;

const primary = ({ endpoint }: PostgresZone): Fact => addressIn('is reached at', addressOf(endpoint));
/** To replicas that are new nobody is led away from a server, but passwords are sent there. */
const replicas = ({ readEndpoint }: PostgresZone): Fact => ({
  ...addressIn('is read at', addressOf(readEndpoint)),
  ...{ wider: 'RightsWidened', narrower: 'none' },
});
const authorities = ({ caBundle }: PostgresZone): Fact => authoritiesIn('is known by', caBundle);

/** To where workloads send their passwords, and whom they believe there. */
export const serverFacts = (platform: PostgresZone): Fact[] =>
  [primary(platform), replicas(platform), authorities(platform)].map((fact) => ({
    ...fact,
    isSaid: 'when it changes',
  }));

/** Whether somebody ends sessions whose login has ended: said where nobody does. */
export const sessionsFact = ({ janitor }: PostgresZone): Fact => ({
  ...{ label: 'leaves open', value: janitor === undefined ? 'sessions of logins that have ended' : '' },
  ...{ wider: 'GuaranteeLost', narrower: 'none', replaced: 'none', isSaid: 'when it changes' },
});

const text = (label: string, value: string | undefined, wider: Fact['wider'], narrower: Fact['narrower']): Fact => ({
  ...{ label, value: value === undefined ? '' : quoted(value), wider, narrower, replaced: 'RightsWidened' },
});

const marks = ['squadkit.mark', 'application_name'];

/** Where backups lie, who can read them, what makes them, and whether somebody proves them. */
const backupsFacts = ({ backups }: PostgresZone): Fact[] => {
  const place = backups && `${backups.store.endpoint}/${backups.store.bucket}`;
  const into = text('puts backups into', place, 'RightsWidened', 'none');
  if (backups === undefined) return [into];
  const { store, recipients, image, drill } = backups;

  const facts: Fact[] = [
    {
      ...{ label: 'keeps backups in', value: quoted(store.location ?? store.region) },
      ...{ wider: 'none', narrower: 'none', replaced: 'GuaranteeLost' },
    },
    authoritiesIn('believes of the store', store.caBundle),
    {
      ...{ label: 'lets read backups by', value: recipients.map((recipient) => quoted(recipient)) },
      ...{ wider: 'RightsWidened', narrower: 'none', replaced: 'none' },
    },
    text('backs up with image', image ?? 'of this release', 'RightsWidened', 'none'),
    text('proves backups with image', drill && (drill.image ?? 'of this release'), 'none', 'GuaranteeLost'),
  ];

  return [into, ...facts.map((fact) => ({ ...fact, comesWith: into.label }))];
};

/** What a change of each setting of a server means for who reviews it. */
export const registered: Words<PostgresZone, PostgresService>['registered'] = {
  // What `target` makes of it is told.
  credentialsSecretRef: 'none',
  guarantees: 'none',
  adminRole: ({ adminRole }) => [text('is worked on as', adminRole, 'RightsWidened', 'none')],
  // What is on it is believed to be what was made on the one of that name.
  server: ({ server }) => [addressIn('is known as', server)],
  // A role can set its own application_name.
  markParameter: ({ markParameter: value }) => [
    { label: 'marks by', value, rank: rankIn(marks, value), wider: 'RightsWidened', narrower: 'none' },
  ],
  version: 'none',
  caBundle: (settings) => [authorities(settings)],
  bindingRoot: 'none',
  endpoint: (settings) => [primary(settings)],
  readEndpoint: (settings) => [replicas(settings)],
  credentials: ({ credentials }) => [
    {
      ...{ label: 'exchanges logins', value: credentials === undefined ? '' : `every ${credentials.rotateEvery}` },
      ...{ wider: 'none', narrower: 'GuaranteeLost', replaced: 'none' },
    },
  ],
  janitor: (settings) => [sessionsFact(settings)],
  backups: backupsFacts,
  networks: ({ networks }) => [
    {
      ...{ label: 'lies in', value: networks.length > 0 ? networks : ['any network'] },
      opens: (networks.length > 0 ? networks : ['0.0.0.0/0', '::/0']).map((network) => ({ what: 'server', network })),
      ...{ wider: 'RightsWidened', narrower: 'none', replaced: 'none' },
    },
  ],
  extensions: ({ extensions }) => [
    {
      ...{ label: 'lets squads install', value: extensions },
      ...{ wider: 'RightsWidened', narrower: 'none', replaced: 'none' },
    },
  ],
  // How much one has of what is shared decides nothing about who may do what; the whole is promised once.
  connections: 'none',
};
