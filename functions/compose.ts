import type {
  Condition as ProtocolCondition,
  RunFunctionRequest,
  RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from './objects/resource.ts';
import type { Answer, Requirements } from './round/answer.ts';
import { actionNeeded, unchanged, unchangedByRefusal } from './round/condition.ts';
import { acceptedAnswer, inForceOf, keptAnswer } from './round/in-force.ts';
import { type Kind, refusedConditions } from './round/kind.ts';
import { faultConditions, progressConditions } from './round/progress.ts';
import { Refusal } from './round/refusal.ts';
import { type Request, readRequest } from './round/request.ts';
import { writeAnswer, writeConditions, writeRequirements } from './round/write.ts';
import { serviceKind } from './service/index.ts';
import { squadKind } from './squad/index.ts';
import { zoneKind } from './zone/index.ts';

const kinds: readonly Kind[] = [serviceKind, zoneKind, squadKind];

/** The kind of a document; undefined if it is of another package, which may have a kind of the same name. */
const kindOf = ({ apiVersion, kind }: KubernetesObject): Kind | undefined =>
  apiVersion === 'squadkit.io/v1alpha1' ? kinds.find((candidate) => candidate.kind === kind) : undefined;

/**
 * The function of a hub of that name: one round of a Service, Zone or Squad; request in, response out, and nothing else.
 * `now` only decides how soon Crossplane asks again, and when a managed resource that fails is to try again.
 *
 * @param hub undefined if its installation has not chosen one: then everything is refused and nothing changes
 * @throws Error if Crossplane sends a kind that this package does not have; the server turns it into a fatal result.
 */
export const functionOf =
  (hub: string | undefined) =>
  (request: RunFunctionRequest, now: number = Date.now()): RunFunctionResponse =>
    round(request, now, hub).response;

/** What was made under another name, or none, would not be known again: so nothing is made without. */
const hubNotNamed = new Refusal({
  reason: 'HubNotNamed',
  actor: 'Platform',
  what: 'this hub has no name, and every mark needs one',
  next: 'set SQUADKIT_HUB in the DeploymentRuntimeConfig of the function, for example to main, and never change it',
  path: [],
});

/** How a round ended: what Crossplane is told, and the refusal in it, which also knows its place in the document. */
export interface Round {
  response: RunFunctionResponse;
  refusal: Refusal | undefined;
}

/**
 * The same for who looks at documents without a cluster, and wants to know where one is wrong: the protocol has no room
 * for that.
 *
 * @throws Error like `functionOf`
 */
export const round = (request: RunFunctionRequest, now: number, hub: string | undefined): Round => {
  const read = readRequest(request, hub ?? '');
  const kind = kindOf(read.composite);
  // Anybody may write a Composition that names this function: it works for nobody else's kinds.
  if (kind === undefined)
    throw new Error('unknown composite kind: this function composes Service, Zone and Squad of squadkit.io/v1alpha1');

  const inForce = hub === undefined ? undefined : inForceOf(kind, read);
  let requirements: Requirements = inForce?.requirements ?? {};
  // A refusal now would end the round before Crossplane has looked: first ask, then decide.
  const isUnanswered = () => Object.keys(requirements).some((key) => read.required[key] === undefined);
  const ask = (): Round => ({ response: writeRequirements(request, requirements), refusal: undefined });
  const say = (answer: Answer, refusal?: Refusal): Round => {
    const progress = progressConditions(kind, answer.conditions, { refusal, isReady: answer.ready });
    const said = { ...answer, conditions: [...answer.conditions, ...progress] };
    return { response: writeAnswer(request, read.composite, said, requirements), refusal };
  };

  try {
    if (hub === undefined) throw hubNotNamed;
    const document = kind.read(read);
    requirements = { ...requirements, ...kind.requires(document, read) };
    if (isUnanswered()) return ask();

    return say(acceptedAnswer(kind.compose(document, read, now), read));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (isUnanswered()) return ask();

    return say((inForce && keptAnswer(kind, inForce, error, now)) ?? refuse(kind, read, error), error);
  }
};

/**
 * Conditions for a round that ended in a fault of ours, in the words of its result: what was said before stays, and
 * the columns that people look at show whose move it is.
 *
 * @throws Error like `functionOf`; then there is nothing to say either.
 */
export const conditionsAfterFault = (request: RunFunctionRequest, message: string): ProtocolCondition[] => {
  const { composite } = readRequest(request, '');
  const kind = kindOf(composite);
  const before = ['Accepted', ...(kind?.keeps ?? [])].map((type) => unchanged(composite, type));

  return writeConditions([...before, actionNeeded('SRE', message), ...faultConditions(message)]);
};

/** Where nothing is in force, a refusal changes nothing: what exists keeps running, and what was said of it stays. */
// Guard rail: refusal-changes-nothing
const refuse = (kind: Kind, { composite }: Request, refusal: Refusal): Answer => {
  const [accepted, action] = refusedConditions(refusal);

  return {
    refusal,
    conditions: [accepted, ...kind.keeps.map((type) => unchangedByRefusal(composite, type)), action],
    ready: false,
    ttl: refusal.seconds,
  };
};
