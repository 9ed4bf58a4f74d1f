import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from '../outside/postgres.ts';
import { schema } from '../providers/postgres/names.ts';
import { type Archive, isOfSchema, listFile, type Taking } from '../retrieve/archive.ts';
import { runToEnd } from '../retrieve/child.ts';
import { saidOfRestore, Unrestored } from './failure.ts';
import { encodingOf, rightsIn } from './statements.ts';
import { asOwner, type Target } from './target.ts';

/**
 * What the privileges of today gave on tables and sequences that were just made, to roles that there were at the time of the
 * backup ($2): these get what they had then, and nothing else. Who came later keeps it.
 */
const takeBackText = `
  SELECT DISTINCT pg_catalog.format('REVOKE ALL ON %s %I.%I FROM %I CASCADE',
    CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname, r.rolname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
  WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND a.grantee <> c.relowner
    AND pg_catalog.pg_get_userbyid(c.relowner) = CURRENT_USER AND r.rolname = ANY ($2::text[])`;

/** Waits for another restore into the same database that gives rights. The number is of nothing else here. */
const oneByOne = 'SELECT pg_catalog.pg_advisory_xact_lock(7369616)';

/** A role is gone, or the owner may not: PostgreSQL's undefined_object and insufficient_privilege. */
const leftOutCodes = ['42704', '42501'];

/** Whether one statement was left out. */
const isLeftOut = async (server: Server, statement: string): Promise<boolean> => {
  await server.ask('SAVEPOINT one');
  try {
    await server.ask(statement);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (!server.isOpen()) throw error;
    if (!leftOutCodes.includes(String(code)))
      throw new Unrestored('content', `a right in the dump cannot be given (${code})`);
    await server.ask('ROLLBACK TO SAVEPOINT one');

    return true;
  }
  await server.ask('RELEASE SAVEPOINT one');

  return false;
};

/** Rights on the schema itself are not a squad's to give. */
const isRight = (line: string): boolean =>
  /^\d+; \d+ \d+ (DEFAULT )?ACL /.test(line) && !isOfSchema(line, ['ACL - SCHEMA ']);

/** What pg_restore makes of the rights in a dump: SQL, in the encoding of the dump. */
const writtenRights = async (
  { programs, stop }: Pick<Taking, 'programs' | 'stop'>,
  { dump, folder, list }: Archive,
): Promise<Buffer> => {
  const file = join(folder, 'rights.sql');
  const words = [listFile(folder, 'rights', list.filter(isRight)), `--file=${file}`, '--no-owner', dump];
  const { end, written } = await runToEnd(join(programs, 'bin/pg_restore'), ['--format=custom', ...words], { stop });
  if (end !== 0) throw saidOfRestore(written, end);

  return readFileSync(file);
};

/**
 * Gives the rights that there were, as the owner, in one transaction; however often it is done, what comes of it is the same.
 * Answers how many are left out, since their roles are gone, or the owner may not give them.
 *
 * @param roles those that there were at the time of the backup
 * @throws Unrestored
 */
export const giveRights = async (
  target: Target,
  { archive, programs, roles }: { archive: Archive; programs: string; roles: readonly string[] },
): Promise<number> => {
  const written = await writtenRights({ programs, stop: target.stop }, archive);

  return asOwner(target, async (server) => {
    await server.ask('BEGIN');
    // Two at the same moment would fail with "tuple concurrently updated"; the second one finds what the first has done.
    await server.ask(oneByOne);
    const convert = 'SELECT pg_catalog.convert_from($1::bytea, $2)';
    const [[text]] = (await server.ask(convert, [written, encodingOf(written.toString('latin1'))])) as [[string]];
    for (const [statement] of (await server.ask(takeBackText, [schema, roles])) as [string][])
      await server.ask(statement);
    let leftOut = 0;
    for (const statement of rightsIn(text)) if (await isLeftOut(server, statement)) leftOut += 1;
    await server.ask('COMMIT');

    return leftOut;
  });
};
