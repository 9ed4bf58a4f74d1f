import { providerConfigName, systemNamespace } from '../documents/names.ts';
import { isReady, type KubernetesObject, type Observed } from '../objects/resource.ts';
import { controllerOf } from '../ownership/foreign.ts';
import { hashOf } from '../ownership/mark.ts';
import { clusterUsage } from '../ownership/usage.ts';
import { providerOf } from '../providers/index.ts';
import type { Registration } from '../providers/provider.ts';
import type { Requirements } from '../round/answer.ts';
import { Refusal, refusedAt, unlessRefused } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import type { Composed } from '../waiting/composed.ts';
import type { RegisteredComponent, Zone } from './read.ts';

const annotation = 'squadkit.io/identity';
const usage = { apiVersion: 'protection.crossplane.io/v1beta1', kind: 'ClusterUsage' };

const identityPrefix = ({ name }: RegisteredComponent): string => `identity.${name}.`;
const claimPrefix = ({ name }: RegisteredComponent): string => `claim.${name}.`;

/** What begins with that, without it. */
const partOf = (observed: Record<string, Observed>, prefix: string): Record<string, Observed> =>
  Object.fromEntries(
    Object.entries(observed).flatMap(([name, resource]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), resource] as const] : [],
    ),
  );

const registrationOf = (
  zone: Zone,
  component: RegisteredComponent,
  { hub, observed }: Request,
): Registration<unknown> => {
  const [claim] = Object.values(partOf(observed, claimPrefix(component)));

  return {
    hub,
    zone: zone.name,
    component: component.name,
    settings: component.settings,
    providerConfigRef: { kind: 'ClusterProviderConfig', name: providerConfigName(zone.name, component.name) },
    observed: partOf(observed, identityPrefix(component)),
    held: claim?.object.metadata?.annotations?.[annotation],
  };
};

const pathOf = (zone: Zone, component: RegisteredComponent) => [
  'spec',
  'components',
  zone.components.indexOf(component),
];

/**
 * What a server or cluster is known by; undefined as long as nobody has seen it. A closed Zone takes nothing new, and must
 * be able to go, whatever it leads to.
 */
const identityOf = (zone: Zone, component: RegisteredComponent, request: Request): string | undefined =>
  zone.lifecycle === 'Closed'
    ? unlessRefused(() => readIdentity(zone, component, request))
    : readIdentity(zone, component, request);

const readIdentity = (zone: Zone, component: RegisteredComponent, request: Request): string | undefined =>
  refusedAt(
    (path) => [...pathOf(zone, component), ...path],
    () => providerOf(component.provider).identity.read(registrationOf(zone, component, request)),
  );

/** One name for one server, whoever registers it: the API server gives each name once. */
const claimName = (component: RegisteredComponent, identity: string): string =>
  nameOf(component, hashOf([component.provider, identity]));

const hashIn = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const nameOf = ({ provider }: RegisteredComponent, hash: string): string => `squadkit.${provider}.${hash}`;

/** What may already claim the servers and clusters of a Zone, by component: asked for once they are known. */
export const claimRequirements = (zone: Zone, request: Request): Requirements =>
  Object.fromEntries(
    zone.components.flatMap((component) => {
      const identity = unlessRefused(() => identityOf(zone, component, request));

      return identity === undefined
        ? []
        : [[`claim.${component.name}`, { ...usage, matchName: claimName(component, identity) }]];
    }),
  );

/** What is known of the servers and clusters of a Zone: by component. */
export type Identities = Map<string, string>;

/**
 * What the servers and clusters of a Zone are known by. One server or cluster is one component of one Zone.
 *
 * @throws Refusal if one is another's, or not as it has to be
 */
