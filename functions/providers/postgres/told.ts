import { asText } from '../../objects/record.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { defineTold } from '../told.ts';
import { backupsNamespace } from './backups.ts';
import { backupsSaid } from './backups-said.ts';
import { guardRails } from './guard-rails.ts';
import { successorOf } from './successor.ts';
import { words } from './words.ts';

const prepared = [
  { name: 'search_path', value: 'public' },
  { name: 'lock_timeout', value: '1s' },
  { name: 'statement_timeout', value: '60s' },
];

/** `NOSUPERUSER` and `LOGIN`, as privileges by name. */
const privilegesIn = (clauses: string[], names: string[]): Record<string, boolean | undefined> =>
  Object.fromEntries(
    names.map((name) => {
      const clause = clauses.find((found) => found.replace(/^NO/, '') === name.toUpperCase());
      return [name, clause === undefined ? undefined : !clause.startsWith('NO')];
    }),
  );

/** A plan looks at what there is in the end, when everything was restored. */
const simulatedRestore = { at: '2000-01-01T00:00:00Z', seconds: 1 };

/** What is told about a database on a PostgreSQL server. */
export const told = defineTold({
  words,
  statusFields: {
    database: { type: 'string', description: 'The database.' },
    version: { type: 'integer', description: 'Major version of the server.' },
    connections: { type: 'integer', description: 'How many connections the logins in force may hold together.' },
    logins: {
      type: 'strings',
      description:
        'The logins in force, one for each of the Secrets. Here once logins have been exchanged, or where the zone exchanges them.',
    },
    nextRotation: {
      type: 'string',
      description: 'When the next login takes the place of one of them. Missing while nothing asks for it.',
    },
    endingLogins: {
      type: 'strings',
      description: 'Logins of before that still work, and when each ends at the latest.',
    },
    backup: {
      type: 'object',
      description:
        'What is known of its last backup, and of drills, in which backups are restored. Here where Squadkit makes backups.',
      fields: {
        lastAt: { type: 'string', description: 'Of when the last backup is. Missing: there is none yet.' },
        lastBytes: { type: 'integer', description: 'How large it is, in bytes.' },
        lastRows: { type: 'integer', description: 'How many rows it has.' },
        lastKeptUntil: { type: 'string', description: 'Until when nobody can delete it.' },
        proof: {
          type: 'string',
          description: 'Proven, NotProvenYet, NotProven, ProofTooOld, or NobodyProves where the zone says no drill.',
        },
        message: { type: 'string', description: "The same in a sentence, with whose move it is, if it is somebody's." },
        provenAt: {
          type: 'string',
          description: 'When a backup was last restored and found to be what was backed up. Missing: none ever was.',
        },
        provenBackup: { type: 'string', description: 'Of when that backup is.' },
        provenSeconds: { type: 'integer', description: 'How long that took, in seconds.' },
      },
    },
    restore: {
      type: 'object',
      description:
        'What became of the backup with which the database is to begin. Here where the Service asks for one.',
      fields: {
        state: { type: 'string', description: 'Restoring, NotRestored or Restored.' },
        message: {
          type: 'string',
          description: "The same in a sentence: what is in use, and whose move it is, if it is somebody's.",
        },
        backup: { type: 'string', description: 'Of when the backup is.' },
        rows: { type: 'integer', description: 'How many rows it had.' },
        restoredAt: { type: 'string', description: 'When it was restored, and found to be what was backed up.' },
        seconds: { type: 'integer', description: 'How long that took, in seconds.' },
      },
    },
  },
  guardRails,
  credentials: ({ credentialsSecretRef: { namespace, name } }) => ({
    ...{ namespace, name },
    keys: ['username', 'password', 'endpoint', 'port'],
  }),
  janitor: ({ janitor }) =>
    janitor && { name: janitor.secretRef.name, keys: ['username', 'password', 'endpoint', 'port'] },
  store: ({ backups }) =>
    backups && {
      ...{ namespace: backupsNamespace, name: backups.store.secretRef.name },
      keys: ['accessKeyId', 'secretAccessKey'],
    },
  drill: ({ backups }) =>
    backups?.drill && {
      ...{ namespace: backupsNamespace, name: backups.drill.secretRef.name },
      keys: ['accessKeyId', 'secretAccessKey', 'identity'],
    },
  simulate: ({ apiVersion, kind, metadata, spec }) =>
    apiVersion.startsWith('postgresql.sql.m.crossplane.io/') && kind === 'Role' && spec?.writeConnectionSecretToRef
      ? {
          username: metadata?.annotations?.['crossplane.io/external-name'] ?? '',
          password: 'simulated',
          endpoint: 'simulated',
          port: '5432',
        }
      : undefined,
  shown: ({ apiVersion, kind, spec }) => {
    const manifest = (spec?.forProvider as { manifest?: KubernetesObject } | undefined)?.manifest;
    if (manifest?.kind === 'ConfigMap' && manifest.metadata?.name?.endsWith('-restore'))
      return { manifest: { ...manifest, data: { restored: JSON.stringify(simulatedRestore) } } };
    if (!apiVersion.startsWith('postgresql.sql.m.crossplane.io/') || kind !== 'Role') return undefined;
    const { configurationParameters } = (spec?.forProvider ?? {}) as { configurationParameters?: unknown };

    // Only the administrator is looked at without a word about its parameters, and is prepared.
    return { configurationParameters: configurationParameters ?? prepared };
  },
  backupsSaid,
  successor: (object, { logins }) => successorOf(object, logins),
  // What a role may do is all that provider-sql shows of its last look (v0.16.0, RoleObservation).
  outside: ({ apiVersion, kind, spec }, { status }) => {
    const { privilegesAsClauses: seen } = (status?.atProvider ?? {}) as { privilegesAsClauses?: unknown };
    const { privileges } = (spec?.forProvider ?? {}) as { privileges?: Record<string, boolean> };
    if (!apiVersion.startsWith('postgresql.sql.m.crossplane.io/') || kind !== 'Role') return undefined;
    if (!Array.isArray(seen) || privileges === undefined) return undefined;

    return {
      wanted: { privileges },
      found: {
        privileges: privilegesIn(
          seen.map((one) => asText(one)),
          Object.keys(privileges),
        ),
      },
    };
  },
});
