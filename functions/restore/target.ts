import { type Contents, contentsOf } from '../backup/contents.ts';
import { extensionsText, parameters, unlimitedText } from '../backup/question.ts';
import { connectAs, type Login, type Server } from '../outside/postgres.ts';
import { namesOf, restoredSchema, schema } from '../providers/postgres/names.ts';
import { saidOfServer, Unrestored } from './failure.ts';

/** The database that is restored into, and how it is reached. */
export interface Target {
  /** The migrator's login there: its sessions act as the owner of all that a Service has. */
  owner: Login;
  /** A login that reads all rows, and writes none. */
  reader: Login;
  /** The database that the backups are of: its roles work in the new one too. */
  of: string;
  /** Ends what is under way. */
  stop: AbortSignal;
}

/** What both programs of ours, and pg_restore, say that they are. */
export const applicationName = 'squadkit restore';

/** How long connecting may take, in milliseconds. */
const patience = 10_000;

/** Names are not looked up on a path that somebody sets, and nothing that a role or a database sets ends a statement. */
const ofOwner: Record<string, string> = {
  ...{ search_path: 'pg_catalog', standard_conforming_strings: 'on', lock_timeout: '60000' },
  ...{ statement_timeout: '0', idle_in_transaction_session_timeout: '0' },
};

const within = async <Result>(
  { stop }: Target,
  login: Login,
  { parameters: given, work }: { parameters: Record<string, string>; work: (server: Server) => Promise<Result> },
): Promise<Result> => {
  let server: Server | undefined;
  try {
    server = await connectAs(login, {
      ...{ applicationName, parameters: given, patience, mostBytes: 64 * 1024 * 1024, stop },
    });
    await server.ask(unlimitedText);

    return await work(server);
  } catch (error) {
    stop.throwIfAborted();
    throw saidOfServer(error);
  } finally {
    server?.cut();
  }
};

/** Works as the owner. @throws Unrestored, also if the login is another one than the Service's migrator */
export const asOwner = <Result>(target: Target, work: (server: Server) => Promise<Result>): Promise<Result> =>
  within(target, target.owner, {
    parameters: ofOwner,
    work: async (server) => {
      const [[user]] = (await server.ask('SELECT CURRENT_USER::text')) as [[string]];
      if (user !== namesOf(target.of).owner)
        throw new Unrestored('machine', 'the login that restores does not act as the owner of the database');

      return work(server);
    },
  });

/** Demands that whoever restores is let in as the owner. @throws Unrestored */
export const demandOwner = (target: Target): Promise<void> => asOwner(target, async () => undefined);

/** What is in the database. @throws Unrestored */
export const contentsIn = (target: Target): Promise<Contents> =>
  within(target, target.reader, { parameters, work: contentsOf });

/**
 * Whether the database says of itself that it was restored: by a schema that only the administrator can make there, which
 * Squadkit makes once that was reported (providers/postgres/databases.ts). @throws Unrestored
 */
export const isMarked = (target: Target): Promise<boolean> =>
  within(target, target.reader, {
    parameters,
    work: async (server) => {
      const [[found] = []] = (await server.ask(markText, [restoredSchema, schema])) as boolean[][];

      return found === true;
    },
  });

/** Whose it has to be: of whom the schema of the Service is, which is the administrator's. */
const markText = `
  SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace m JOIN pg_catalog.pg_namespace s ON s.nspowner = m.nspowner
    WHERE m.nspname = $1 AND s.nspname = $2)`;

/** Which extensions the database has. @throws Unrestored */
export const extensionsIn = (target: Target): Promise<string[]> =>
  within(target, target.reader, {
    parameters,
    work: async (server) => ((await server.ask(extensionsText)) as [string][]).map(([name]) => name),
  });
