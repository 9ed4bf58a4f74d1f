import {
  Ready,
  type Resource,
  type RunFunctionRequest,
  type RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import { compose } from './compose.ts';
import { providers } from './providers/index.ts';
import type { KubernetesObject } from './resource.ts';

/** Long enough for every wave of creation of every provider, short enough to notice an answer that never settles. */
const mostRounds = 20;

/** Everything is a second old: a simulated answer must not depend on when it was made. */
const time = '2000-01-01T00:00:00Z';
const now = Date.parse(time) + 1000;

export interface Simulated {
  /** The last answer: of the fixpoint, or the refusal. */
  response: RunFunctionResponse;
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
const become = (desired: KubernetesObject, before: Resource | undefined): Resource => {
  const previous = before?.resource as KubernetesObject | undefined;
  const hasChanged = JSON.stringify(previous?.spec) !== JSON.stringify(desired.spec);
  const generation = (previous?.metadata?.generation ?? 0) + (hasChanged ? 1 : 0);
  const isManaged = desired.spec?.providerConfigRef !== undefined;
  const details = providers.map((provider) => provider.simulate?.(desired)).find((found) => found !== undefined) ?? {};

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
      status: { ...previous?.status, conditions: [met('Synced', generation), met('Ready', generation)] },
    },
    connectionDetails: Object.fromEntries(Object.entries(details).map(([key, value]) => [key, Buffer.from(value)])),
    ready: Ready.READY_UNSPECIFIED,
  };
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
  registry: KubernetesObject[],
  start: Record<string, Resource> = {},
): Simulated => {
  let observed = start;
  let before = '';

  for (let rounds = 1; rounds <= mostRounds; rounds += 1) {
    const response = call(composite, registry, observed);
    if (response.results.length > 0) return { response, observed, rounds };

    const desired = response.desired?.resources ?? {};
    const state = JSON.stringify(desired);
    if (state === before) return { response, observed, rounds };

    before = state;
    observed = Object.fromEntries(
      Object.entries(desired).map(([name, { resource }]) => [
        name,
        become(resource as unknown as KubernetesObject, observed[name]),
      ]),
    );
  }

  throw new Error(`no fixpoint in ${mostRounds} rounds`);
};

/** One reconcile as Crossplane does it: call, fetch what is required, call again until it asks for the same. */
const call = (
  composite: KubernetesObject,
  registry: KubernetesObject[],
  resources: Record<string, Resource>,
): RunFunctionResponse => {
  const request: RunFunctionRequest = {
    meta: { tag: 'simulation', capabilities: [] },
    observed: { composite: resource(composite), resources },
    desired: { composite: undefined, resources: {} },
    requiredResources: {},
    requiredSchemas: {},
    extraResources: {},
    credentials: {},
  };
  const first = compose(request, now);
  if (first.results.length > 0) return first;

  return compose({ ...request, requiredResources: answer(first, registry) }, now);
};

const answer = (response: RunFunctionResponse, registry: KubernetesObject[]): RunFunctionRequest['requiredResources'] =>
  Object.fromEntries(
    Object.entries(response.requirements?.resources ?? {}).map(([key, selector]) => [
      key,
      {
        items: registry
          .filter(
            ({ kind, metadata }) =>
              kind === selector.kind &&
              (selector.matchName === undefined || metadata?.name === selector.matchName) &&
              (selector.namespace === undefined || metadata?.namespace === selector.namespace),
          )
          .map(resource),
      },
    ]),
  );

const resource = (object: KubernetesObject): Resource => ({
  resource: object,
  connectionDetails: {},
  ready: Ready.READY_UNSPECIFIED,
});
