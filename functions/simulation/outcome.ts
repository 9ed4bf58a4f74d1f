import type { Resource, RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { guaranteeFacts } from '../documents/guarantees.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { toldOf } from '../providers/all-told.ts';
import { providerOf } from '../providers/index.ts';
import { readRequest } from '../round/request.ts';
import { componentsOf, type ServiceComponent } from '../service/components.ts';
import { boundComponents } from '../service/compose.ts';
import { bindingSecret } from '../service/deliver.ts';
import { readService } from '../service/read.ts';
import { resolve, serviceRequirements } from '../service/resolve.ts';
import type { Service } from '../service/schema.ts';
import type { Thing } from '../words/thing.ts';
import type { Registry } from './registry.ts';
import { firstRound, type Simulated, simulate } from './simulate.ts';

/** Why a document is refused, in the words of the cluster. */
export interface Refused {
  reason: string;
  message: string;
}

/** A component with the things that exist because of it. */
export interface Part {
  component: ServiceComponent;
  things: Thing[];
}

/** What becomes of a document. */
export interface Outcome {
  refused: Refused | undefined;
  /** Composed resources by name, as they are desired in the end; empty if it is refused and nothing is there. */
  resources: Record<string, KubernetesObject>;
  /** The same as the cluster shows them, to go on from. */
  observed: Record<string, Resource>;
  /** Of a Service that is not refused. */
  service: Service | undefined;
  parts: Part[];
}

/** Nothing is there, and nothing becomes of it. */
export const nothing: Outcome = { refused: undefined, resources: {}, observed: {}, service: undefined, parts: [] };

/** What becomes of a Service, from what is there of it; `start` is empty if it is new. */
export const outcomeOfService = (
  composite: KubernetesObject,
  registry: Registry,
  start: Record<string, Resource> = {},
): Outcome => {
  const outcome = outcomeOf(composite, registry, start);
  if (outcome.refused !== undefined) return outcome;

  const request = readRequest({
    ...nothingAsked,
    observed: { composite: asResource(composite), resources: outcome.observed },
  });
  const service = readService(request);
  const required = Object.fromEntries(
    Object.entries(serviceRequirements(service)).map(([key, selector]) => [key, registry.find(selector)]),
  );
  const registered = resolve(service, { ...request, required });
  const components = componentsOf(service, registered, request.observed);
  const parts = boundComponents(components).map(({ component, bindings }) => {
    const provider = providerOf(component.provider);
    const declared = guaranteeFacts(provider.guarantees(component.platform));
    const things = toldOf(component.provider)
      .words.things(component, bindings)
      .map((thing) => (thing.holds === 'data' ? { ...thing, facts: [...thing.facts, ...declared] } : thing));
    return { component, things: [...things, ...(provider.offer ? [hubSecret(component)] : [])] };
  });

  return { ...outcome, service, parts };
};

/** Why a document is refused, if it is: its first round, and nothing after it. */
export const admissionOf = (composite: KubernetesObject, registry: Registry): Refused | undefined =>
  refusedOf(firstRound(composite, registry));

/** What becomes of any document. */
export const outcomeOf = (
  composite: KubernetesObject,
  registry: Registry,
  start: Record<string, Resource> = {},
): Outcome => toOutcome(simulate(composite, registry, start));

const toOutcome = ({ response, observed }: Simulated): Outcome => {
  const refused = refusedOf(response);

  return {
    refused,
    // A refusal leaves everything as it is.
    resources: Object.fromEntries(
      Object.entries(refused ? {} : (response.desired?.resources ?? {})).map(([name, { resource }]) => [
        name,
        resource as unknown as KubernetesObject,
      ]),
    ),
    observed,
    service: undefined,
    parts: [],
  };
};

const refusedOf = ({ results: [result] }: RunFunctionResponse): Refused | undefined =>
  result && { reason: result.reason ?? 'Refused', message: result.message };

const nothingAsked: RunFunctionRequest = {
  meta: undefined,
  observed: undefined,
  desired: undefined,
  requiredResources: {},
  requiredSchemas: {},
  extraResources: {},
  credentials: {},
};

const asResource = (object: KubernetesObject): Resource => ({ resource: object, connectionDetails: {}, ready: 0 });

const hubSecret = (component: ServiceComponent): Thing => ({
  key: 'hub-secret',
  name: `Secret \`${component.managedName(bindingSecret)}\``,
  purpose: `with the credentials, in your namespace \`${component.squad.name}\` on the platform's cluster`,
  resources: [bindingSecret],
  holds: 'access',
  facts: [],
  lost: 'the credentials are gone',
  kept: 'the credentials can still be read there',
});
