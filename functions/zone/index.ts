import { endsOf } from '../documents/certificates.ts';
import { guaranteeStatus } from '../documents/guarantees.ts';
import { isBeingDeleted, type KubernetesObject } from '../objects/resource.ts';
import { serviceNames, someOf, usersOfComponent, usersOfZone } from '../ownership/users.ts';
import { providerOf } from '../providers/index.ts';
import { type Leftovers, leftoverRequirements, leftoversIn, thingsLeft, whatIsLeft } from '../providers/leftovers.ts';
import { failingIn, isPassing, troubles, worstOf } from '../providers/trouble.ts';
import type { Answer, Requirements } from '../round/answer.ts';
import { actionNeeded, type Condition, saidBefore } from '../round/condition.ts';
import { defineKind } from '../round/kind.ts';
import { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import { passing } from '../waiting/heal.ts';
import { restOf, works } from '../waiting/pace.ts';
import {
  claimRequirements,
  claims,
  type Identities,
  identities,
  identityResources,
  knownIdentities,
} from './identity.ts';
import { providerConfigRequirements, refuseTakenProviderConfigs } from './ownership.ts';
import { changeIsRefused, protection, whyProtected } from './protection.ts';
import { componentPrefix, furtherConfigs, providerConfigs } from './provider-configs.ts';
import { type RegisteredComponent, readZone, type Zone } from './read.ts';
import { refuseOther } from './unchanging.ts';

const acceptedMessage = ({ name, lifecycle }: Zone, users: string[], leftovers: Leftovers): string => {
  if (lifecycle === 'Open') return `Zone ${name} takes Services of its squads.`;
  if (users.length > 0) return `Zone ${name} is closed: still used by ${someOf(users)}.`;
  if (leftovers.count > 0)
    return `Zone ${name} is closed: nobody uses it, and ${thingsLeft(leftovers)} still being removed.`;

  return `Zone ${name} is closed: nobody uses it, it can be deleted.`;
};

/** Components that were registered and no longer are. */
const removedComponents = (zone: Zone, observed: Request['observed']): string[] =>
  Object.keys(observed)
    .filter((name) => name.startsWith(componentPrefix))
    .map((name) => name.slice(componentPrefix.length))
    .filter((component) => !zone.components.some(({ name }) => name === component));

/**
 * A component that Services use stays registered: without its provider config nothing of theirs could even be removed.
 *
 * @throws Refusal naming the component and who uses it.
 */
const keepUsedComponents = (zone: Zone, observed: Request['observed'], services: KubernetesObject[]): void => {
  for (const component of removedComponents(zone, observed)) {
    const users = usersOfComponent(services, zone.name, component);
    if (users.length === 0) continue;

    throw new Refusal({
      reason: 'ComponentInUse',
      actor: 'Platform',
      what: `component ${component} of zone ${zone.name} is used by ${someOf(users)}`,
      next: 'put it back, or remove it from these Services first',
      path: ['spec', 'components'],
    });
  }
};

/** Whether a component has its provider config. */
const isMade =
  (observed: Request['observed']) =>
  (component: string): boolean =>
    observed[componentPrefix + component] !== undefined;

const composeZone = (zone: Zone, request: Request, now: number): Answer => {
  const { observed, required } = request;
  refuseOther(zone, request);
  refuseTakenProviderConfigs(zone, request, isMade(observed));
  keepUsedComponents(zone, observed, required.services ?? []);

  return answerFor(zone, identities(zone, request), request, { now, isKept: false });
};

const answerFor = (
  zone: Zone,
  known: Identities,
  request: Request,
  { now, isKept }: { now: number; isKept: boolean },
): Answer => {
  const { composite, observed, required } = request;
  const services = required.services ?? [];
  const own = services.filter((service) => usersOfZone([service], zone.name).length > 0);
  const users = serviceNames(own);
  const leftovers = leftoversIn(required, services, now, own);
  // A Zone that is not known yet has nothing to protect, and may turn out to be refused.
  const isProtected = observed.protection !== undefined || known.size === zone.components.length;
  const why = whyProtected(zone, users, leftovers) ?? (isKept ? changeIsRefused(zone) : undefined);
  const reason = isProtected ? why : undefined;
  const composed = {
    ...providerConfigs(zone),
    ...furtherConfigs(zone, observed),
    ...identityResources(zone, request),
    ...(reason !== undefined && { ...protection(zone, reason), ...claims(zone, known, observed, reason) }),
  };
  const gated = passing(composed, observed, { isKept, isGoing: isBeingDeleted(composite) });
  const ready =
    (known.size === zone.components.length || zone.lifecycle === 'Closed') &&
    Object.keys(gated.waiting).length === 0 &&
    Object.values(gated.resources).every((resource) => resource.ready);
  const accepted: Condition = {
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: acceptedMessage(zone, users, leftovers),
  };

  return {
    resources: gated.resources,
    conditions: [accepted, ready ? moveWhenReady(leftovers, works(composite, now)) : move(zone, request, now)],
    status: { components: zone.components.map((component) => statusOf(component, known)) },
    ready,
    ttl: restOf({ isReady: ready, isClosed: zone.lifecycle === 'Closed' }, composite, observed, now),
  };
};

/** What is said of a component: also what nobody finds out otherwise before it matters, as when its authorities end. */
const statusOf = ({ name, provider, settings }: RegisteredComponent, known: Identities): Record<string, unknown> => {
  const identity = known.get(name);
  const { guarantees, authorities } = providerOf(provider);
  const bundle = authorities(settings);
  const ends = bundle === undefined ? undefined : endsOf(bundle);
  const { declared, enforced } = guaranteeStatus(guarantees(settings));

  return {
    name,
    provider,
    ...(identity !== undefined && { identity }),
    declared,
    ...('backups' in enforced && { enforced: { backups: enforced.backups } }),
    ...(ends !== undefined && { authorities: { ...ends } }),
  };
};

/** Whose move it is when everything is there: of what Services have left, or of one that cannot leave, if there is such. */
const moveWhenReady = (leftovers: Leftovers, working: string): Condition =>
  leftovers.count === 0 && leftovers.move === undefined
    ? actionNeeded('Nobody', working)
    : actionNeeded(leftovers.move?.actor ?? 'Nobody', whatIsLeft(leftovers));

/** Whose move it is while something is not there yet: of the first trouble that somebody can end. */
const move = (zone: Zone, { composite, observed }: Request, now: number): Condition => {
  const ofComponent = (name: string) => {
    const component = zone.components.find((candidate) => name.startsWith(`identity.${candidate.name}.`));
    return component === undefined ? undefined : providerOf(component.provider);
  };
  // What may be hidden for a moment is said on: whose move it is does not change to and fro.
  const failures = failingIn(observed, ofComponent, now);
  const before = isPassing(failures, now) ? saidBefore(composite, 'ActionNeeded') : undefined;
  if (before !== undefined) return before;
  const worst = worstOf(troubles(failures, observed));

  return worst === undefined || worst.actor === 'Nobody'
    ? actionNeeded('Nobody', 'Wait: it is being set up.')
    : actionNeeded(worst.actor, `${worst.next}.`);
};

/** What the platform registers: becomes a provider config per component, and is protected while it is used. */
export const zoneKind = defineKind({
  kind: 'Zone',
  read: ({ composite }) => readZone(composite),
  // Every Service of every squad, so only when something is to go: a zone is looked at whenever anything in it is made.
  requires: (zone, request): Requirements => ({
    ...providerConfigRequirements(zone, isMade(request.observed)),
    ...claimRequirements(zone, request),
    ...((zone.lifecycle === 'Closed' || removedComponents(zone, request.observed).length > 0) && {
      services: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', matchLabels: { labels: {} } },
    }),
    ...(zone.lifecycle === 'Closed' && leftoverRequirements({ 'squadkit.io/zone': zone.name })),
  }),
  compose: composeZone,
  keep: (zone, request, now) => answerFor(zone, knownIdentities(zone, request), request, { now, isKept: true }),
  isAccess: () => false,
  stalls: 'while refused',
  keeps: [],
  keepsIfSaid: [],
});
