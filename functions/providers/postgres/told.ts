import { defineTold } from '../told.ts';
import { guardRails } from './guard-rails.ts';
import { words } from './words.ts';

/** What is told about a database on a PostgreSQL server. */
export const told = defineTold({
  words,
  guardRails,
  simulate: ({ apiVersion, kind, metadata, spec }) =>
    apiVersion.startsWith('postgresql.sql.m.crossplane.io/') && kind === 'Role' && spec?.writeConnectionSecretToRef
      ? {
          username: metadata?.annotations?.['crossplane.io/external-name'] ?? '',
          password: 'simulated',
          endpoint: 'simulated',
          port: '5432',
        }
      : undefined,
});
