import {
  Ready,
  type Resource,
  type RunFunctionRequest,
  type RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { asAccepted } from '../../functions/round/accepted.ts';
import { registryOf } from '../../functions/simulation/registry.ts';
import { comeTrue } from '../../functions/simulation/simulate.ts';
import { round } from './compose.ts';
import { resourceOf } from './request.ts';

/** A document on a hub: what is stored of it, and what was made of it. */
export interface Life {
  composite: KubernetesObject;
  observed: Record<string, Resource>;
  /** Everything that it ever had. */
  had: Set<string>;
  registry: KubernetesObject[];
  /** What the clocks of the function and of the API server say, in milliseconds since 1970; undefined if time stands still. */
  now?: number;
}

/** What a round did. */
export interface Done {
  reason: string | undefined;
  isFatal: boolean;
  desired: Record<string, KubernetesObject>;
  before: { observed: string[]; had: string[]; accepted: unknown };
  created: string[];
  deleted: string[];
  results: number;
  conditions: Record<string, { status: number; reason: string; message: string | undefined }>;
  ttl: number;
}

/** Documents begin at generation 1; each edit is the next one. */
export const edit = (life: Life, spec: Record<string, unknown>): void => {
  const { metadata } = life.composite;
  life.composite = { ...life.composite, spec, metadata: { ...metadata, generation: (metadata?.generation ?? 0) + 1 } };
};

export const acceptedOf = ({ composite }: Life): unknown => composite.status?.accepted;

const answerTo = ({ composite, observed, registry, now = Date.parse('2000-01-01T00:00:01Z') }: Life) => {
  const everything = registryOf(registry);
  let request: RunFunctionRequest = {
    meta: { tag: 'life', capabilities: [] },
    observed: { composite: resourceOf(composite), resources: observed },
    desired: { composite: undefined, resources: {} },
    requiredResources: {},
    requiredSchemas: {},
    extraResources: {},
    credentials: {},
  };
  // Crossplane calls at most six times, and the last two must ask for the same (xfn/required_resources.go).
  for (let call = 1; call <= 5; call += 1) {
    const answered = round(request, now);
    const asked = Object.entries(answered.response.requirements?.resources ?? {});
    if (answered.refusal !== undefined || asked.every(([key]) => request.requiredResources[key] !== undefined)) {
      return answered;
    }
    request = {
      ...request,
      requiredResources: Object.fromEntries(
        asked.map(([key, selector]) => [key, { items: everything.find(selector).map((object) => resourceOf(object)) }]),
      ),
    };
  }

  throw new Error('it asks for more and more');
};

/** What an answer says in conditions, and what Crossplane adds: a refusal without an answer leaves Ready as it was. */
const conditionsOf = (
  { metadata, status: before }: KubernetesObject,
  { conditions, desired, results }: RunFunctionResponse,
) => {
  const isFatal = results.length > 0;
  const own = (type: string, is: boolean) => ({
    type,
    status: is ? 'True' : 'False',
    reason: is ? 'Available' : 'Creating',
    observedGeneration: metadata?.generation,
  });
  const ready = Array.isArray(before?.conditions) ? before.conditions.filter(({ type }) => type === 'Ready') : [];

  return [
    own('Synced', !isFatal),
    ...(isFatal ? ready : [own('Ready', desired?.composite?.ready === Ready.READY_TRUE)]),
    ...conditions.map(({ type, status, reason, message }) => ({
      type,
      status: { 2: 'True', 3: 'False' }[status as number] ?? 'Unknown',
      reason,
      message,
    })),
  ];
};

/** When each was created: those that were there stay as old as they are. */
const aged = (made: Record<string, Resource>, { observed, now }: Life): Record<string, Resource> => {
  if (now === undefined) return made;
  const written = new Date(now).toISOString();

  return Object.fromEntries(
    Object.entries(made).map(([name, resource]) => {
      const object = resource.resource as unknown as KubernetesObject;
      const before = (observed[name]?.resource as KubernetesObject | undefined)?.metadata?.creationTimestamp;
      const metadata = { ...object.metadata, creationTimestamp: before ?? written };

      return [name, { ...resource, resource: { ...object, metadata } }];
    }),
  );
};

/**
 * A round as Crossplane does it (v2.3.4, composition_functions.go): what is not desired is deleted, what is desired is
 * applied, and then the status is written.
 *
 * @param failsAt how many resources are applied before one fails, which ends the round; undefined if none fails
 */
export const reconcile = (life: Life, failsAt?: number): Done => {
  const { response } = answerTo(life);
  const isFatal = response.results.some(({ severity }) => severity === 1);
  const desired = Object.fromEntries(
    Object.entries(response.desired?.resources ?? {}).map(([name, { resource }]) => [
      name,
      resource as unknown as KubernetesObject,
    ]),
  );
  const existing = Object.keys(life.observed);
  const done: Done = {
    reason: response.results[0]?.reason,
    isFatal,
    desired,
    before: { observed: existing, had: [...life.had], accepted: acceptedOf(life) },
    created: isFatal ? [] : Object.keys(desired).filter((name) => life.observed[name] === undefined),
    deleted: isFatal ? [] : existing.filter((name) => desired[name] === undefined),
    results: response.results.length,
    conditions: Object.fromEntries(
      response.conditions.map(({ type, status, reason, message }) => [type, { status, reason, message }]),
    ),
    ttl: response.meta?.ttl?.seconds ?? 0,
  };
  const conditions = conditionsOf(life.composite, response);
  if (isFatal) {
    life.composite = { ...life.composite, status: { ...life.composite.status, conditions } };
    return done;
  }

  const applied = Object.fromEntries(Object.entries(desired).slice(0, failsAt));
  const kept = Object.entries(life.observed).filter(([name]) => desired[name] !== undefined);
  const isRefused = done.conditions.Accepted?.status === 3;
  const made = aged(comeTrue(isRefused ? asAccepted(life.composite) : life.composite, applied), life);
  life.observed = { ...Object.fromEntries(kept), ...made };
  for (const name of Object.keys(life.observed)) life.had.add(name);
  if (failsAt !== undefined && failsAt < Object.keys(desired).length) return done;

  const said = response.desired?.composite?.resource as KubernetesObject | undefined;
  // As an API server stores it.
  life.composite = JSON.parse(JSON.stringify({ ...life.composite, status: { ...said?.status, conditions } }));

  return done;
};

/** Rounds until nothing is made any more. */
export const settle = (life: Life): Done => {
  for (let rounds = 0; rounds < 15; rounds += 1) {
    const before = JSON.stringify([life.observed, life.composite]);
    const done = reconcile(life);
    if (JSON.stringify([life.observed, life.composite]) === before) return done;
  }

  throw new Error('it does not settle');
};
