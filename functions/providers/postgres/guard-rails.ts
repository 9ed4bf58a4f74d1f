import type { GuardRail } from '../../words/guard-rail.ts';

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
    means: 'You get only extensions that the platform allows in that zone, and the app can add none by itself.',
    enforced: [
      { by: 'Squadkit', name: 'ExtensionNotAllowed' },
      { by: 'PostgreSQL', name: 'privileges' },
    ],
    controls: ['ISO A.8.19', 'BSI APP.4.3'],
    look: { at: 'service' },
    unseen: 'extensions that PostgreSQL trusts, which it lets the owner of a database create, and so the migrator',
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
    means: 'When the Service or the database is taken out, its logins are dropped within seconds.',
    enforced: [{ by: 'Crossplane', name: 'revoke' }],
    controls: ['ISO A.5.18', 'GDPR Art. 5(1)(f)', 'BSI ORP.4'],
    look: { at: 'component', resources: ['app', 'migrator', 'readonly'] },
  },
];
