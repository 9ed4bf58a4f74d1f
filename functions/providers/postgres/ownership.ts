import type { KubernetesObject, Observed } from '../../objects/resource.ts';
import { isEstablished, isTrue } from '../../objects/resource.ts';
import { timeOf } from '../../objects/time.ts';
import { type Claim, cautious, look, type Ownership, ownershipOf, policiesOf } from '../../ownership/claim.ts';
import { isMade, madeAt } from '../../ownership/creation.ts';
import { sightOf } from '../../ownership/sight.ts';
import type { Component, Place } from '../provider.ts';
import { beginningOf } from './beginning.ts';
import type { PostgresZone } from './settings.ts';
import { takeOver } from './statements.ts';

/** A parameter of a role as provider-sql shows it, or undefined (v0.16.0, Role.status.atProvider). */
export const parameterOf = (observed: Pick<Observed, 'object'> | undefined, name: string): unknown => {
  const { configurationParameters } = (observed?.object.status?.atProvider ?? {}) as {
    configurationParameters?: unknown;
  };
  if (!Array.isArray(configurationParameters)) return undefined;

  return configurationParameters.find((parameter) => parameter?.name === name)?.value;
};

/**
 * What version 0.1.0 wrote into `application_name` of a role. It says neither hub nor environment, and a role may change
 * its own, so it is believed in production only: nothing is ever deleted there.
 */
const earlier = ({ squad, service }: Place) => ({
  role: `squadkit ${squad.name}/${service}`,
  ownerOfDatabase: `squadkit ${squad.name}/${service} db`,
});

const isFromEarlier = (place: Place, object: KubernetesObject | undefined, marks: string[]): boolean =>
  place.zone.environment === 'production' &&
  object !== undefined &&
  marks.includes(parameterOf({ object }, 'application_name') as string);

/** What is known of a database and its roles. */
export interface Ownerships {
  role: (local: string) => Ownership;
  database: Ownership;
  /** Whether nobody can look now at the mark in the database, which was seen before. */
  isOutOfSight: boolean;
  /** What the provider may do about the database, of what it may do with one of ours. */
  databasePolicies: (policies: string[]) => string[];
  /** What the provider may do about the mark in the database. */
  markPolicies: string[];
}

/**
 * Whose the database and its roles are. A role bears our mark as a parameter that nobody but the administrator may set.
 * A database bears it as a schema that belongs to the administrator: it goes with the database, and one of the same name
 * that is made later does not have it.
 */
export const ownerships = (
  component: Component<PostgresZone, unknown>,
  observed: Record<string, Observed>,
): Ownerships => {
  const { mark, platform } = component;
  const marks = Object.values(earlier(component));

  const database = databaseOwnership(component, observed);
  const isHidden = isOutOfSight(observed.mark);
  // A role has no time of its creation: one that lost its mark is taken for the one that was made, and gets it back.
  const roleOf = (role: Observed | undefined): Ownership =>
    ownershipOf(
      role,
      (object) => parameterOf({ object }, platform.markParameter) === mark || isFromEarlier(component, object, marks),
    );
  // A restored database has the roles of the first one.
  const { owner } = component.observed;
  const hasOwner = owner !== undefined && isEstablished(owner) && roleOf(owner) === 'Ours';

  return {
    role: (local) => roleOf(observed[local]),
    ...{ database, isOutOfSight: isHidden },
    databasePolicies: (policies) =>
      isHidden ? look : (beginningOf(database, observed, hasOwner) ?? policiesOf(database, policies)),
    markPolicies: mayMark(component, observed) ? cautious : look,
  };
};

/** Whether this Service has a database that it made: by this managed resource, or by a version without marks. */
const hasDatabase = (place: Place, observed: Record<string, Observed>): boolean =>
  isMade(observed.database) || isFromEarlier(place, observed.owner?.object, [earlier(place).ownerOfDatabase]);

/** `Ready` stays True from when it was there. */
const wasSeen = (mark: Observed | undefined): boolean => mark !== undefined && isTrue(mark.object, 'Ready');

/**
 * Whether a mark that was seen cannot be looked at now, as while the server is away. What has the name of the database when
 * it comes back may be another's, and a Service that is removed meanwhile would end that. The last word about the mark is
 * not there any more either: it may have been that it is gone.
 */
const isOutOfSight = (mark: Observed | undefined): boolean =>
  mark !== undefined && wasSeen(mark) && !isTrue(mark.object, 'Synced') && sightOf(mark) !== 'Absent';

/** Since when the mark is known to be there, in milliseconds since 1970; 0 if it never was. */
const markedSince = (mark: Observed | undefined): number => {
  if (mark === undefined || !(wasSeen(mark) || isMade(mark))) return 0;

  return madeAt(mark) || timeOf(mark.object.metadata?.creationTimestamp) || 1;
};

/**
 * Whether the mark may be made: in a database that we have just made, and that has not been seen with one. From then on
 * it is only looked for, and a database without it is not ours any more.
 */
const mayMark = (place: Place, observed: Record<string, Observed>): boolean => {
  const since = markedSince(observed.mark);

  return hasDatabase(place, observed) && (since === 0 || madeAt(observed.database) > since);
};

const databaseOwnership = (place: Place, observed: Record<string, Observed>): Ownership => {
  const { database } = observed;
  if (database === undefined) return 'Unknown';

  const sight = sightOf(observed.mark);
  if (sight === 'Present') return 'Ours';
  if (sight === 'Unknown' && hasDatabase(place, observed)) return 'Ours';
  if (sight === 'Absent' && (isMade(database) || wasSeen(observed.mark)))
    return mayMark(place, observed) ? 'Ours' : 'Lost';

  if (sightOf(database) === 'Absent') return 'Unknown';

  // Before the mark was looked for, nothing speaks for the database or against it.
  return sight === 'Absent' && isEstablished(database) ? 'Foreign' : 'Unknown';
};

const where = ({ component, zone }: Place): string => `${component} in zone ${zone.name}`;

/**
 * A role's name, which is taken if there is one without our mark. It is never handed over: a role has no data, and whoever made
 * it or was given it would go on to act as it, and to let others in.
 */
export const roleClaim = (place: Component<PostgresZone, unknown>, name: string, ownership: Ownership): Claim => ({
  ownership,
  thing: `role ${name}`,
  where: where(place),
  free: `rename role ${name} by ALTER ROLE ${name} RENAME TO ${name}_of_before, or drop it`,
});

/** A database's name, which is taken if there is one without our mark. */
export const databaseClaim = (
  place: Component<PostgresZone, unknown>,
  database: string,
  { database: ownership, isOutOfSight }: Ownerships,
): Claim => {
  const { adminRole, backups } = place.platform;
  // A name with a hyphen is one only in quotes.
  const quoted = database.includes('-') ? `"${database}"` : database;

  return {
    ...{ ownership, isOutOfSight },
    thing: `database ${database}`,
    where: where(place),
    ...(backups?.drill && { back: 'postgres.restore of a moment before' }),
    free: `rename database ${database} by ALTER DATABASE ${quoted} RENAME TO ${`${database}_of_before`.replaceAll('-', '_')}, or drop it`,
    handOver: `saying in it as a superuser ${takeOver({ database: quoted, adminRole, mark: place.mark })}`,
  };
};
