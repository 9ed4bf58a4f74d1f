import { connectAs, type Login } from '../outside/postgres.ts';
import { Unusable } from '../outside/reason.ts';
import { schema } from '../providers/postgres/names.ts';
import { type Contents, contentsOf } from './contents.ts';
import {
  beginText,
  databaseText,
  extensionsText,
  parameters,
  rolesText,
  snapshotText,
  unlimitedText,
} from './question.ts';

/** What a database is at one moment. */
export interface Facts {
  server: string;
  encoding: string;
  /** On disk, in bytes. */
  size: number;
  extensions: { name: string; version: string; schema: string }[];
  roles: string[];
  contents: Contents;
  /** How much there is that a backup does not have. */
  leftOut: { largeObjects: number; tables: number };
}

/** A moment of a database that stays as long as it is held. */
export interface Snapshot {
  /** How pg_dump finds it. */
  id: string;
  /** When it was taken, in milliseconds since 1970: nothing in it is younger. */
  at: number;
  facts: Facts;
  /** Lets it go. */
  release: () => void;
}

/** Connecting, in milliseconds. */
const patience = 10_000;

/**
 * Takes hold of one moment of a database and looks at all that there is.
 *
 * @param mark name of the schema by which the database is known to be the Service's own
 * @param stop ends the look, and lets go of the moment
 * @throws Unusable if it is somebody else's, or the login a superuser; and what the driver rejects with
 */
export const takeSnapshot = async (login: Login, mark: string, stop: AbortSignal): Promise<Snapshot> => {
  const server = await connectAs(login, {
    ...{ applicationName: 'squadkit backup', parameters, patience, mostBytes: 64 * 1024 * 1024, stop },
  });
  try {
    await server.ask(unlimitedText);
    await server.ask(beginText);
    const [[id]] = (await server.ask(snapshotText)) as [[string]];
    const at = Date.now();
    const [row] = (await server.ask(databaseText, [schema, mark])) as [
      [string, string, string, boolean, boolean, string, string],
    ];
    const [version, encoding, size, isSuperuser, isOurs, largeObjects, others] = row;
    if (isSuperuser) throw new Unusable('the login is a superuser there: nothing is backed up as one');
    if (!isOurs) throw new Unusable(`database ${login.database} there is not that of this Service`);
    const extensions = (await server.ask(extensionsText)) as [string, string, string][];
    const roles = (await server.ask(rolesText)) as [string][];
    const contents = await contentsOf(server);

    return {
      ...{ id, at },
      facts: {
        ...{ server: version.split(' ')[0] as string, encoding, size: Number(size) },
        extensions: extensions.map(([name, extensionVersion, place]) => ({
          ...{ name, version: extensionVersion, schema: place },
        })),
        roles: roles.map(([name]) => name),
        contents,
        leftOut: { largeObjects: Number(largeObjects), tables: Number(others) },
      },
      release: server.cut,
    };
  } catch (error) {
    server.cut();
    throw error;
  }
};
