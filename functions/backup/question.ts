/**
 * Parameters under which a row is the same text whenever it is read (PostgreSQL 18, config.sgml), a policy that would hide
 * rows is an error, and nothing that a role or a database sets ends a long look.
 */
export const parameters: Record<string, string> = {
  search_path: 'pg_catalog',
  default_transaction_read_only: 'on',
  row_security: 'off',
  ...{ statement_timeout: '0', idle_in_transaction_session_timeout: '0', lock_timeout: '60000' },
  ...{ TimeZone: 'UTC', DateStyle: 'ISO, MDY', IntervalStyle: 'postgres', lc_monetary: 'C' },
  ...{ extra_float_digits: '1', bytea_output: 'hex', xmlbinary: 'base64' },
};

/** Before PostgreSQL 17 there is no such parameter. */
export const unlimitedText = `
  SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout'`;

/** All that is looked at is of one moment, and so is what is dumped. */
export const beginText = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** The moment, for others to look at it too. */
export const snapshotText = 'SELECT pg_catalog.pg_export_snapshot()';

/** What the server is, and what of the database a dump of schema $1 leaves out. $2 is the name of the schema that says whose it is. */
export const databaseText = `
  SELECT pg_catalog.current_setting('server_version'),
    pg_catalog.pg_encoding_to_char(d.encoding),
    pg_catalog.pg_database_size(d.oid)::text,
    (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER),
    EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $2),
    (SELECT pg_catalog.count(*)::text FROM pg_catalog.pg_largeobject_metadata),
    (SELECT pg_catalog.count(*)::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname NOT IN ($1, 'information_schema') AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
          WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'))
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`;

/** Extensions but that of every database: a dump of one schema has none, and cannot be restored without. */
export const extensionsText = `
  SELECT e.extname, e.extversion, n.nspname
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
  WHERE e.extname <> 'plpgsql' ORDER BY e.extname`;

/** Roles that own something in the database, or have a right there or on it. */
export const rolesText = `
  SELECT DISTINCT r.rolname FROM pg_catalog.pg_shdepend s
  JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass
    AND (s.dbid = d.oid OR s.classid = 'pg_catalog.pg_database'::regclass AND s.objid = d.oid)
  ORDER BY r.rolname`;

/** What no extension brings, of the objects of a catalog. */
const isOwn = (catalog: string, object: string): string => `NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
    WHERE e.classid = 'pg_catalog.${catalog}'::regclass AND e.objid = ${object} AND e.deptype = 'e')`;

/**
 * Tables of schema $1 that have rows of their own, each with the text of a question for it. The server quotes the names.
 * Columns are in the order of their names: a table that inherits may have them in another order where it was restored.
 */
export const tablesText = `
  SELECT c.relname, pg_catalog.format(
    'SELECT pg_catalog.count(*)::text, coalesce(pg_catalog.sum('
      'pg_catalog.hashtextextended(pg_catalog.format(''%%s'', ROW(%s)), 0)), 0)::text FROM ONLY %I.%I whole',
    (SELECT pg_catalog.string_agg(pg_catalog.format('whole.%I', a.attname), ', ' ORDER BY a.attname COLLATE "C")
      FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    n.nspname, c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind = 'r' AND ${isOwn('pg_class', 'c.oid')}
  ORDER BY c.relname`;

/** Sequences of schema $1, whether they count up and never begin again, and the text of a question for the next value. */
export const sequencesText = `
  SELECT c.relname, s.seqincrement > 0, s.seqcycle, pg_catalog.format(
    'SELECT (last_value::numeric + CASE WHEN is_called THEN %s ELSE 0 END)::text FROM %I.%I',
    s.seqincrement, n.nspname, c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
  WHERE n.nspname = $1 AND ${isOwn('pg_class', 'c.oid')}
  ORDER BY c.relname`;

/**
 * What else there is in schema $1, as kind and name. Only what has the same name after a restore and in every version: a
 * partition's own constraints and triggers have not, and before PostgreSQL 18 a column that is never null has no constraint.
 */
export const thingsText = `
  SELECT things.thing FROM (
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'p' THEN 'partitioned table'
      WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'index' END || ' ' || c.relname AS thing
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relkind IN ('v', 'm', 'p', 'f', 'c', 'i', 'I') AND ${isOwn('pg_class', 'c.oid')}
    UNION ALL
    SELECT 'function ' || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = $1 AND ${isOwn('pg_proc', 'p.oid')}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
    UNION ALL
    SELECT 'type ' || t.typname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = $1 AND t.typtype IN ('d', 'e', 'r') AND ${isOwn('pg_type', 't.oid')}
    UNION ALL
    SELECT 'trigger ' || t.tgname || ' on ' || c.relname
    FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT 'policy ' || p.polname || ' on ' || c.relname
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1
    UNION ALL
    SELECT 'constraint ' || k.conname || ' on ' || c.relname
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0
    UNION ALL
    SELECT 'default of ' || a.attname || ' on ' || c.relname
    FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND ${isOwn('pg_class', 'c.oid')}
  ) things ORDER BY things.thing COLLATE "C"`;
