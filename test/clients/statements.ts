import type { KubernetesObject } from '../../functions/objects/resource.ts';

/** What provider-sql v0.16.0 would have PostgreSQL do for one managed resource; in which database, unless postgres. */
export interface Statement {
  sql: string;
  database?: string;
}

interface Wanted {
  role: string;
  database: string;
  schema: string;
  owner: string;
  memberOf: string;
  targetRole: string;
  objectType: string;
  extension: string;
  privileges: string[] & Record<string, boolean>;
  connectionLimit: number;
  configurationParameters: { name: string; value: string }[];
  revokePublicOnDb: boolean;
}

const quoted = (name: string): string => `"${name}"`;
const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Kinds in the order in which they can be made, and what each of them is in SQL. */
const kinds: Record<string, (name: string, wanted: Wanted, password: string) => Statement[]> = {
  Role: (name, { privileges, connectionLimit, configurationParameters }, password) => [
    {
      sql: `CREATE ROLE ${quoted(name)} ${privileges.login ? `LOGIN PASSWORD ${literal(password)}` : 'NOLOGIN'} CONNECTION LIMIT ${privileges.login ? connectionLimit : -1}`,
    },
    ...configurationParameters.map(({ name: parameter, value }) => ({
      sql: `ALTER ROLE ${quoted(name)} SET ${parameter} = ${value.split(', ').map(literal).join(', ')}`,
    })),
  ],
  Database: (name, { owner }) => [{ sql: `CREATE DATABASE ${quoted(name)} OWNER ${quoted(owner)}` }],
  Schema: (name, { database, role }) => [
    { sql: `CREATE SCHEMA ${quoted(name)} AUTHORIZATION ${quoted(role)}`, database },
  ],
  Grant: (_, { role, memberOf, database, schema, privileges, revokePublicOnDb }) => {
    if (memberOf !== undefined) return [{ sql: `GRANT ${quoted(memberOf)} TO ${quoted(role)}` }];
    const on = schema === undefined ? `DATABASE ${quoted(database)}` : `SCHEMA ${quoted(schema)}`;

    return [
      ...(revokePublicOnDb ? [{ sql: `REVOKE ALL ON DATABASE ${quoted(database)} FROM PUBLIC` }] : []),
      { sql: `GRANT ${privileges.join(', ')} ON ${on} TO ${quoted(role)}`, database },
    ];
  },
  DefaultPrivileges: (_, { targetRole, role, database, schema, objectType, privileges }) => [
    {
      sql: `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoted(targetRole)} IN SCHEMA ${quoted(schema)} GRANT ${privileges.join(', ')} ON ${objectType}s TO ${quoted(role)}`,
      database,
    },
  ],
  Extension: (_, { database, extension }) => [{ sql: `CREATE EXTENSION ${quoted(extension)}`, database }],
};

/**
 * The statements by which managed resources of provider-sql come true, in an order that works; all logins get that
 * password. What is no kind of provider-sql is left out.
 */
export const statementsOf = (resources: KubernetesObject[], password: string): Statement[] =>
  Object.entries(kinds).flatMap(([kind, statements]) =>
    resources
      .filter((resource) => resource.kind === kind && resource.apiVersion.startsWith('postgresql.sql.m.crossplane.io/'))
      .flatMap(({ metadata, spec }) =>
        statements(
          metadata?.annotations?.['crossplane.io/external-name'] ?? '',
          (spec as { forProvider: Wanted }).forProvider,
          password,
        ),
      ),
  );
