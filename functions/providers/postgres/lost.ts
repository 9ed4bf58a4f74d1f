import { type Observed, whateverItSays } from '../../objects/resource.ts';
import { isSame } from '../../objects/same.ts';
import { look } from '../../ownership/claim.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { choiceOf, type Generation, observedIn } from './generation.ts';
import { ownerships } from './ownership.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/**
 * Whether a database is gone that nobody waits for: the document asks for one that was restored, and not for this one. Then
 * that it is gone keeps nothing from coming.
 */
export const isGivenUp = (component: Component<PostgresZone, PostgresService>, generation: Generation): boolean => {
  const { wanted } = choiceOf(component);
  if (wanted === undefined || wanted === generation) return false;
  const view = generation === undefined ? component.observed : observedIn(component.observed, generation);

  const { database, isOutOfSight } = ownerships(component, view);

  // While nobody can look, what was given up stays so: what has its name when the server is back may be another's.
  return database === 'Lost' || (isOutOfSight && view.schema === undefined);
};

/** What is looked for, so that it is not taken for one that was never there, or for what somebody else makes under its name. */
const watched = ['database', 'mark'];

/**
 * What is left of a database that is gone: it is looked for, and nothing more. All that was in it is let go of: first the
 * provider only looks, so that it ends nothing, and then it is left out. What is not of the database alone, as a membership,
 * stays.
 *
 * @param resources what there would be of it
 * @param observed what is observed of it, by the same names
 */
export const givenUp = (
  resources: Record<string, Composed>,
  observed: Record<string, Observed>,
): Record<string, Composed> =>
  Object.fromEntries(
    Object.entries(resources).flatMap(([name, composed]): [string, Composed][] => {
      const { claim: _claim, after: _after, hold: _hold, ...rest } = composed;
      if (watched.includes(name)) return [[name, { ...rest, ready: whateverItSays }]];
      const inDatabase = (composed.object.spec?.forProvider as { database?: unknown } | undefined)?.database;
      if (inDatabase === undefined) return [[name, composed]];
      const found = observed[name];
      if (found === undefined || isSame(found.object.spec?.managementPolicies, look)) return [];
      const object = { ...composed.object, spec: { ...composed.object.spec, managementPolicies: look } };

      return [[name, { object, ready: whateverItSays }]];
    }),
  );
