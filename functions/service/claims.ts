import type { Observed } from '../objects/resource.ts';
import { isSame } from '../objects/same.ts';
import type { Claim } from '../ownership/claim.ts';
import type { Answer } from '../round/answer.ts';
import { nothingCreated } from '../round/condition.ts';
import { refusedConditions } from '../round/kind.ts';
import { Refusal } from '../round/refusal.ts';
import type { Composed } from '../waiting/composed.ts';
import type { ComposedComponent } from './compose.ts';

/** A message has to be read: the rest turns up when these are settled. */
const most = 5;

const resourcesOf = (composed: ComposedComponent[]): [string, Composed][] =>
  composed.flatMap(({ resources }) => Object.entries(resources));

/** The refusal of a Service that would have to take over what is somebody else's; undefined if there is no such thing. */
// Guard rail: nothing-foreign-is-taken
export const takenNames = (composed: ComposedComponent[]): Refusal | undefined => {
  const foreign = resourcesOf(composed).flatMap(([name, { claim }]): [string, Claim][] =>
    claim?.ownership === 'Foreign' ? [[name, claim]] : [],
  );
  const [first, ...others] = foreign.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, claim]) => claim);
  if (first === undefined) return undefined;

  const also = others.slice(0, most).map(({ thing }) => thing);
  const more = others.length - also.length;

  return new Refusal({
    reason: 'NameTaken',
    actor: 'Platform',
    what: `${first.thing} is taken: ${first.where} has one that is not this Service's${
      also.length > 0 ? `; likewise ${also.join(', ')}${more > 0 ? ` and ${more} more` : ''}` : ''
    }`,
    next: `rename or drop it, or hand it over by ${first.handOver}; or the squad gives its Service another name`,
  });
};

/**
 * Whether everything that is known to be ours is already managed as such. A refusal applies nothing, so it must not come
 * before: what is made and not yet managed in full would stay behind when the refused Service is deleted.
 */
export const isSettled = (composed: ComposedComponent[], observed: Record<string, Observed>): boolean =>
  resourcesOf(composed).every(
    ([name, { object, claim }]) =>
      claim === undefined ||
      observed[name] === undefined ||
      isSame(observed[name]?.object.spec?.managementPolicies, object.spec?.managementPolicies),
  );

/** An answer that says what a refusal says and still applies what it has: the refusal itself follows. */
export const announce = (answer: Answer, refusal: Refusal): Answer => {
  const [accepted, action] = refusedConditions(refusal);

  return {
    ...answer,
    ready: false,
    conditions: [
      accepted,
      ...answer.conditions
        .filter(({ type }) => type !== accepted.type && type !== action.type)
        // A provider that may not touch what is a stranger's says so as an error: it is the refusal that matters.
        .map((condition) => (condition.status === 'False' ? { ...condition, ...nothingCreated } : condition)),
      action,
    ],
  };
};
