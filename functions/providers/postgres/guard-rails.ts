import type { GuardRail } from '../../words/guard-rail.ts';
import { backupResourceNames, drillResourceNames } from './backups.ts';

/** What holds for every database. */
export const guardRails: readonly GuardRail[] = [
  {
    id: 'postgres-own-database-only',
    protects: 'databases from the logins of other Services',
    means: 'Only the logins of your Service can connect to its database, and they can connect to no other.',
    enforced: [{ by: 'PostgreSQL', name: 'revokePublicOnDb' }],
    controls: ['ISO A.5.15', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'GDPR Art. 32(1)(b)', 'BSI APP.4.3'],
    look: { at: 'component', resources: ['database', 'writer-connect', 'reader-connect'] },
    unseen:
      'the server itself, which was not asked: logins and memberships that somebody gave there, databases that Squadkit did not make, and what its superusers do',
  },
  {
    id: 'postgres-least-privilege',
    protects: 'the tables, and the server around them',
    means:
      'The app reads and writes rows, the migrator changes tables, and neither becomes an owner, an administrator or somebody else.',
    enforced: [{ by: 'PostgreSQL', name: 'privileges' }],
    controls: ['ISO A.5.15', 'ISO A.8.2', 'ISO A.8.3', 'GDPR Art. 25', 'BSI ORP.4', 'BSI APP.4.3'],
    look: {
      at: 'component',
      resources: [
        'owner',
        'writer',
        'app',
        'migrator',
        'app-in-writer',
        'migrator-in-owner',
        'schema',
        'owner-usage',
        'writer-usage',
        'writer-tables',
        'writer-sequences',
      ],
    },
    unseen:
      'the server itself, which was not asked: who else is a member of these roles or a superuser, and grants to PUBLIC; and rights that the migrator gives inside the database',
  },
  {
    id: 'postgres-readers-read',
    protects: 'data from those who only need to see it',
    means: 'The login for reading cannot write, even when it switches read-only transactions off.',
    enforced: [{ by: 'PostgreSQL', name: 'reader-tables' }],
    controls: ['ISO A.5.15', 'ISO A.8.3', 'GDPR Art. 25', 'BSI APP.4.3'],
    look: {
      at: 'component',
      resources: ['reader', 'readonly', 'readonly-in-reader', 'reader-connect', 'reader-usage', 'reader-tables'],
    },
    unseen:
      'large objects of its own, which every login of PostgreSQL may make: they are in no backup, nobody else reads them, and they fill the disk',
  },
  {
    id: 'postgres-verified-tls',
    protects: 'passwords and data on their way to the database',
    means: 'What you are given to connect with checks the certificate and the name of the server.',
    enforced: [
      { by: 'Squadkit', name: 'verify-full' },
      { by: 'Squadkit', name: 'sslrootcert' },
    ],
    controls: ['ISO A.8.5', 'ISO A.8.20', 'ISO A.8.24', 'GDPR Art. 32(1)(a)', 'BSI CON.1'],
    look: { at: 'provider config' },
    unseen:
      'the server itself, which was not asked: whether it refuses clients that ask for no TLS (hostssl in pg_hba.conf), whether its certificate is that of the registered authority, and which authority provider-sql was given (PGSSLROOTCERT)',
  },
  {
    id: 'postgres-extensions',
    protects: 'the server from code that nobody looked at',
    means:
      'You get only extensions that the platform allows in that zone, and no login of yours can add one by itself.',
    enforced: [
      { by: 'Squadkit', name: 'ExtensionNotAllowed' },
      { by: 'PostgreSQL', name: 'privileges' },
    ],
    controls: ['ISO A.8.19', 'BSI APP.4.3'],
    look: { at: 'service' },
    unseen: 'extensions that an administrator of the server has made in the database by hand',
  },
  {
    id: 'postgres-connections',
    protects: 'the server from one Service that takes all connections',
    means: 'Your logins have a limit of connections, and a statement of the app ends after 30 seconds by default.',
    enforced: [
      { by: 'Squadkit', name: 'LimitExceeded' },
      { by: 'PostgreSQL', name: 'limits' },
    ],
    controls: ['ISO A.8.6', 'GDPR Art. 32(1)(b)', 'BSI APP.4.3'],
    look: { at: 'component', resources: ['database', 'app', 'migrator', 'readonly'] },
    unseen:
      'what PostgreSQL has no limit for in one login: locks, memory, parallel workers, notifications, the size of its tables, and a statement_timeout that it lifts itself',
  },
  {
    id: 'postgres-data-stays',
    protects: 'data from being deleted by a change of a document',
    means:
      'When the Service or the database is taken out, the data stays and comes back with it; in production nobody can ask for anything else.',
    enforced: [
      { by: 'Crossplane', name: 'keep' },
      { by: 'Squadkit', name: 'onRemoval: Delete is not allowed' },
    ],
    controls: ['ISO A.5.33', 'ISO A.8.31', 'GDPR Art. 32(1)(b)', 'BSI APP.4.3'],
    look: { at: 'component', resources: ['database', 'owner'] },
    unseen: 'what the migrator deletes inside the database',
  },
  {
    id: 'postgres-access-ends',
    protects: 'data from credentials that nobody needs any more',
    means:
      'When the Service or the database is taken out, its logins and their open sessions lose every right within seconds; when it comes back, the logins have new passwords.',
    enforced: [{ by: 'Crossplane', name: 'revoke' }],
    controls: ['ISO A.5.18', 'GDPR Art. 5(1)(f)', 'BSI ORP.4'],
    look: {
      at: 'component',
      resources: [
        'app-in-writer',
        'migrator-in-owner',
        'readonly-in-reader',
        'owner-usage',
        'writer-usage',
        'reader-usage',
      ],
    },
    unseen:
      'sessions, where the Zone says no janitor: the connections themselves stay open, and until they end they finish what they had begun (a COPY, a cursor) and reach large objects; a database with onRemoval: Delete, which is dropped when its last session has ended, and until then goes on for open ones; that Crossplane may notice an edit half a minute late while it is busy with the one before; and the passwords that logins have set for themselves',
  },
  {
    id: 'postgres-logins-rotate',
    protects: 'data from passwords that leaked long ago',
    means:
      'Where the platform says how old a login may become, a new one takes its place in time and its Secret follows; the old one ends after its overlap, or at once in an emergency. You may ask for it sooner, not later.',
    enforced: [
      { by: 'Squadkit', name: 'admitRotation' },
      { by: 'PostgreSQL', name: 'loginResources' },
    ],
    controls: ['ISO A.5.17', 'GDPR Art. 32(1)(b)', 'BSI ORP.4'],
    look: { at: 'service' },
    unseen:
      'where the Zone says nothing of credentials no login is exchanged; the server itself, which was not asked; what runs with a Secret that it read before, which goes on with the old login until that ends; large objects of the app and the reader, which belong to the login that made them, so that the one in its place may not read them; and clocks, of which one that is behind shortens an overlap by as much',
  },
  {
    id: 'postgres-backed-up',
    protects: 'data from accidents, and backups from everybody',
    means:
      'Where the Zone registers a store, your database is backed up without a word from you, also after you have removed it and as long as its data is kept; encrypted, where nobody can delete it before its time. Where the Zone says drill too, its newest backup is restored and compared each month; it is proven only where the status has backup.provenAt.',
    enforced: [
      { by: 'Squadkit', name: 'backupJob' },
      { by: 'Squadkit', name: 'drillJob' },
      { by: 'PostgreSQL', name: 'backupRights' },
      { by: 'the hub', name: 'squadkit-backups' },
    ],
    controls: ['ISO A.8.13', 'GDPR Art. 32(1)(c)'],
    look: {
      at: 'component',
      resources: [...backupResourceNames, ...drillResourceNames],
    },
    unseen:
      'where the Zone says nothing of backups Squadkit makes none; the store itself, which was not asked; whether a backup can be restored, where the status has no backup.provenAt; tables that were there before the login, until its migrator grants them; and large objects and tables outside of schema app, which are counted and left out',
  },
  {
    id: 'postgres-sessions-end',
    protects: 'data from sessions that are open when their login ends',
    means:
      'When a login of yours ends, the sessions that it has open are ended within seconds, whatever they are doing. Nobody else has his sessions ended.',
    enforced: [{ by: 'Squadkit', name: 'whyEnded' }],
    controls: ['ISO A.5.18', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'BSI ORP.4', 'BSI APP.4.3'],
    look: { at: 'sessions' },
    unseen:
      'the server itself: what the janitor says of it was read, not its sessions; and sessions of a Service that is taken out and comes back within ten seconds',
  },
];
