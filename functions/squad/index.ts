import { isBeingDeleted, type KubernetesObject, whenObserved } from '../objects/resource.ts';
import { timeOf } from '../objects/time.ts';
import { serviceNames, someOf } from '../ownership/users.ts';
import { type Leftovers, leftoverRequirements, leftoversIn, thingsLeft, whatIsLeft } from '../providers/leftovers.ts';
import type { Answer } from '../round/answer.ts';
import { actionNeeded, type Condition } from '../round/condition.ts';
import { defineKind } from '../round/kind.ts';
import { Refusal, unlessRefused } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import type { Composed } from '../waiting/composed.ts';
import type { Gated } from '../waiting/gate.ts';
import { passing } from '../waiting/heal.ts';
import { restOf, works } from '../waiting/pace.ts';
import { readZoneInForce } from '../zone/read.ts';
import { delivery, deliverySelector, isDelivery } from './delivery/index.ts';
import { keptBackedUp, keptIn, keptMove, keptRequirements, keptRest } from './kept-backups.ts';
import { isLeaving, remembered } from './leaving.ts';
import { refuseTakenNamespace } from './ownership.ts';
import { notShown, protection } from './protection.ts';
import { hardOf, isCounted, isLate, quotaKey, unseenIn } from './quota.ts';
import { readSquad, type Squad } from './read.ts';
import { recordOf, recordRequirements, refuseUsedName } from './record.ts';

/** Everybody of the squad, whatever their role. */
const groupsOf = ({ group, ownerGroup, guestGroup, deployerGroup }: Squad): string[] => [
  ...new Set([group, ownerGroup, guestGroup, deployerGroup].filter((name) => name !== undefined)),
];

/** How long that may take, in seconds: two looks at all quotas, and a minute. */
const patience = 660;

/** Whose move it is while something is not there yet. */
const setUp = ({ quota }: Request['observed'], now: number): Condition => {
  if (quota === undefined || isCounted(quota)) return actionNeeded('Nobody', 'Wait: it is being set up.');
  const created = quota.object.metadata?.creationTimestamp;
  const seconds = created === undefined ? 0 : (now - timeOf(created)) / 1000;

  return seconds < patience
    ? actionNeeded('Nobody', 'Wait: the hub does not count Services yet, and refuses them for up to 5 minutes.')
    : actionNeeded(
        'SRE',
        'The hub refuses Services, because it does not count them: see if kube-controller-manager runs.',
      );
};

/** The squad's namespace on the hub, who may read there, and how many Services fit. */
const resources = (squad: Squad): Record<string, Composed> => {
  const labels = { 'squadkit.io/squad': squad.name };

  return {
    namespace: {
      object: {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: squad.name, labels },
      },
      // Before anything can be left under its name, the record of it is there.
      after: ['record'],
      ready: whenObserved,
    },
    reader: {
      object: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        // Guard rail: hub-read-only
        metadata: { name: 'squadkit-reader', namespace: squad.name, labels },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'squadkit:reader' },
        subjects: groupsOf(squad).map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name })),
      },
      after: ['namespace'],
      ready: whenObserved,
    },
    quota: {
      object: {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'squadkit', namespace: squad.name, labels },
        spec: { hard: hardOf(squad) },
      },
      after: ['namespace'],
      ready: isCounted,
    },
  };
};

/** Whether the API server already refuses new Services: only then does a look at none mean that none can come. */
const isSealed = (observed: Request['observed']): boolean => {
  const status = observed.quota?.object.status as { hard?: Record<string, string> } | undefined;

  return status?.hard?.[quotaKey] === '0';
};

/** Zones that the squad may use. One that cannot be read is nobody's. */
const zonesOf = (squad: Squad, zones: KubernetesObject[]): string[] =>
  zones
    .flatMap((object) => {
      const zone = unlessRefused(() => readZoneInForce(object));
      return zone !== undefined && squad.allows(zone) ? [zone.name] : [];
    })
    .sort();

const acceptedMessage = (
  squad: Squad,
  zones: string[],
  users: string[],
  unseen: number,
  leftovers: Leftovers,
): string => {
  if (squad.lifecycle === 'Closed' && users.length === 0 && leftovers.count > 0) {
    return `Squad ${squad.name} is closed: its Services are gone, and ${thingsLeft(leftovers)} of them still being removed.`;
  }
  if (squad.lifecycle === 'Closed' && users.length === 0 && unseen > 0) {
    return `Squad ${squad.name} is closed: ${notShown(squad.name, unseen)}.`;
  }
  if (squad.lifecycle === 'Closed') {
    return `Squad ${squad.name} is closed: ${users.length > 0 ? `it still has ${someOf(users)}` : 'it has no Service, it can be deleted'}.`;
  }

  return zones.length > 0
    ? `Squad ${squad.name} may use ${zones.join(', ')}.`
    : `No zone fits the zoneSelector of squad ${squad.name}.`;
};

/**
 * A namespace that somebody deletes past its protection never goes by itself: providers want to write in it before they
 * delete what is left, and nothing new may be written in it (crossplane-runtime v2.2.1, ProviderConfigUsage). Nor may we.
 *
 * @throws Refusal saying how it is freed.
 */
