import { databaseName } from '../../documents/names.ts';

/** The schema that every service finds in its database. */
export const schema = 'app';

/** The schema in a restored database that says so. Nobody but the administrator may make one there. */
export const restoredSchema = 'squadkit_restored';

/** Local name of the resource of an extension. It has no underscore; an extension's has no dot, so no two become one. */
export const extensionResource = (extension: string): string => `extension.${extension.replaceAll('_', '.')}`;

/** The names of a database and its roles. */
export const namesOf = (database: string) => ({
  database,
  owner: `${database}_owner`,
  writer: `${database}_writer`,
  reader: `${database}_reader`,
  app: `${database}_app`,
  migrator: `${database}_migrator`,
  readonly: `${database}_readonly`,
  backup: `${database}_backup`,
});

/** Database and role names of a service: `galaxy_billing`, `galaxy_billing_owner`, … (at most 60 bytes). */
export const postgresNames = (squad: string, service: string) => namesOf(databaseName(squad, service));

/** What is behind the name of a database that began with a backup: moments are of the years 2000 to 2999. */
export const generationPattern = '[0-9a-z]{6,7}';

/**
 * What is behind the name of a database that began with the last backup at or before a moment: its seconds since 1970 in base
 * 36. No name of a squad or a Service gives a hyphen, so it is the name of no other Service's database; until the
 * year 2999 it has at most 8 letters with the hyphen (at most 59 bytes in all).
 */
export const generationOf = (at: string): string => Math.floor(Date.parse(at) / 1000).toString(36);

/** `galaxy_billing-tc5k2a`: beside the first database of a Service, the one of that generation; without one the first. */
export const beside = (first: string, generation: string | undefined): string =>
  generation === undefined ? first : `${first}-${generation}`;

/** The generation of a database that lies beside the first one; undefined if it is another's, or the first itself. */
export const generationIn = (first: string, name: string): string | undefined =>
  new RegExp(`^-(${generationPattern})$`).exec(name.startsWith(first) ? name.slice(first.length) : '')?.[1];

/** The first database of a Service, or the one of that generation. */
export const databaseOf = (squad: string, service: string, generation: string | undefined): string =>
  beside(databaseName(squad, service), generation);
