import type { Lifecycle } from '../documents/lifecycle.ts';
import { reservedSquads, squadPattern, squadRule } from '../documents/names.ts';
import { parseSpec } from '../documents/schema.ts';
import { ownField } from '../objects/record.ts';
import { remember } from '../objects/remember.ts';
import { type KubernetesObject, specOf } from '../objects/resource.ts';
import type { SquadContext } from '../providers/provider.ts';
import { asAccepted } from '../round/accepted.ts';
import { Refusal, unlessRefused } from '../round/refusal.ts';
import type { Zone } from '../zone/read.ts';
import { shared, squadSpec } from './schema.ts';

/** A Squad, parsed: everything after this trusts its types. */
export interface Squad extends SquadContext {
  lifecycle: Lifecycle;
  services: number;
  /** The most that all its Services may take together, by what is shared: `connections`. */
  limits: Record<string, number | undefined>;
  /** The id of an earlier squad of its name, of which it gets what is left. */
  inherits: string | undefined;
  /** Whether it may use a zone. */
  allows: (zone: Pick<Zone, 'labels'>) => boolean;
  /** Names of the zones that it may use, as the Squad last reported them; for messages only. */
  zones: string[];
}

/**
 * A Squad as a typed value.
 *
 * @throws Refusal if a name or a field is not what the schema says, or pipelines are people.
 */
export const readSquad = remember((object: KubernetesObject): Squad => {
  const { metadata, status } = object;
  const name = metadata?.name ?? '';
  if (!new RegExp(squadPattern).test(name) || new RegExp(reservedSquads).test(name)) {
    throw new Refusal({
      reason: 'NameNotAllowed',
      actor: 'Platform',
      what: `squad name ${JSON.stringify(name.slice(0, 63))} is not allowed`,
      next: squadRule,
      path: ['metadata', 'name'],
    });
  }

  const parsed = parseSpec(squadSpec, specOf(object), 'Platform');
  const { services, ...limits }: { services: number } & Record<string, number | undefined> = parsed.limits;
  const { group = name, ownerGroup, guestGroup, deployerGroup } = parsed;
  if (deployerGroup !== undefined && [group, ownerGroup, guestGroup].includes(deployerGroup)) {
    throw new Refusal({
      reason: 'SettingInvalid',
      actor: 'Platform',
      what: `deployerGroup of squad ${name} is also a group of people`,
      next: 'use a group of its own for pipelines: people only look in production',
      path: ['spec', 'deployerGroup'],
    });
  }
  const wanted = Object.entries(parsed.zoneSelector.matchLabels);

  return {
    name,
    group,
    ownerGroup,
    guestGroup,
    deployerGroup,
    lifecycle: parsed.lifecycle,
    services,
    limits: Object.fromEntries(shared.map(({ key }) => [key, limits[key]])),
    inherits: parsed.inherits,
    allows: ({ labels }) => wanted.every(([key, value]) => ownField(labels, key) === value),
    zones: Array.isArray(status?.zones) ? status.zones.filter((zone) => typeof zone === 'string') : [],
  };
});

/**
 * A Squad as it is in force: the document that was accepted last, or its own if none was.
 *
 * @throws Refusal if none was accepted, and its own is not what the schema says
 */
export const readSquadInForce = (object: KubernetesObject): Squad =>
  unlessRefused(() => readSquad(asAccepted(object))) ?? readSquad(object);
