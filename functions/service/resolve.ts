import { conditionOf, isTrue, type KubernetesObject } from '../objects/resource.ts';
import { isBeingRead } from '../round/accepted.ts';
import type { Requirements } from '../round/answer.ts';
import { type Path, Refusal, type RefusalReason, refusedAt } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import { readSquadInForce, type Squad } from '../squad/read.ts';
import { type RegisteredComponent, readZoneInForce, registeredAs, type Zone } from '../zone/read.ts';
import type { RequestedComponent, Service } from './schema.ts';

const apiVersion = 'squadkit.io/v1alpha1';

/** The Squad and the Zones of a Service, each by its exact name: nobody else's are ever asked for. */
export const serviceRequirements = (service: Service): Requirements => ({
  squad: { apiVersion, kind: 'Squad', matchName: service.namespace },
  ...Object.fromEntries(
    service.zones.map(({ name }) => [`zone.${name}`, { apiVersion, kind: 'Zone', matchName: name }]),
  ),
});

/** A component as a squad asks for it, and what the platform registered under its name. */
export interface ResolvedComponent {
  requested: RequestedComponent;
  /** Undefined if the zone has nothing of that name: that is refused by `admit`. */
  registered: RegisteredComponent | undefined;
  /** Where the Service asks for it. */
  path: Path;
}

/** A zone of a Service with what is asked for there. */
export interface ResolvedZone {
  zone: Zone;
  components: ResolvedComponent[];
  /** Where the Service names it. */
  path: Path;
}

/** A Service with what the platform registered under each name that it uses. */
export interface Resolved {
  squad: Squad;
  /** In the order of the document. */
  zones: ResolvedZone[];
  /** Zones whose provider configs are not there yet: nothing new may be created in them. */
  unready: string[];
  /** Whether the Squad or a Zone was changed and has not been looked at since: what it says now comes in a moment. */
  isChanging: boolean;
  /** Whether the platform changed one of them a moment ago: what is new must not be promised by the document before. */
  isUndecided: boolean;
}

/** A component that `admit` has let through: it is registered, and of the provider that was asked for. */
export interface AdmittedComponent extends ResolvedComponent {
  registered: RegisteredComponent;
}

/** A zone that `admit` has let through, with what is admitted there. */
export interface AdmittedZone {
  zone: Zone;
  components: AdmittedComponent[];
}

/**
 * What a Service asks for beside what is registered, zone by zone in the order of the document: the one place where a
 * name is looked up.
 *
 * @param zoneOf the zone of that name; without one, what is asked for there is left out
 */
export const resolvedZones = (
  { zones }: Service,
  zoneOf: (name: string, path: Path) => Zone | undefined,
): ResolvedZone[] =>
  zones.flatMap(({ name, components }, index): ResolvedZone[] => {
    const path = ['spec', 'zones', index];
    const zone = zoneOf(name, [...path, 'name']);
    if (zone === undefined) return [];

    return [
      {
        zone,
        path: [...path, 'name'],
        components: components.map((requested, position) => ({
          requested,
          registered: registeredAs(zone, requested.name),
          path: [...path, 'components', position],
        })),
      },
    ];
  });

const only = (required: Request['required'], key: string): KubernetesObject | undefined => required[key]?.[0];

const isWaitedFor = (object: KubernetesObject): boolean =>
  isBeingRead(object) && conditionOf(object, 'Accepted')?.status !== 'False';

/** Reasons for which a Squad that is refused is not the one whose names these are. */
const isAnother: readonly RefusalReason[] = ['NameUsedBefore', 'NameTaken'];

/**
 * A Squad is one only once the hub has accepted that its name is its own: whatever is called by that name is given to its
 * groups. In a tree nothing has a uid, and nobody has looked.
 *
 * @throws Refusal if it has not, or not yet
 */
// Guard rail: squad-names-are-not-reused
const refuseUnacceptedSquad = (squad: KubernetesObject, path: Path): void => {
  if (squad.metadata?.uid === undefined) return;
  const accepted = conditionOf(squad, 'Accepted');
  const name = squad.metadata?.name;
  if (accepted === undefined || accepted.status === 'Unknown') {
    throw new Refusal({
      reason: 'SquadNotAccepted',
      actor: 'Nobody',
      what: `squad ${name} is not accepted yet`,
      next: 'wait a moment',
      path,
      seconds: 5,
    });
  }
  if (accepted.status !== 'False' || !isAnother.some((reason) => reason === accepted.reason)) return;

  throw new Refusal({
    reason: 'SquadNotAccepted',
    actor: 'Platform',
    what: `squad ${name} is refused itself: ${accepted.reason}`,
    next: `kubectl describe squad ${name} says what to write`,
    path,
    seconds: 10,
  });
};

/**
 * What the platform registered under the names that the Service uses: of a Squad and a Zone counts what was accepted last,
 * so that an edit of theirs that is refused stops nobody.
 *
 * @throws Refusal if the squad or a zone does not exist, or is itself refused.
 */
export const resolve = (service: Service, { required }: Request): Resolved => {
  const squadPath = ['metadata', 'namespace'];
  const squadObject = only(required, 'squad');
  if (squadObject === undefined) {
    throw new Refusal({
      reason: 'SquadNotFound',
      actor: 'Platform',
      what: `squad ${service.namespace} is not registered`,
      next: `commit a Squad named ${service.namespace}, or remove this Service`,
      path: squadPath,
    });
  }
  const squad = refusedAt(
    () => squadPath,
    () => readSquadInForce(squadObject),
  );
  refuseUnacceptedSquad(squadObject, squadPath);

  const unready: string[] = [];
  let isChanging = isBeingRead(squadObject);
  let isUndecided = isWaitedFor(squadObject);
  const zones = resolvedZones(service, (name, path) => {
    const zoneObject = only(required, `zone.${name}`);
    if (zoneObject === undefined) {
      throw new Refusal({
        reason: 'ZoneNotFound',
        actor: 'Squad',
        what: `zone ${name} is not registered`,
        next:
          squad.zones.length > 0 ? `use one of ${squad.zones.join(', ')}` : 'ask the platform which zones there are',
        path,
      });
    }
    if (!isTrue(zoneObject, 'Ready')) unready.push(name);
    isChanging ||= isBeingRead(zoneObject);
    isUndecided ||= isWaitedFor(zoneObject);

    return refusedAt(
      () => path,
      () => readZoneInForce(zoneObject),
    );
  });

  return { squad, zones, unready, isChanging, isUndecided };
};
