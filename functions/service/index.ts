import { mapValues } from '../objects/record.ts';
import { providerOf } from '../providers/index.ts';
import type { Answer } from '../round/answer.ts';
import { defineKind } from '../round/kind.ts';
import type { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import { type Gated, gate } from '../waiting/gate.ts';
import { pause } from '../waiting/pace.ts';
import { isAsking, wake } from '../waiting/wake.ts';
import { admit, admitSettings } from './admit.ts';
import { admitCapacity, capacityRequirements } from './capacity.ts';
import { announce, isSettled, takenNames } from './claims.ts';
import { refuseMore } from './closed.ts';
import { componentsOf } from './components.ts';
import { composeZone } from './compose.ts';
import { readService } from './read.ts';
import { report } from './report.ts';
import { resolve, serviceRequirements } from './resolve.ts';
import type { Service } from './schema.ts';

const composeService = (service: Service, request: Request, now: number): Answer => {
  const resolved = resolve(service, request);
  const admitted = admit(service, resolved, (zone) =>
    Object.keys(request.observed).some((name) => name.startsWith(`${zone}.`)),
  );

  const zones = componentsOf(service, resolved.squad, admitted, request);
  refuseMore(resolved.squad, admitted, zones);
  admitSettings(zones.flatMap(({ components }) => components));
  admitCapacity(resolved, request);

  const composedZones = zones.map(composeZone);
  const composed = composedZones.flatMap(({ components }) => components);
  const taken = takenNames(composed);

  const seconds = pause(request.composite, request.observed, now);
  const gated = composed.map(({ component, resources }) => {
    const part = gate(resources, request.observed, closure(taken, resolved.unready, component.zone.name));
    const { isRepeatable } = providerOf(component.provider);
    const after = mapValues(resources, (resource) => resource.after);

    return { ...part, resources: wake(part.resources, request.observed, { now, pause: seconds, isRepeatable, after }) };
  });

  const all = merge(gated);
  // What is to be asked again, as whether a stranger's database was handed over, is not heard in a refusal.
  if (taken !== undefined && isSettled(composed, request.observed) && !isAsking(all.resources, request.observed)) {
    throw taken;
  }

  const answer = report(request, resolved, composedZones, all, { now, pause: seconds });

  return taken === undefined ? answer : announce(answer, taken);
};

/** Why nothing new may be created in a zone. */
const closure = (taken: Refusal | undefined, unready: string[], zone: string): string | undefined =>
  taken !== undefined ? 'a name that is taken' : unready.includes(zone) ? `zone ${zone}` : undefined;

const merge = (parts: Gated[]): Gated => ({
  resources: Object.assign({}, ...parts.map((part) => part.resources)),
  waiting: Object.assign({}, ...parts.map((part) => part.waiting)),
});

/** What a squad commits: becomes databases, namespaces, credentials and rights in the zones it names. */
export const serviceKind = defineKind({
  kind: 'Service',
  read: readService,
  requires: (service, request) => ({ ...serviceRequirements(service), ...capacityRequirements(service, request) }),
  compose: composeService,
  keeps: ['Provisioned', 'Delivered'],
});
