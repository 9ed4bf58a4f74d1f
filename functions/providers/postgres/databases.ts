import type { Observed } from '../../objects/resource.ts';
import { cautious } from '../../ownership/claim.ts';
import { sightOf } from '../../ownership/sight.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { databaseResources } from './database.ts';
import {
  type Choice,
  choiceOf,
  type Generation,
  generationsIn,
  localIn,
  observedIn,
  restoredMark,
} from './generation.ts';
import { leaving } from './leaving.ts';
import { givenUp, isGivenUp } from './lost.ts';
import { databaseOf, restoredSchema } from './names.ts';
import { ownerships } from './ownership.ts';
import { restoreJob } from './restore-job.ts';
import { restoreSaidIn } from './restore-report.ts';
import { schemaObject } from './schema.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;

/** What whoever logs in may do in a schema: the owner, so that it can be restored by, and all others. */
const ofOwner = ['owner-usage'];
const ofOthers = ['writer-usage', 'reader-usage'];

/** Who may connect, and what the login that backs up may. */
export const connects = ['owner-connect', 'writer-connect', 'reader-connect'];
const backups = ['backup-usage', 'backup-connect'];

/**
 * The databases of a Service: the first one, and one beside it that begins with a backup where the document says so.
 *
 * A restored database is made, filled by a Job, and marked as such, each after the other; only then is it handed out, and
 * from then on nobody may do anything in the one before. That stays, and comes back when the document no longer asks for the
 * restored one, which stays too. Nothing of either is ever dropped.
 */
export const allDatabases = (component: PostgresComponent): Record<string, Composed> => {
  const { observed, squad, service } = component;
  const choice = choiceOf(component);
  const name = (generation: Generation) => databaseOf(squad.name, service, generation);
  const isCurrent = (generation: Generation) => choice.current !== 'none' && choice.current.generation === generation;

  return {
    ...Object.assign(
      {},
      ...generationsIn(observed)
        .filter((generation) => !choice.restored.includes(generation))
        .map((generation) => noMore(component, generation)),
    ),
    ...firstOf(component, choice),
    ...Object.assign(
      {},
      ...choice.restored.map((generation) => {
        const view = observedIn(observed, generation);
        const all = databaseResources(kept(component), name(generation), view);
        const own = generation === choice.wanted ? { ...all, ...restore(component, choice, generation, view) } : all;
        if (isGivenUp(component, generation)) return renamed(givenUp(own, view), generation);

        return {
          ...renamed(isCurrent(generation) ? own : without(own, ofOthers), generation),
          ...(component.platform.backups === undefined &&
            leaving(
              backups.map((of) => localIn(generation, of)),
              observed,
            )),
        };
      }),
    ),
  };
};

/** What there is of the database that a Service began with. */
const firstOf = (component: PostgresComponent, { current }: Choice): Record<string, Composed> => {
  const { observed, squad, service } = component;
  const first = databaseResources(component, databaseOf(squad.name, service, undefined), observed);
  if (isGivenUp(component, undefined)) return givenUp(first, observed);
  // While nothing is handed out the rights in it are there too: on a hub that was lost they are on the server, and what is not
  // known cannot end.
  if (current === 'none' || current.generation === undefined) return first;

  // What is not in use is not backed up either: the CronJob reads the one that is.
  return {
    ...without(first, [...ofOwner, ...ofOthers, ...connects, ...backups]),
    ...leaving([...connects, ...backups], observed),
  };
};

/** What was restored is never dropped: who takes the line away gets the first one back, and may have the other again. */
const kept = (component: PostgresComponent): PostgresComponent => ({
  ...component,
  settings: { ...component.settings, onRemoval: 'Retain' },
});

/** What fills a database, and says that it is filled. */
const restore = (
  component: PostgresComponent,
  { isThere }: Choice,
  generation: string,
  view: Record<string, Observed>,
): Record<string, Composed> => {
  const { platform, squad, service } = component;
  const database = databaseOf(squad.name, service, generation);
  const isSaid = restoreSaidIn(view['restore-report']).restored !== undefined;
  const isMarked = isThere || isSaid || view[restoredMark] !== undefined;

  return {
    ...restoreJob(component, generation, view, isMarked),
    ...(isMarked && {
      [restoredMark]: {
        object: schemaObject(component, { database, name: restoredSchema, role: platform.adminRole }, cautious),
        after: ['database', 'mark'],
      },
    }),
  };
};

/** Without these; what comes after one of them comes after what that comes after. */
const without = (resources: Record<string, Composed>, names: readonly string[]): Record<string, Composed> => {
  const before = (name: string): string[] =>
    names.includes(name) ? (resources[name]?.after ?? []).flatMap(before) : [name];

  return Object.fromEntries(
    Object.entries(resources).flatMap(([name, composed]): [string, Composed][] =>
      names.includes(name)
        ? []
        : [[name, composed.after ? { ...composed, after: [...new Set(composed.after.flatMap(before))] } : composed]],
    ),
  );
};

/** By the names of a generation; what is not of one database alone, as a role, keeps its own. */
const renamed = (resources: Record<string, Composed>, generation: string): Record<string, Composed> => {
  const local = (name: string): string => (name in resources ? localIn(generation, name) : name);

  return Object.fromEntries(
    Object.entries(resources).map(([name, composed]) => [
      local(name),
      {
        ...composed,
        ...(composed.after && { after: composed.after.map(local) }),
        ...(composed.proves && { proves: local(composed.proves) }),
      },
    ]),
  );
};

/**
 * What of a database that nobody asks for any more has to end: nobody connects there, and nothing backs it up. The rest is left where it is, but not
 * before it is known to be ours: what bears no mark would be a stranger's when it is asked for again.
 */
const noMore = (component: PostgresComponent, generation: string): Record<string, Composed> => {
  const { observed } = component;
  const view = observedIn(observed, generation);
  const isUnmarked = ownerships(component, view).database === 'Ours' && sightOf(view.mark) !== 'Present';

  return {
    ...leaving(
      [...connects, ...backups].map((of) => localIn(generation, of)),
      observed,
    ),
    ...(isUnmarked && renamed(markedOnly(component, generation, view), generation)),
  };
};

/** A database itself, and its mark. */
const markedOnly = (
  component: PostgresComponent,
  generation: string,
  view: Record<string, Observed>,
): Record<string, Composed> => {
  const { squad, service } = component;
  const all = databaseResources(kept(component), databaseOf(squad.name, service, generation), view);

  return Object.fromEntries(Object.entries(all).filter(([name]) => name === 'database' || name === 'mark'));
};
