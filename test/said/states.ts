import type { Resource, RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { conditionsAfterFault, type Round, round } from '../../functions/compose.ts';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { registryOf } from '../../functions/simulation/registry.ts';
import { simulatedHub } from '../../functions/simulation/simulate.ts';
import type { Turns } from '../../functions/waiting/turns.ts';
import { nextRequest } from '../support/compose.ts';
import { exampleRegistry } from '../support/examples.ts';
import { copyOf, requestFor, resourceOf } from '../support/request.ts';
import { conflicts } from './conflicts.ts';
import { refusedDocuments } from './refused.ts';
import { underWay } from './under-way.ts';

/** A document in the middle of what may be around it, and what the hub has made of it. */
export interface State {
  /** In words, for the runbook; left out where the document is refused, which says itself what is so. */
  when?: string;
  document: KubernetesObject;
  /** What is composed of it, as a hub shows it; by default nothing. */
  observed?: Record<string, Resource>;
  /** Zones, Squads, Services and what else is on the hub; by default the examples'. */
  registry?: KubernetesObject[];
  /** What is found where it is looked up under a key of its own. */
  found?: Record<string, KubernetesObject[]>;
  /** The hub's name; null if it has none. */
  hub?: null;
  /** Whose turn it is; without any everything is begun at once. */
  turns?: Turns;
  /** When it is looked at, in milliseconds since 1970. */
  now?: number;
}

/** What simulations begin with: nothing is old by then. */
const soon = Date.parse('2000-01-01T00:00:01Z');

const requestOf = ({ document, observed, registry, found = {} }: State): RunFunctionRequest => {
  const request = requestFor(document, observed === undefined ? {} : copyOf(observed), registry ?? exampleRegistry());
  for (const [key, objects] of Object.entries(found)) {
    request.requiredResources[key] = { items: objects.map((object) => resourceOf(object)) };
  }

  return request;
};

/** What the function says of a state. */
export interface Said {
  refusal: Round['refusal'];
  conditions: Round['response']['conditions'];
}

/** One round, in which everything that is asked for is looked up. */
const answered = (state: State, request: RunFunctionRequest): { round: Round; request: RunFunctionRequest } => {
  const everything = registryOf(state.registry ?? exampleRegistry());
  const { hub = simulatedHub, now = soon } = state;
  let asking = request;
  for (;;) {
    const one = round(asking, now, hub ?? undefined, state.turns && { turns: state.turns });
    const asked = Object.entries(one.response.requirements?.resources ?? {}).filter(
      ([key]) => asking.requiredResources[key] === undefined,
    );
    if (asked.length === 0) return { round: one, request: asking };
    const found = asked.map(([key, selector]) => [
      key,
      { items: (state.found?.[key] ?? everything.find(selector)).map((object) => resourceOf(object)) },
    ]);
    asking = { ...asking, requiredResources: { ...asking.requiredResources, ...Object.fromEntries(found) } };
  }
};

/** What the function says, in the round after that in which the document was accepted, if it is. */
export const saidOf = (state: State): Said => {
  const first = answered(state, requestOf(state));
  const next = nextRequest(first.request, first.round.response);
  const { refusal, response } = next === undefined ? first.round : answered(state, next).round;

  return { refusal, conditions: response.conditions };
};

/** What is said when the function itself has a fault: there is no state that leads there. */
export const saidAfterFault = (): Said => ({
  refusal: undefined,
  conditions: conditionsAfterFault(
    requestOf({ document: simulated('Service') }),
    "Squadkit has a fault and changed nothing. SRE: report it with the function's log.",
  ),
});

const simulated = (kind: string): KubernetesObject =>
  exampleRegistry().find((object) => object.kind === kind) as KubernetesObject;

/** Every state that is tried. */
export const states = (): State[] => [
  ...refusedDocuments.map(({ given, registry }) => ({ document: given, ...(registry && { registry }) })),
  ...conflicts(),
  ...underWay(),
];