const refuseHalfDeleted = ({ name }: Squad, { composite, observed }: Request): void => {
  if (observed.namespace === undefined || !isBeingDeleted(observed.namespace.object)) return;
  if (isBeingDeleted(composite)) return;

  throw new Refusal({
    reason: 'NamespaceDeleted',
    actor: 'SRE',
    what: `namespace ${name} is being deleted by force, and its logins stay`,
    next: `kubectl get managed -n ${name} -o name | xargs kubectl patch -n ${name} --type merge -p '{"metadata":{"finalizers":null}}', then apply its Services again`,
    path: ['metadata', 'name'],
  });
};

const composeSquad = (squad: Squad, request: Request, now: number): Answer => {
  refuseHalfDeleted(squad, request);

  return answerFor(squad, request, { now, isKept: false });
};

/**
 * The same of a Squad that was accepted earlier, while the document that is there is refused. Its record bears its own id;
 * where it bears another, or the namespace is somebody else's, nothing of that name is this Squad's, whatever its status says.
 */
const keepSquad = (squad: Squad, request: Request, now: number): Answer =>
  answerFor(squad, request, { now, isKept: true });

const answerFor = (squad: Squad, request: Request, { now, isKept }: { now: number; isKept: boolean }): Answer => {
  const { composite, observed, required } = request;
  refuseUsedName(squad, request);
  refuseTakenNamespace(squad, composite, observed, required.namespace ?? []);
  const services = required.services ?? [];
  const users = serviceNames(services);
  const unseen = unseenIn(observed.quota, services);
  const zones = zonesOf(squad, required.zones ?? []);
  const leftovers = leftoversIn(required, services, now);
  const kept = keptIn(required, services, now);
  const isOpen = observed.quota !== undefined && isCounted(observed.quota);
  const composed = {
    ...recordOf(squad, request, users, unseen),
    ...resources(squad),
    ...delivery(squad.name, required.delivery ?? [], observed, isOpen),
    ...protection(squad, { users, unseen, leftovers, isSealed: isSealed(observed) }, isKept),
  };
  // In a namespace that is being deleted nothing can be made again.
  const isGoing = [composite, observed.namespace?.object].some((one) => one !== undefined && isBeingDeleted(one));
  const gated = passing(composed, observed, { isKept, isGoing });
  const ready =
    Object.values(gated.resources).every((resource) => resource.ready) && Object.keys(gated.waiting).length === 0;

  return {
    resources: gated.resources,
    conditions: [
      {
        type: 'Accepted',
        status: 'True',
        reason: 'Accepted',
        message: acceptedMessage(squad, zones, users, unseen, leftovers),
      },
      ...keptBackedUp(composite, squad.name, kept),
      nextOf(
        zones,
        leftovers,
        gated,
        ready ? (keptMove(squad, kept) ?? actionNeeded('Nobody', works(composite, now))) : setUp(observed, now),
      ),
    ],
    status: { namespace: squad.name, zones, services: remembered(services, leftovers) },
    ready,
    ttl: Math.min(
      keptRest(kept, services),
      restOf(
        {
          isReady: ready,
          isClosed: squad.lifecycle === 'Closed' || leftovers.count > 0 || isLate(observed.quota, services),
        },
        composite,
        observed,
        now,
      ),
    ),
  };
};

/** Whose move it is: of what Services have left before all, because that may be access that did not end. */
const nextOf = (zones: string[], leftovers: Leftovers, { waiting }: Gated, otherwise: Condition): Condition => {
  if (leftovers.move !== undefined) return actionNeeded(leftovers.move.actor, whatIsLeft(leftovers));
  if (waiting.record !== undefined)
    return actionNeeded('Platform', `The hub has no ${waiting.record[0]}: kubectl apply -k package/install/hub.`);
  if (zones.length === 0) return actionNeeded('Platform', 'No zone fits the zoneSelector: register one or widen it.');

  return leftovers.count > 0 ? actionNeeded('Nobody', whatIsLeft(leftovers)) : otherwise;
};

/** What the platform registers for a squad: its namespace on the hub, its read rights there, its limits. */
export const squadKind = defineKind({
  kind: 'Squad',
  read: ({ composite }) => readSquad(composite),
  requires: (squad, { composite, required }) => ({
    ...((squad.lifecycle === 'Closed' || isLeaving(composite, required.services)) &&
      leftoverRequirements({ 'squadkit.io/squad': squad.name }, squad.name)),
    services: {
      apiVersion: 'squadkit.io/v1alpha1',
      kind: 'Service',
      matchLabels: { labels: {} },
      namespace: squad.name,
    },
    zones: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', matchLabels: { labels: {} } },
    ...keptRequirements(squad.name),
    namespace: { apiVersion: 'v1', kind: 'Namespace', matchName: squad.name },
    delivery: deliverySelector,
    ...recordRequirements(squad),
  }),
  compose: composeSquad,
  keep: keepSquad,
  isAccess: isDelivery,
  stalls: 'while refused',
  keeps: [],
  keepsIfSaid: ['BackedUp'],
});
