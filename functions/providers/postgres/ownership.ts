import type { KubernetesObject, Observed } from '../../objects/resource.ts';
import { type Claim, isDecided, type Ownership, ownershipOf } from '../../ownership/claim.ts';
import type { Component, Place } from '../provider.ts';
import { postgresNames } from './names.ts';
import type { PostgresZone } from './settings.ts';

/**
 * How PostgreSQL itself remembers whose a role is: its parameter `application_name`, which is shown beside every session
 * and means nothing to a role without a login. A parameter of our own (`squadkit.service`) would need a superuser.
 *
 * The owner role also says whether the database is ours, because a database has no place for a mark that provider-sql
 * shows. Longer than 63 bytes would be cut off by PostgreSQL: these are 60 and 63 at most.
 */
export const marks = (squad: string, service: string) => ({
  role: `squadkit ${squad}/${service}`,
  ownerOfDatabase: `squadkit ${squad}/${service} db`,
});

/** The parameter of a role that bears our mark: every PostgreSQL has it, and it changes nothing. */
export const markParameter = 'application_name';

const markOf = ({ status }: KubernetesObject): unknown => {
  const { configurationParameters } = (status?.atProvider ?? {}) as { configurationParameters?: unknown };
  if (!Array.isArray(configurationParameters)) return undefined;

  return configurationParameters.find((parameter) => parameter?.name === markParameter)?.value;
};

/** What is known of a database and its roles. */
export interface Ownerships {
  role: (local: string) => Ownership;
  database: Ownership;
  /** Whether the owner role may be given the mark that claims the database, and be managed in full. */
  isOwnerSettled: boolean;
  /** What the owner role says, and is to go on saying. */
  ownerMark: string;
}

/**
 * Whose the database and its roles are. A role is ours by its own mark. A database that we did not make is ours if the
 * owner role says that we made it in a life before; an owner role without a word of the database, or one that was made a
 * moment ago, has a stranger's database before it.
 *
 * The owner role is left as it is until then, so that an administrator can hand a database over by setting its mark.
 */
export const ownerships = ({ squad, service }: Place, observed: Record<string, Observed>): Ownerships => {
  const mark = marks(squad.name, service);
  const known = Object.values(mark);
  const role = (local: string): Ownership =>
    ownershipOf(observed[local], (object) => known.includes(markOf(object) as string));
  const saysDatabase = observed.owner !== undefined && markOf(observed.owner.object) === mark.ownerOfDatabase;
  const apparent = ownershipOf(observed.database, () => saysDatabase);
  // As long as the owner role has not been seen, nothing speaks for the database.
  const database = apparent === 'Foreign' && role('owner') === 'Unknown' ? 'Unknown' : apparent;

  return {
    role,
    database,
    isOwnerSettled: role('owner') === 'Ours' && (database === 'Ours' || isDecided(observed.owner)),
    ownerMark: database === 'Ours' || saysDatabase ? mark.ownerOfDatabase : mark.role,
  };
};

const where = ({ component, zone }: Place): string => `${component} in zone ${zone.name}`;

/** A role's name, which is taken if there is one without our mark. */
export const roleClaim = (place: Place, name: string, ownership: Ownership): Claim => ({
  ownership,
  thing: `role ${name}`,
  where: where(place),
  handOver: `ALTER ROLE ${name} SET ${markParameter} = '${marks(place.squad.name, place.service).role}'`,
});

/** A database's name, which is taken if there is one and no owner role says that it is ours. */
export const databaseClaim = (place: Component<PostgresZone, unknown>, ownership: Ownership): Claim => {
  const { database, owner } = postgresNames(place.squad.name, place.service);
  const mark = marks(place.squad.name, place.service).ownerOfDatabase;

  return {
    ownership,
    thing: `database ${database}`,
    where: where(place),
    handOver: `ALTER DATABASE ${database} OWNER TO ${place.platform.adminRole}, and ALTER ROLE ${owner} SET ${markParameter} = '${mark}'`,
  };
};
