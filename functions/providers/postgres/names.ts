import { databaseName } from '../../documents/names.ts';

/** The schema that every service finds in its database. */
export const schema = 'app';

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
