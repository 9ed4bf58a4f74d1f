import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { guaranteeFacts } from '../documents/guarantees.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { toldOf } from '../providers/all-told.ts';
import { providerOf } from '../providers/index.ts';
import type { Path, RefusalReason } from '../round/refusal.ts';
import type { ServiceComponent } from '../service/components.ts';
import { bindingSecret } from '../service/deliver.ts';
import type { Service } from '../service/schema.ts';
import type { Thing } from '../words/thing.ts';
import { partsOf } from './parts.ts';
import type { Registry } from './registry.ts';
import { firstRound, type Simulated, simulate } from './simulate.ts';

/** Why a document is refused, in the words of the cluster, and where in it. */
export interface Refused {
  /** `Protected`: the cluster would not let it go. */
  reason: RefusalReason | 'Protected';
  message: string;
  path: Path;
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

  const { service, parts: bound } = partsOf(composite, registry, outcome.observed);
  const parts = bound.map(({ component, bindings }) => {
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
  firstRound(composite, registry).refusal;

/** What becomes of any document. */
export const outcomeOf = (
  composite: KubernetesObject,
  registry: Registry,
  start: Record<string, Resource> = {},
): Outcome => toOutcome(simulate(composite, registry, start));

const toOutcome = ({ response, refusal, observed }: Simulated): Outcome => ({
  refused: refusal,
  // A refusal leaves everything as it is.
  resources: Object.fromEntries(
    Object.entries(refusal ? {} : (response.desired?.resources ?? {})).map(([name, { resource }]) => [
      name,
      resource as unknown as KubernetesObject,
    ]),
  ),
  observed,
  service: undefined,
  parts: [],
});

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
