import type {
  Condition as ProtocolCondition,
  RunFunctionRequest,
  RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import { conditionOf, type KubernetesObject } from './objects/resource.ts';
import type { Answer, Requirements } from './round/answer.ts';
import { actionNeeded, unchanged, unchangedByRefusal } from './round/condition.ts';
import { acceptedAnswer, inForceOf, keptAnswer } from './round/in-force.ts';
import { type Kind, refusedConditions } from './round/kind.ts';
import { faultConditions, progressConditions } from './round/progress.ts';
import { Refusal } from './round/refusal.ts';
import { type Request, readRequest } from './round/request.ts';
import { writeAnswer, writeConditions, writeNotOurs, writeRequirements } from './round/write.ts';
import { serviceKind } from './service/index.ts';
import { squadKind } from './squad/index.ts';
import { inTurn, type Memory, nextLook, withTransitions } from './waiting/memory.ts';
import { zoneKind } from './zone/index.ts';

const kinds: readonly Kind[] = [serviceKind, zoneKind, squadKind];

/** The kind of a document; undefined if it is of another package, which may have a kind of the same name. */
const kindOf = ({ apiVersion, kind }: KubernetesObject): Kind | undefined =>
  apiVersion === 'squadkit.io/v1alpha1' ? kinds.find((candidate) => candidate.kind === kind) : undefined;

/**
 * The function of a hub of that name: one round of a Service, Zone or Squad; request in, response out, and nothing else.
 * `now` only decides how soon Crossplane asks again, when a managed resource that fails is to try again, and when a login
 * is exchanged for the next one.
 *
 * A kind that this package does not have gets a fatal result that says so.
 *
 * @param hub undefined if its installation has not chosen one: then everything is refused and nothing changes
 * @param memory what its process remembers of other rounds, which decides nothing but when; without it a round stands alone
 */
export const functionOf =
  (hub: string | undefined, memory: Memory = {}) =>
  (request: RunFunctionRequest, now: number = Date.now()): RunFunctionResponse =>
    round(request, now, hub, memory).response;

/** What was made under another name, or none, would not be known again: so nothing is made without. */
const hubNotNamed = new Refusal({
  reason: 'HubNotNamed',
  actor: 'Platform',
  what: 'this hub has no name, and every mark needs one',
  next: 'set SQUADKIT_HUB in the DeploymentRuntimeConfig of the function, for example to main, and never change it',
  path: [],
});

const notOurs = actionNeeded(
  'Platform',
  'Squadkit composes Service, Zone and Squad of squadkit.io/v1alpha1, and nothing of another group or version. Platform: take its step out of the Composition of this kind.',
);

/** How a round ended: what Crossplane is told, and the refusal in it, which also knows its place in the document. */
export interface Round {
  response: RunFunctionResponse;
  refusal: Refusal | undefined;
}

/**
 * The same for who looks at documents without a cluster, and wants to know where one is wrong: the protocol has no room
 * for that.
 */
export const round = (
  request: RunFunctionRequest,
  now: number,
  hub: string | undefined,
  { looks, turns, transitions }: Memory = {},
): Round => {
  const read = readRequest(request, hub ?? '');
  const kind = kindOf(read.composite);
  // Anybody may write a Composition that names this function: it works for nobody else's kinds.
  if (kind === undefined) return { response: writeNotOurs(request, notOurs), refusal: undefined };

  const inForce = hub === undefined ? undefined : inForceOf(kind, read);
  let requirements: Requirements = inForce?.requirements ?? {};
  // A refusal now would end the round before Crossplane has looked: first ask, then decide.
  const isUnanswered = () => Object.keys(requirements).some((key) => read.required[key] === undefined);
  const ask = (): Round => ({ response: writeRequirements(request, requirements), refusal: undefined });
  const say = (answer: Answer, refusal?: Refusal): Round => {
    const progress = progressConditions(kind, answer.conditions, { refusal, isReady: answer.ready });
    const conditions = [...answer.conditions, ...progress];
    const said = { ...answer, conditions, ttl: looks ? nextLook(looks, read, answer, conditions, now) : answer.ttl };
    const written = transitions ? withTransitions(said, read, transitions) : said;
    return { response: writeAnswer(request, read.composite, written, requirements), refusal };
  };

  try {
    if (hub === undefined) throw hubNotNamed;
    const document = kind.read(read);
    requirements = { ...requirements, ...kind.requires(document, read) };
    if (isUnanswered()) return ask();

    const answer = kind.compose(document, read, now);

    return say(acceptedAnswer(turns && kind.takesTurns ? inTurn(answer, read, now, turns) : answer, read));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (isUnanswered()) return ask();

    return say((inForce && keptAnswer(kind, inForce, error, now)) ?? refuse(kind, read, error), error);
  }
};

/**
 * Conditions for a round that ended in a fault of ours, in the words of its result: what was said before stays, and
 * the columns that people look at show whose move it is.
 */
export const conditionsAfterFault = (request: RunFunctionRequest, message: string): ProtocolCondition[] => {
  const { composite } = readRequest(request, '');
  const kind = kindOf(composite);
  const before = ['Accepted', ...(kind?.keeps ?? []), ...saidOf(kind, composite)].map((type) =>
    unchanged(composite, type),
  );

  return writeConditions([...before, actionNeeded('SRE', message), ...faultConditions(message)]);
};

/** Those of the conditions that are kept only if they are said, that are. */
const saidOf = (kind: Kind | undefined, composite: KubernetesObject): string[] =>
  (kind?.keepsIfSaid ?? []).filter((type) => conditionOf(composite, type) !== undefined);

/** Where nothing is in force, a refusal changes nothing: what exists keeps running, and what was said of it stays. */
// Guard rail: refusal-changes-nothing
const refuse = (kind: Kind, { composite }: Request, refusal: Refusal): Answer => {
  const [accepted, action] = refusedConditions(refusal);

  return {
    refusal,
    conditions: [
      accepted,
      ...[...kind.keeps, ...saidOf(kind, composite)].map((type) => unchangedByRefusal(composite, type)),
      action,
    ],
    ready: false,
    ttl: refusal.seconds,
  };
};
