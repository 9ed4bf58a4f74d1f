import type { Client } from 'pg';

/**
 * Everything that a role may do to anything that is there, as PostgreSQL itself says: a line each, sorted. Of databases,
 * schemas, relations, columns that have grants of their own, functions, languages, tablespaces, types, parameters and
 * other roles.
 */
export const rightsOf = async (client: Client, role: string): Promise<string[]> => {
  const privileges = (list: string[]) => list.map((privilege) => `('${privilege}')`).join(', ');
  const questions = [
    ['database', 'pg_database', 'datname', ['CONNECT', 'CREATE', 'TEMPORARY']],
    ['schema', 'pg_namespace', 'nspname', ['USAGE', 'CREATE']],
    ['table', 'pg_class', 'oid::regclass', ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']],
    ['any_column', 'pg_class', 'oid::regclass', ['SELECT', 'UPDATE']],
    ['function', 'pg_proc', 'oid::regprocedure', ['EXECUTE']],
    ['language', 'pg_language', 'lanname', ['USAGE']],
    ['tablespace', 'pg_tablespace', 'spcname', ['CREATE']],
    ['type', 'pg_type', 'oid::regtype', ['USAGE']],
  ] as const;
  const lines = await Promise.all([
    ...questions.map(async ([what, catalog, name, list]) => {
      const { rows } = await client.query(
        `SELECT '${what} ' || (${name})::text || ' ' || p AS line FROM ${catalog}, (VALUES ${privileges([...list])}) v(p)
         WHERE has_${what}_privilege($1::name, ${catalog}.oid, p) ${catalog === 'pg_class' ? "AND relkind IN ('r','v','m','p','f')" : ''}`,
        [role],
      );
      return rows.map(({ line }) => String(line));
    }),
    client
      .query(
        `SELECT 'parameter ' || name || ' ' || p AS line FROM pg_settings, (VALUES ('SET'), ('ALTER SYSTEM')) v(p)
         WHERE context IN ('superuser', 'superuser-backend', 'sighup', 'postmaster') AND has_parameter_privilege($1::name, name, p)`,
        [role],
      )
      .then(({ rows }) => rows.map(({ line }) => String(line))),
    client
      .query(
        `SELECT 'role ' || rolname || ' ' || p AS line FROM pg_roles, (VALUES ('USAGE'), ('SET'), ('MEMBER'), ('USAGE WITH ADMIN OPTION')) v(p)
         WHERE rolname <> $1::name AND pg_has_role($1::name, oid, p)`,
        [role],
      )
      .then(({ rows }) => rows.map(({ line }) => String(line))),
  ]);

  return lines.flat().sort();
};
