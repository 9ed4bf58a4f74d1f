import { mapValues } from '../objects/record.ts';
import { isBeingDeleted, type Observed, specOf } from '../objects/resource.ts';
import { isSame } from '../objects/same.ts';
import { providerOf } from '../providers/index.ts';
import { acceptedIn } from '../round/accepted.ts';
import type { Answer } from '../round/answer.ts';
import { defineKind } from '../round/kind.ts';
import { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import type { Gated } from '../waiting/gate.ts';
import { onlyLooking, passing } from '../waiting/heal.ts';
import { pause } from '../waiting/pace.ts';
import { isAsking, wake } from '../waiting/wake.ts';
import { admit, admitSettings, refuseOneServerTwice, registeredZones } from './admit.ts';
import { admitCapacity, capacityRequirements } from './capacity.ts';
import { announce, isSettled, takenNames } from './claims.ts';
import { refuseMore } from './closed.ts';
import { componentsOf, type ServiceComponent, type ServiceZone, sessionRequirements } from './components.ts';
import { composeZone } from './compose.ts';
import { leftIn, leftRequirements } from './left.ts';
import { narrowed } from './narrow.ts';
import { readService } from './read.ts';
import { report } from './report.ts';
import { type Resolved, resolve, serviceRequirements } from './resolve.ts';
import type { Service } from './schema.ts';

const composeService = (service: Service, request: Request, now: number): Answer => {
  const resolved = resolve(service, request);
  const admitted = admit(service, resolved, (zone) =>
    Object.keys(request.observed).some((name) => name.startsWith(`${zone}.`)),
  );

  const zones = componentsOf(service, resolved.squad, admitted, request, { now, isKept: false });
  refuseMore(resolved.squad, admitted, zones);
  admitSettings(zones.flatMap(({ components }) => components));
  admitCapacity(resolved, request);
  waitForPlatform(resolved, request);

  return answerFor(zones, resolved, request, { now, isKept: false });
};

/** What is asked for now waits for what the platform has just written; what was accepted goes on. */
const waitForPlatform = ({ isUndecided }: Resolved, { composite }: Request): void => {
  if (!isUndecided || isSame(acceptedIn(composite)?.spec, specOf(composite))) return;

  throw new Refusal({
    reason: 'Reserving',
    actor: 'Nobody',
    what: 'the squad or a zone of this Service was changed a moment ago',
    next: 'wait a moment',
    path: ['spec'],
    seconds: 1,
  });
};

/** The same of a Service that was accepted earlier, while the document that is there is refused. */
const keepService = (service: Service, request: Request, now: number): Answer => {
  const resolved = resolve(service, request);
  const zones = componentsOf(service, resolved.squad, registeredZones(resolved), request, { now, isKept: true });
  refuseOneServerTwice(zones.flatMap(({ components }) => components));
  const within = zones.map(({ zone, components }) => ({
    zone,
    components: components.map((component) => narrowed(component, request.composite)),
  }));

  return answerFor(within, resolved, request, { now, isKept: true });
};

const answerFor = (
  zones: ServiceZone[],
  resolved: Resolved,
  request: Request,
  { now, isKept }: { now: number; isKept: boolean },
): Answer => {
  const composedZones = zones.map(composeZone);
  const all = composedZones.flatMap(({ components }) => components);
  const taken = takenNames(request.composite, all);
  const closedFor = ({ zone }: ServiceComponent) => closure(taken, resolved.unready, zone.name);
  const composed = all.map((part) =>
    isKept || closedFor(part.component) !== undefined
      ? { ...part, resources: onlyLooking(part.resources, request.observed) }
      : part,
  );

  const seconds = pause(request.composite, request.observed, now);
  const gated = composed.map(({ component, resources }) => {
    const closed = closedFor(component);
    const part = passing(resources, request.observed, { isKept, isGoing: isBeingDeleted(request.composite), closed });
    const { isRepeatable } = providerOf(component.provider);
    const after = mapValues(resources, (resource) => resource.after);

    return { ...part, resources: wake(part.resources, request.observed, { now, pause: seconds, isRepeatable, after }) };
  });

  const passed = merge(gated);
  // A Service that was accepted goes on while it is refused. One that never was is refused without an answer, in which
  // is not heard what is to be asked again, as whether a stranger's database was handed over.
  if (taken !== undefined && !isKept) {
    const isHeard = isSettled(composed, request.observed) && !isAsking(passed.resources, request.observed);
    if (isHeard || acceptedIn(request.composite) !== undefined) throw taken;
  }

  const answer = report(request, resolved, composedZones, passed, {
    ...{ now, pause: seconds },
    left: leftIn(request, now),
  });

  return taken === undefined ? answer : announce(answer, taken);
};

/** Why nothing new may be created in a zone. */
const closure = (taken: Refusal | undefined, unready: string[], zone: string): string | undefined =>
  taken !== undefined ? 'a name that is taken' : unready.includes(zone) ? `zone ${zone}` : undefined;

/** Whether the provider whose component composed it calls it access. */
const isAccess = (name: string, { zones }: Service, observed: Observed): boolean => {
  const [zone, component, ...local] = name.split('.');
  const requested = zones
    .find((candidate) => candidate.name === zone)
    ?.components.find((candidate) => candidate.name === component);

  return requested !== undefined && providerOf(requested.provider).isAccess(local.join('.'), observed);
};

const merge = (parts: Gated[]): Gated => ({
  resources: Object.assign({}, ...parts.map((part) => part.resources)),
  waiting: Object.assign({}, ...parts.map((part) => part.waiting)),
});

/** What a squad commits: becomes databases, namespaces, credentials and rights in the zones it names. */
export const serviceKind = defineKind({
  kind: 'Service',
  read: readService,
  requires: (service, request) => ({
    ...serviceRequirements(service),
    ...capacityRequirements(service, request),
    ...sessionRequirements(service, request),
    ...leftRequirements(service, request),
  }),
  compose: composeService,
  keep: keepService,
  isAccess,
  takesTurns: true,
  stalls: 'while anybody must act',
  keeps: ['Provisioned', 'Delivered'],
  keepsIfSaid: ['BackedUp'],
});
