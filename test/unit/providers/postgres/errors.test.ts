import { expect, test } from 'vitest';
import type { KubernetesObject, Observed } from '../../../../functions/objects/resource.ts';
import { knownErrors } from '../../../../functions/providers/postgres/errors.ts';
import { failingIn, troubles } from '../../../../functions/providers/trouble.ts';

const known = (message: string) => knownErrors.find(({ match }) => match.test(message));

test.each([
  'cannot connect: open /squadkit/postgres/ca.crt: no such file or directory',
  'create failed: cannot create role: open /squadkit/postgres/ca.crt: permission denied',
  'pq: couldn\'t parse sslrootcert "/squadkit/postgres/ca.crt": no such file or directory',
])('without its authorities provider-sql is the move of the platform: %s', (message) => {
  expect(known(message)).toMatchObject({
    actor: 'Platform',
    next: expect.stringContaining('squadkit-postgres-authorities'),
  });
});

test.each([
  'x509: certificate signed by unknown authority',
  'x509: certificate is valid for a.example.org, not spike.example.org',
  "pq: couldn't parse pem in sslrootcert",
])('what is wrong with a certificate is said as before: %s', (message) => {
  expect(known(message)).toMatchObject({ actor: 'Platform', next: expect.stringContaining('PGSSLROOTCERT') });
});

test('a server without TLS is the move of the platform', () => {
  expect(known('cannot connect: pq: SSL is not enabled on the server')).toMatchObject({
    actor: 'Platform',
    next: expect.stringContaining('offers no TLS'),
  });
});

/** What PostgreSQL 18 says, with what provider-sql 0.16.0 puts before it, and whose move it is. */
test.each<{ says: string; actor: string; next: string }>([
  {
    says: 'cannot get server version: pq: too many connections for database "galaxy_billing"',
    actor: 'SRE',
    next: 'all connections that this database may have are taken',
  },
  {
    says: 'cannot select role: pq: too many connections for role "squadkit_admin"',
    actor: 'Platform',
    next: 'the administrator has a limit of its own',
  },
  {
    says: 'cannot select role: pq: sorry, too many clients already',
    actor: 'SRE',
    next: 'the database server has no connection left',
  },
  {
    says: 'create failed: cannot create extension: pq: permission denied to create extension "pg_stat_statements"',
    actor: 'Platform',
    next: 'not a trusted one',
  },
  {
    says: 'create failed: cannot create extension: pq: pg_cron can only be loaded via shared_preload_libraries',
    actor: 'Platform',
    next: 'add it to shared_preload_libraries',
  },
  {
    says: 'create failed: cannot create extension: pq: timescaledb must be loaded via shared_preload_libraries',
    actor: 'Platform',
    next: 'add it to shared_preload_libraries',
  },
  {
    says: 'create failed: cannot create extension: pq: required extension "cube" is not installed',
    actor: 'Squad',
    next: 'list that in extensions too',
  },
  {
    says: 'create failed: cannot create database: pq: source database "template0" is being accessed by other users',
    actor: 'SRE',
    next: 'a session is in template0',
  },
  {
    says: 'create failed: cannot create database: pq: encoding "UTF8" does not match locale "de_DE.iso88591"',
    actor: 'Platform',
    next: "the server's locale has no UTF8",
  },
  {
    says: 'delete failed: cannot drop database: pq: database "galaxy_billing" is being accessed by other users',
    actor: 'SRE',
    next: 'SELECT pg_terminate_backend',
  },
  {
    says: 'update failed: cannot alter role: pq: permission denied to set parameter "squadkit.mark"',
    actor: 'Platform',
    next: 'markParameter: application_name',
  },
  {
    says: 'create failed: cannot create role: pq: permission denied to create role',
    actor: 'Platform',
    next: 'CREATEDB and CREATEROLE',
  },
  {
    says: 'create failed: cannot create role: pq: permission denied to create role',
    actor: 'Platform',
    next: 'BYPASSRLS',
  },
  {
    says: 'update failed: cannot alter role: pq: permission denied to alter role',
    actor: 'Platform',
    next: 'lost ADMIN OPTION on it, CREATEROLE, or where the zone says backups BYPASSRLS',
  },
  {
    says: 'create failed: cannot grant: pq: permission denied to grant role "galaxy_billing_writer"',
    actor: 'Platform',
    next: 'rename it by ALTER ROLE <role> RENAME TO <role>_of_before, or drop it',
  },
  {
    says: 'update failed: cannot alter schema: pq: must be owner of schema app',
    actor: 'Platform',
    next: 'ALTER SCHEMA <schema> OWNER TO',
  },
  {
    says: 'observe failed: cannot get object: cronjobs.batch "galaxy-billing-0123456789abcdef" is forbidden: User "system:serviceaccount:crossplane-system:squadkit-provider-kubernetes" cannot get resource "cronjobs" in API group "batch" in the namespace "squadkit-backups"',
    actor: 'Platform',
    next: 'package/install/hub',
  },
  {
    says: 'create failed: cannot create object: namespaces "squadkit-backups" not found',
    actor: 'Platform',
    next: 'backups.yaml',
  },
])('$says is for $actor: $next', ({ says, actor, next }) => {
  const found = known(says);

  expect(found?.actor).toBe(actor);
  expect(found?.next).toContain(next);
});

test.each([
  { others: ['cube'], database: 'galaxy_billing', says: [] },
  { others: [], database: 'galaxy_billing', says: ['Squad'] },
  { others: ['cubes'], database: 'galaxy_billing', says: ['Squad'] },
  // The same extension of another database of the Service helps nobody here.
  { others: ['cube'], database: 'galaxy_other', says: ['Squad'] },
])(
  'an extension that needs another one waits for it if $others is asked for in $database, else it is $says',
  (given) => {
    const extension = (name: string, database: string, conditions: object[]): Observed => ({
      object: {
        apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
        kind: 'Extension',
        metadata: { name },
        spec: { forProvider: { database, extension: name } },
        status: { conditions },
      } as KubernetesObject,
      connection: {},
    });
    const message = 'create failed: cannot create extension: pq: required extension "cube" is not installed';
    const observed = {
      earthdistance: extension('earthdistance', 'galaxy_billing', [
        { type: 'Synced', status: 'False', reason: 'ReconcileError', message },
      ]),
      ...Object.fromEntries(given.others.map((name) => [name, extension(name, given.database, [])])),
    };
    const failing = failingIn(observed, () => ({ knownErrors }), Date.now());

    expect(failing.map(({ name }) => name)).toEqual(['earthdistance']);
    expect(troubles(failing, observed).map(({ actor }) => actor)).toEqual(given.says);
  },
);
