import { defineTold } from '../told.ts';
import { guardRails } from './guard-rails.ts';
import { words } from './words.ts';

const prepared = [
  { name: 'search_path', value: 'public' },
  { name: 'lock_timeout', value: '1s' },
  { name: 'statement_timeout', value: '60s' },
];

/** What is told about a database on a PostgreSQL server. */
export const told = defineTold({
  words,
  guardRails,
  credentials: ({ credentialsSecretRef: { namespace, name } }) => ({
    ...{ namespace, name },
    keys: ['username', 'password', 'endpoint', 'port'],
  }),
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
    if (!apiVersion.startsWith('postgresql.sql.m.crossplane.io/') || kind !== 'Role') return undefined;
    const { configurationParameters } = (spec?.forProvider ?? {}) as { configurationParameters?: unknown };

    // Only the administrator is looked at without a word about its parameters, and is prepared.
    return { configurationParameters: configurationParameters ?? prepared };
  },
});
