import { conditionOf, type KubernetesObject, type Observed } from '../objects/resource.ts';
import { isSame } from '../objects/same.ts';
import type { Claim } from '../ownership/claim.ts';
import type { Answer } from '../round/answer.ts';
import { nothingCreated } from '../round/condition.ts';
import { refusedConditions } from '../round/kind.ts';
import { Refusal } from '../round/refusal.ts';
import type { Composed } from '../waiting/composed.ts';
import { listed } from '../words/listed.ts';
import type { ServiceComponent } from './components.ts';
import type { ComposedComponent } from './compose.ts';

/** A message has to be read: the rest turns up when these are settled. */
const most = 5;

const resourcesOf = (
  composed: ComposedComponent[],
): { component: ServiceComponent; name: string; resource: Composed }[] =>
  composed.flatMap(({ component, resources }) =>
    Object.entries(resources).map(([name, resource]) => ({ component, name, resource })),
  );

/** What is claimed and is so, sorted by name. */
const claimed = (composed: ComposedComponent[], is: (claim: Claim) => boolean) =>
  resourcesOf(composed)
    .flatMap(({ component, name, resource: { claim } }) =>
      claim !== undefined && is(claim) ? [{ component, name, claim }] : [],
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** What is said of what is gone, and by which it is known to have been said: other zones have things of the same name. */
const isGone = ({ thing, where }: Pick<Claim, 'thing' | 'where'>): string => `${thing} is gone: ${where} has none`;

/** Whether it was said before, and by nobody since, that this is gone. */
const wasGone = (composite: KubernetesObject, claim: Claim): boolean => {
  const before = conditionOf(composite, 'Accepted');

  return claim.isOutOfSight === true && before?.reason === 'DataGone' && (before.message ?? '').includes(isGone(claim));
};

/** How the platform gives the Service its name. */
const wayOf = ({ free, handOver }: Claim): string =>
  handOver === undefined ? free : `${free}, or hand it over by ${handOver}`;

/**
 * The refusal of a Service that would have to take over what is somebody else's, or that has lost what was its own;
 * undefined if there is no such thing. What is gone stays gone while nobody can look.
 */
// Guard rail: nothing-foreign-is-taken
export const takenNames = (composite: KubernetesObject, composed: ComposedComponent[]): Refusal | undefined => {
  const [lost] = claimed(composed, (claim) => claim.ownership === 'Lost' || wasGone(composite, claim));
  if (lost !== undefined) return goneOf(lost.component, lost.claim);

  const [first, ...others] = claimed(composed, ({ ownership }) => ownership === 'Foreign');
  if (first === undefined) return undefined;

  const { thing, where } = first.claim;
  const ways = [first, ...others].slice(0, most).map(({ claim }) => wayOf(claim));
  const also = others.map(({ claim }) => claim.thing);

  return new Refusal({
    reason: 'NameTaken',
    actor: 'Platform',
    what: `${thing} is taken: ${where} has one that is not this Service's${
      also.length > 0 ? `; likewise ${listed(also, most)}` : ''
    }`,
    next: `${ways.join('; ')}; or the squad gives its Service another name`,
    path: [...first.component.path, 'name'],
  });
};

const goneOf = ({ component, path }: ServiceComponent, { thing, where, handOver, back }: Claim): Refusal =>
  new Refusal({
    reason: 'DataGone',
    actor: 'SRE',
    what: `${isGone({ thing, where })}, or one that was made later`,
    next: `restore it${back === undefined ? '' : `, as the squad can by ${back}`}; ${handOver === undefined ? '' : `or hand over what is there by ${handOver}; `}or, to begin with an empty one, the squad takes ${component} out of the Service and then puts it back`,
    path: [...path, 'name'],
  });

/**
 * Whether everything that is known to be ours is already managed and proven as such. A refusal applies nothing, so it must
 * not come before: what is made and not yet managed in full would stay behind when the refused Service is deleted, and what
 * is not proven would be a stranger's when the Service comes again.
 */
export const isSettled = (composed: ComposedComponent[], observed: Record<string, Observed>): boolean =>
  resourcesOf(composed).every(({ name, resource: { object, claim, proves } }) => {
    if (observed[name] === undefined) return proves === undefined || observed[proves] === undefined;
    if (claim === undefined && proves === undefined) return true;

    return isSame(observed[name]?.object.spec?.managementPolicies, object.spec?.managementPolicies);
  });

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
