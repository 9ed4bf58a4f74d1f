import {
  Ready,
  type Resource,
  type ResourceSelector,
  type RunFunctionRequest,
  type RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import { type Round, round } from '../compose.ts';
import { remember } from '../objects/remember.ts';
import { type KubernetesObject, specOf } from '../objects/resource.ts';
import { isSame } from '../objects/same.ts';
import type { Told } from '../providers/told.ts';
import type { Refusal } from '../round/refusal.ts';
import { composerOf } from './composer.ts';
import { type Registry, registryOf } from './registry.ts';

/** Long enough for every wave of creation of every provider, short enough to notice an answer that never settles. */
const mostRounds = 20;

/** The name of every simulated hub: what is made from it is shown to nobody. */
export const simulatedHub = 'simulated';

/** Everything is a second old: a simulated answer must not depend on when it was made. */
const time = '2000-01-01T00:00:00Z';
const now = Date.parse(time) + 1000;

/** Where a simulated life ended: at its fixpoint, or at a refusal. */
export interface Simulated {
  /** The last call. */
  request: RunFunctionRequest;
  /** The last answer: of the fixpoint, or the refusal. */
  response: RunFunctionResponse;
  /** Why the last answer is a refusal, if it is one. */
  refusal: Refusal | undefined;
  /** Composed resources at the end, as Crossplane would show them to the next round. */
  observed: Record<string, Resource>;
  /** Calls until nothing changed any more. */
  rounds: number;
}

const met = (type: string, generation: number) => ({
  type,
  status: 'True',
  reason: 'Available',
  lastTransitionTime: time,
  observedGeneration: generation,
});

/** What a cluster makes of a desired resource: created, synced, ready, with the connection details of its provider. */
const become = (desired: KubernetesObject, before: Resource | undefined, told: Told | undefined): Resource => {
  const previous = before?.resource as KubernetesObject | undefined;
  const hasChanged = !isSame(previous?.spec, desired.spec);
  const generation = (previous?.metadata?.generation ?? 0) + (hasChanged ? 1 : 0);
  const isManaged = desired.spec?.providerConfigRef !== undefined;
  const details = told?.simulate?.(desired) ?? {};
  const shown = told?.shown?.(desired);

  return {
    resource: {
      ...desired,
      metadata: {
        ...desired.metadata,
        generation,
        resourceVersion: '1',
        creationTimestamp: time,
        annotations: {
          ...desired.metadata?.annotations,
          ...(isManaged && { 'crossplane.io/external-create-succeeded': time }),
        },
      },
      status: {
        ...previous?.status,
        ...(shown !== undefined && { atProvider: shown }),
        conditions: [met('Synced', generation), met('Ready', generation)],
      },
    },
    connectionDetails: Object.fromEntries(Object.entries(details).map(([key, value]) => [key, Buffer.from(value)])),
    ready: Ready.READY_UNSPECIFIED,
  };
};

/** What a cluster shows once these resources of a document have come true, to start another simulation from. */
export const comeTrue = (
  composite: KubernetesObject,
  desired: Record<string, KubernetesObject>,
): Record<string, Resource> => {
  const toldOf = composerOf(composite);
  return Object.fromEntries(
    Object.entries(desired).map(([name, object]) => [name, become(object, undefined, toldOf(name))]),
  );
};

/**
 * Runs a composite to its fixpoint against a control plane that exists only here: required resources come from
 * `registry`, everything desired comes true at once, and what is no longer desired is gone.
 *
 * @param composite the document, as it would be in the cluster
 * @param registry every Service, Zone and Squad there is, from which requirements are answered
 * @param start what is already there, by composition resource name
 * @throws Error if there is no fixpoint within 20 rounds, which is a defect of a provider
 */
export const simulate = (
  composite: KubernetesObject,
  registry: Registry | KubernetesObject[],
  start: Record<string, Resource> = {},
): Simulated => {
  const everything = Array.isArray(registry) ? registryOf(registry) : registry;
  const accepted = withAccepted(composite);
  const toldOf = composerOf(composite);
  let required: Required = {};
  let observed = start;
  let before: Record<string, Resource> | undefined;

  for (let rounds = 1; rounds <= mostRounds; rounds += 1) {
    const tried = reconcile(accepted, everything, observed, required);
    // A document that is refused was never accepted.
    const answered =
      tried.refusal === undefined ? tried : reconcile(composite, everything, observed, tried.request.requiredResources);
    const { request, response, refusal } = answered;
    required = request.requiredResources;
    if (refusal !== undefined) return { request, response, refusal, observed, rounds };

    const desired = response.desired?.resources ?? {};
    const next: Record<string, Resource> = {};
    let isSettled = before !== undefined && Object.keys(before).length === Object.keys(desired).length;
    for (const [name, resource] of Object.entries(desired)) {
      const known = observed[name];
      const isUnchanged = before?.[name]?.ready === resource.ready && isSame(before[name]?.resource, resource.resource);
      isSettled &&= isUnchanged;
      // What is asked for again as it was has already come true, and stays as it is.
      next[name] =
        isUnchanged && known !== undefined ? known : become(resource.resource as KubernetesObject, known, toldOf(name));
    }
    // The next call would get what this one got, and so would answer the same.
    if (isSettled) return { request, response, refusal, observed, rounds };

    before = desired;
    observed = next;
  }

  throw new Error(`no fixpoint in ${mostRounds} rounds`);
};

/** The document as its own round has accepted it: what is accepted is written before anything is made of it. */
const withAccepted = remember((composite: KubernetesObject): KubernetesObject => {
  const accepted = { generation: composite.metadata?.generation ?? 0, spec: specOf(composite) };

  return { ...composite, status: { ...composite.status, accepted } };
});

/** The answer of the first round alone, when there is nothing yet: enough to know whether it is refused. */
export const firstRound = (composite: KubernetesObject, registry: Registry): Round =>
  reconcile(composite, registry, {}, {});

type Required = RunFunctionRequest['requiredResources'];

/**
 * One reconcile as Crossplane does it: call, fetch what is required, call again until it asks for nothing more.
 * `required` is what an earlier round has fetched: the same document asks for the same again.
 */
const reconcile = (
  composite: KubernetesObject,
  registry: Registry,
  resources: Record<string, Resource>,
  required: Required,
): Round & { request: RunFunctionRequest } => {
  const request: RunFunctionRequest = {
    meta: { tag: 'simulation', capabilities: [] },
    observed: { composite: resource(composite), resources },
    desired: { composite: undefined, resources: {} },
    requiredResources: required,
    requiredSchemas: {},
    extraResources: {},
    credentials: {},
  };
  const { response, refusal } = round(request, now, simulatedHub);
  const missing = Object.entries(response.requirements?.resources ?? {}).filter(([key]) => required[key] === undefined);
  if (refusal !== undefined || missing.length === 0) return { request, response, refusal };

  return reconcile(composite, registry, resources, { ...required, ...answer(missing, registry) });
};

const answer = (missing: [string, ResourceSelector][], registry: Registry): Required =>
  Object.fromEntries(missing.map(([key, selector]) => [key, { items: registry.find(selector).map(resource) }]));

const resource = (object: KubernetesObject): Resource => ({
  resource: object,
  connectionDetails: {},
  ready: Ready.READY_UNSPECIFIED,
});