// Guard rail: one-server-one-zone
export const identities = (zone: Zone, request: Request): Identities => {
  const known: Identities = new Map();
  for (const component of zone.components) {
    const identity = identityOf(zone, component, request);
    if (identity === undefined) continue;

    const same = zone.components.find(
      ({ name, provider }) => provider === component.provider && known.get(name) === identity,
    );
    const [claim] = request.required[`claim.${component.name}`] ?? [];
    const isHeld = claim !== undefined && controllerOf(claim)?.uid !== request.composite.metadata?.uid;
    if (zone.lifecycle === 'Closed' && (same !== undefined || isHeld)) continue;
    if (same !== undefined) throw serverTaken(zone, component, `${same.name} of the same zone`);
    if (isHeld) throw serverTaken(zone, component, ownerIn(claim));
    known.set(component.name, identity);
  }

  return known;
};

/**
 * The same of a Zone that was accepted earlier: what is another's now, or not as it has to be, counts as not seen. It goes
 * on holding what it held.
 */
export const knownIdentities = (zone: Zone, request: Request): Identities => {
  const known: Identities = new Map();
  for (const component of zone.components) {
    const identity = unlessRefused(() => readIdentity(zone, component, request));
    const isSeenBefore = zone.components.some(
      ({ name, provider }) => provider === component.provider && known.get(name) === identity,
    );
    const isOurs =
      request.observed[claimPrefix(component) + hashIn(claimName(component, identity ?? ''))] !== undefined;
    if (identity !== undefined && isOurs && !isSeenBefore) known.set(component.name, identity);
  }

  return known;
};

const ownerIn = ({ metadata }: KubernetesObject): string =>
  `${metadata?.labels?.['squadkit.io/component'] ?? 'a component'} of zone ${metadata?.labels?.['squadkit.io/zone'] ?? 'that is gone'}`;

/** Why a Zone may not have a server or a cluster that somebody else has registered. */
export const serverTaken = (zone: Zone, component: RegisteredComponent, other: string): Refusal =>
  new Refusal({
    // Guard rail: one-server-one-zone
    reason: 'ServerTaken',
    actor: 'Platform',
    what: `${component.name} in zone ${zone.name} is the same ${component.provider} as ${other}`,
    next: 'register each server and each cluster once; to move it to another zone, first remove it where it is',
    path: [...pathOf(zone, component), 'name'],
    // The other may go without an event for this one.
    seconds: 10,
  });

/** What looks at the servers and clusters of a Zone, by composition resource name. */
export const identityResources = (zone: Zone, request: Request): Record<string, Composed> =>
  Object.fromEntries(
    zone.components.flatMap((component) =>
      Object.entries(providerOf(component.provider).identity.compose(registrationOf(zone, component, request))).map(
        ([local, composed]) => [
          identityPrefix(component) + local,
          {
            ...composed,
            object: {
              ...composed.object,
              metadata: {
                ...composed.object.metadata,
                name: `${zone.name}.${component.name}.${local}`,
                namespace: systemNamespace,
                // Not the label of a zone: by that one is counted what Services have left.
                labels: { 'squadkit.io/registers': `${zone.name}.${component.name}` },
              },
            },
            after: [`component.${component.name}`],
          },
        ],
      ),
    ),
  );

/**
 * Holds what a Zone has registered, so that no other Zone does: an object whose name is made from what the server or
 * cluster is known by. It also keeps the Zone from being deleted, and so is there as long as something else does.
 */
export const claims = (
  zone: Zone,
  known: Identities,
  observed: Record<string, Observed>,
  reason: string,
): Record<string, Composed> =>
  Object.fromEntries(
    zone.components.flatMap((component) => {
      const prefix = claimPrefix(component);
      const identity = known.get(component.name);
      // What cannot be looked at now goes on holding what it held.
      const names =
        identity === undefined
          ? Object.keys(partOf(observed, prefix)).map((hash) => nameOf(component, hash))
          : [claimName(component, identity)];

      return names.map((name) => {
        const local = prefix + hashIn(name);
        const told = identity ?? observed[local]?.object.metadata?.annotations?.[annotation];

        const object = clusterUsage(
          name,
          { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', name: zone.name },
          reason,
        );
        const metadata = {
          name,
          labels: { 'squadkit.io/zone': zone.name, 'squadkit.io/component': component.name },
          ...(typeof told === 'string' && { annotations: { [annotation]: told } }),
        };

        return [local, { object: { ...object, metadata }, ready: isReady }];
      });
    }),
  );
