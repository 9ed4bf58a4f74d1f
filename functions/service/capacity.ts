import type { KubernetesObject } from '../objects/resource.ts';
import type { Requirements } from '../round/answer.ts';
import { Refusal, unlessRefused } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import { decisionOf, othersOf, promisedTo } from './promised.ts';
import { type Resolved, resolve, serviceRequirements } from './resolve.ts';
import type { Service } from './schema.ts';
import { type Amounts, askedOf, exceeds, type Limit, limitsOf, sumOf, type Take, takesOf } from './takes.ts';

/**
 * What a server has only so much of is promised once, whatever happens at the same time.
 *
 * What a Service was promised is in its status. To get more it looks at every Service: at what they were promised, and
 * at what they may be about to get. Where all of it fits, it is accepted at once. Where it may not, it first says in its
 * condition that it reserves, and decides when it sees this itself: of two that do so at the same time at least one sees
 * the other, because both read in one order what the API server has stored.
 */

/**
 * Every Service and every Zone, if the Service asks for more of anything limited than it was promised; nothing before its
 * Squad and its own Zones are known, and nothing if it has what it asks for.
 */
export const capacityRequirements = (service: Service, request: Request): Requirements => {
  const isKnown = Object.keys(serviceRequirements(service)).every((key) => request.required[key]?.length);
  const resolved = isKnown ? unlessRefused(() => resolve(service, request)) : undefined;
  if (resolved === undefined || !asksForMore(request.composite, resolved)) return {};

  return {
    services: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', matchLabels: { labels: {} } },
    zones: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', matchLabels: { labels: {} } },
  };
};

const asksForMore = (composite: KubernetesObject, { squad, zones }: Resolved): boolean => {
  const takes = takesOf(squad.name, zones);

  return limitsOf(takes, squad).length > 0 && takes.some((take) => take.amount > promisedTo(composite, take));
};

/**
 * Keeps every server's total, and every squad's, from being promised twice. A Service that asks for no more than it was
 * promised is never refused here.
 *
 * @throws Refusal `LimitExceeded` if it does not fit, `Reserving` if it has to wait a moment to be sure.
 */
export const admitCapacity = (resolved: Resolved, { composite, required }: Request): void => {
  if (!asksForMore(composite, resolved)) return;

  const takes = takesOf(resolved.squad.name, resolved.zones);
  const own = sumOf(takes);
  const limits = limitsOf(takes, resolved.squad);
  const others = othersOf(composite, required);
  const certain = sumOf(others.map((take) => ({ ...take, amount: take.certain })));
  const most = sumOf(others.map((take) => ({ ...take, amount: take.most })));
  const exceeded = (held: Amounts) =>
    limits.find(({ pool, total }) => (held.get(pool) ?? 0) + (own.get(pool) ?? 0) > total);

  const decision = decisionOf(composite);
  // Nobody who was refused may take this way: the others do not think about it any more.
  const contested = exceeded(most);
  if (decision !== 'refused' && contested === undefined) return;
  const limit = exceeded(certain);
  if (limit !== undefined) throw exceeds(limit, limit.total - (certain.get(limit.pool) ?? 0), takes);
  if (decision !== 'reserving') throw reserves(contested ?? (limits[0] as Limit), takes);
};

const reserves = ({ pool, owner, what }: Limit, takes: Take[]): Refusal =>
  new Refusal({
    reason: 'Reserving',
    actor: 'Nobody',
    what: `${what} of ${owner} are being reserved`,
    next: 'wait a moment',
    path: askedOf(pool, takes).path,
    seconds: 1,
  });
