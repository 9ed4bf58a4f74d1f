import { isBeingDeleted, type KubernetesObject, specOf } from '../objects/resource.ts';
import { isSame } from '../objects/same.ts';
import { type Accepted, acceptedIn, asAccepted } from './accepted.ts';
import type { Answer, Requirements } from './answer.ts';
import { type Condition, nothingCreated, underWay } from './condition.ts';
import { type Kind, refusedConditions } from './kind.ts';
import { type Refusal, unlessRefused } from './refusal.ts';
import type { Request } from './request.ts';

/** A document that was accepted earlier, and what it needs to be composed once more. */
export interface InForce {
  accepted: Accepted;
  /** Whether it is the one in `spec`: then what refuses it now was not known when it was accepted. */
  isAsked: boolean;
  document: unknown;
  request: Request;
  /** What has to be looked up for it, besides what the document in `spec` asks for. */
  requirements: Requirements;
}

/** Begins the keys of what is looked up for it: the document that is there may ask for something else by the same key. */
const prefix = 'accepted.';

/**
 * The document in force: the one that was accepted last, whether it is the one in `spec` or not. Undefined if none was
 * accepted, or if this version of Squadkit cannot read it.
 */
export const inForceOf = (kind: Kind, request: Request): InForce | undefined => {
  const accepted = acceptedIn(request.composite);
  if (accepted === undefined) return undefined;

  const composite = asAccepted(request.composite);
  const isAsked = composite === request.composite;
  const own = isAsked ? request : { ...request, composite, required: ownOf(request.required) };
  const document = unlessRefused(() => kind.read(own));
  if (document === undefined) return undefined;
  const needs = isAsked ? {} : kind.requires(document, own);

  return {
    accepted,
    isAsked,
    document,
    request: own,
    requirements: Object.fromEntries(Object.entries(needs).map(([key, selector]) => [prefix + key, selector])),
  };
};

const ownOf = (required: Request['required']): Request['required'] =>
  Object.fromEntries(
    Object.entries(required).flatMap(([key, found]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), found]] : [],
    ),
  );

/** The generation that this answer is about, under the name that kstatus, Flux and Argo CD know. */
const observedGeneration = ({ composite: { metadata } }: Request) =>
  metadata?.generation !== undefined && { observedGeneration: metadata.generation };

/**
 * The answer to a document that is accepted, with what keeps it in force.
 *
 * Crossplane writes the status after it has applied (v2.3.4, composite/composition_functions.go: garbage collection 570,
 * apply 628, status 694), so an error in between leaves `status.accepted` behind what exists. So it is written a round
 * before anything is created that it permits: whatever exists can be composed from what is written.
 */
export const acceptedAnswer = (answer: Answer, request: Request): Answer => {
  const before = acceptedIn(request.composite);
  const isAccepted = answer.conditions.some(({ type, status }) => type === 'Accepted' && status === 'True');
  // What is left out of the status is taken away (server-side apply with one owner).
  if (!isAccepted) return withStatus(answer, request, before);

  const spec = specOf(request.composite);
  const answered = isSame(before?.spec, spec) ? answer : withoutNew(answer, request);

  return withStatus(answered, request, { generation: request.composite.metadata?.generation ?? 0, spec });
};

const withStatus = (answer: Answer, request: Request, accepted: Accepted | undefined): Answer => ({
  ...answer,
  status: { ...answer.status, ...(accepted && { accepted: { ...accepted } }), ...observedGeneration(request) },
});

/** The answer without what does not exist yet, for a round: as soon as its status is written, the next one comes. */
const withoutNew = (answer: Answer, { observed }: Request): Answer => {
  const there = Object.entries(answer.resources ?? {}).filter(([name]) => observed[name] !== undefined);
  if (there.length === Object.keys(answer.resources ?? {}).length) return answer;

  return { ...answer, resources: Object.fromEntries(there), ready: false, ttl: Math.min(answer.ttl, 1) };
};

/**
 * The answer to a document that is refused while an earlier one is in force: that one, with what the platform says now.
 * Undefined if nothing can be said of it, and then nothing may change: where it cannot be resolved any more, and where
 * something exists that it does not know, because what is left out of an answer is deleted.
 */
// Guard rail: refusal-changes-nothing
export const keptAnswer = (
  kind: Kind,
  { accepted, isAsked, document, request }: InForce,
  refusal: Refusal,
  now: number,
): Answer | undefined => {
  const answer = unlessRefused(() => kind.keep(document, request, now));
  if (answer === undefined) return undefined;
  const isDropped = Object.entries(request.observed).some(([name, observed]) => {
    const { object } = observed;
    const resource = answer.resources?.[name]?.object;
    // Another kind of the same name would stand beside it, and nobody would know of the first any more.
    if (resource !== undefined) return object.kind !== undefined && groupKindOf(object) !== groupKindOf(resource);

    return !isBeingDeleted(object) && !kind.isAccess(name, document, observed);
  });
  if (isDropped) return undefined;

  return withStatus(
    {
      ...answer,
      conditions: keptConditions(answer.conditions, refusal, isAsked ? '' : ` ${staysInForce(accepted)}`),
      ttl: Math.min(answer.ttl, refusal.seconds),
    },
    request,
    accepted,
  );
};

/** What a kind is in every version of it. */
const groupKindOf = ({ apiVersion, kind }: KubernetesObject): string =>
  `${apiVersion.replace(/\/?[^/]*$/, '')} ${kind}`;

/** What stays while a document is refused, for people. */
const staysInForce = ({ generation }: Pick<Accepted, 'generation'>): string =>
  `The document accepted last (generation ${generation}) stays in force.`;

const keptConditions = (conditions: Condition[], refusal: Refusal, besides: string): Condition[] => {
  const [refused, action] = refusedConditions(refusal);

  return [
    { ...refused, message: refused.message + besides },
    ...conditions
      .filter(({ type }) => type !== refused.type && type !== action.type)
      .map((condition) => (underWay.includes(condition.reason) ? { ...condition, ...nothingCreated } : condition)),
    action,
  ];
};
