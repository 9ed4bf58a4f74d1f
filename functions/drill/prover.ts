import { randomBytes } from 'node:crypto';
import type { Manifest } from '../backup/manifest.ts';
import { parameters } from '../backup/question.ts';
import type { Server } from '../outside/postgres.ts';
import { schema } from '../providers/postgres/names.ts';
import { plainly } from '../retrieve/failure.ts';
import { Unproven } from './failure.ts';
import { superuser, type Throwaway } from './throwaway.ts';

/** Where a dump is restored into, and as whom. */
export interface Prover {
  user: string;
  password: string;
  database: string;
  /** A connection that may look at all rows, and change nothing. */
  look: () => Promise<Server>;
}

const [user, database] = ['squadkit_prover', 'drill'];

/** Says a statement that has names in it: the server quotes them, `%I` as names and `%L` as texts. */
const say = async (server: Server, form: string, ...names: string[]): Promise<void> => {
  const values = names.map((_, index) => `, $${index + 1}::text`).join('');
  const [[text]] = (await server.ask(`SELECT pg_catalog.format('${form}'${values})`, names)) as [[string]];
  await server.ask(text);
};

/**
 * Makes a database for a dump, and the one who restores it. What is in a dump was written by a squad, or by whoever could
 * write in the store: it must not run a program, read a file, or reach another machine. So the prover is no superuser,
 * belongs to no role, and may log in to this database only; PostgreSQL lets such a role copy from no program and no
 * file, make no event trigger, no subscription, no function in C, and only extensions that are marked as trusted. It has
 * BYPASSRLS, or it would count fewer rows than there are.
 *
 * @throws Unproven if an extension of the backup is not here, or not a trusted one
 */
export const makeProver = async (throwaway: Throwaway, { encoding, roles, extensions }: Manifest): Promise<Prover> => {
  const password = randomBytes(24).toString('hex');
  const admin = await throwaway.connectAsSuperuser();
  try {
    await say(admin, 'CREATE ROLE %I LOGIN BYPASSRLS CONNECTION LIMIT 6 PASSWORD %L', user, password);
    // Policies name them. Those of PostgreSQL are there already.
    for (const role of new Set(roles))
      if (!role.startsWith('pg_') && ![user, superuser, 'public', 'none', ''].includes(role))
        await say(admin, 'CREATE ROLE %I NOLOGIN', role);
    await admin.ask('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC');
    const locale = encoding === 'UTF8' ? '' : " LOCALE_PROVIDER libc LOCALE ''C''";
    await say(
      admin,
      `CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING %L${locale}`,
      ...[database, user, encoding],
    );
  } catch (error) {
    if ((error as { code?: unknown }).code === '22023' || (error as { code?: unknown }).code === '42704')
      throw new Unproven('damaged', 'its manifest names an encoding that is none');
    throw error;
  } finally {
    admin.cut();
  }
  const inside = await throwaway.connect(user, password, { database });
  try {
    await say(inside, 'CREATE SCHEMA %I', schema);
    for (const extension of extensions) await makeExtension(inside, extension);
  } finally {
    inside.cut();
  }

  return { user, password, database, look: () => throwaway.connect(user, password, { database, parameters }) };
};

/** Not of the version that it had: of each the server brings one, and can restore what was of an earlier. */
const makeExtension = async (
  inside: Server,
  { name, schema: place }: { name: string; schema: string },
): Promise<void> => {
  try {
    if (place !== 'pg_catalog') await say(inside, 'CREATE SCHEMA IF NOT EXISTS %I', place);
    await say(inside, 'CREATE EXTENSION %I SCHEMA %I CASCADE', name, place);
  } catch (error) {
    const { code } = error as { code?: unknown };
    // It came with another one.
    if (code === '42710') return;
    if (code === '42501')
      throw new Unproven(
        'extension',
        `${plainly('extension', name)} is not one that PostgreSQL trusts a role without rights with`,
      );
    if (code === '0A000' || code === '22023' || code === '58P01' || code === '42602')
      throw new Unproven('extension', `${plainly('extension', name)} is not here`);
    throw error;
  }
};
