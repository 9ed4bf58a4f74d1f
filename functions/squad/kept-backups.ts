import { isMapping } from '../objects/record.ts';
import { conditionOf, isBeingDeleted, type KubernetesObject } from '../objects/resource.ts';
import { backedUpAs, type KeptBackup, worstFirst } from '../providers/backup-states.ts';
import { providers } from '../providers/index.ts';
import { asAccepted } from '../round/accepted.ts';
import type { Requirements } from '../round/answer.ts';
import { actionNeeded, type Condition } from '../round/condition.ts';
import type { Request } from '../round/request.ts';
import type { Squad } from './read.ts';

const prefix = 'kept.';

/** What is looked for to know how the data of Services that are gone is backed up. */
export const keptRequirements = (squad: string): Requirements =>
  Object.fromEntries(
    providers.flatMap(({ name, keptBackups }) =>
      keptBackups === undefined ? [] : [[`${prefix}${name}`, keptBackups.selector(squad)]],
    ),
  );

/** Whether a Service that is there says itself how this is backed up, because it has it. */
const isSpokenOf = (services: KubernetesObject[], { service, zone, component }: KeptBackup): boolean =>
  services.some((one) => {
    if (one.metadata?.name !== service || isBeingDeleted(one)) return false;
    const said = conditionOf(one, 'BackedUp');
    const has = partsOf(asAccepted(one)).some(([inZone, name]) => inZone === zone && name === component);

    return has && said !== undefined && said.reason !== 'NoBackups';
  });

/** What a Service asks for, by zone and component; what is malformed asks for nothing. */
const partsOf = ({ spec }: KubernetesObject): [unknown, unknown][] =>
  mappingsIn(spec?.zones).flatMap((zone) =>
    mappingsIn(zone.components).map((component): [unknown, unknown] => [zone.name, component.name]),
  );

const mappingsIn = (list: unknown): Record<string, unknown>[] => (Array.isArray(list) ? list.filter(isMapping) : []);

/** How what no Service has any more is backed up; the worst first. */
export const keptIn = (required: Request['required'], services: KubernetesObject[], now: number): KeptBackup[] =>
  worstFirst(
    providers
      .flatMap(({ name, keptBackups }) =>
        (required[`${prefix}${name}`] ?? []).flatMap((object) => keptBackups?.read(object, now) ?? []),
      )
      .filter((kept) => !isSpokenOf(services, kept))
      .sort((one, other) => (one.service < other.service ? -1 : 1)),
  );

/** Seconds until the next look while a Service may speak for itself any moment, as one that has come back. */
const returning = 30;

/** Seconds until the next look at the latest for the sake of these backups: nothing else wakes a Squad when a Service begins to speak. */
export const keptRest = (kept: KeptBackup[], services: KubernetesObject[]): number =>
  services.some(
    (service) =>
      !isBeingDeleted(service) &&
      conditionOf(service, 'BackedUp') === undefined &&
      kept.some((one) => one.service === service.metadata?.name),
  )
    ? returning
    : Number.POSITIVE_INFINITY;

/** Whether all that is backed up; nothing where there never was any. */
export const keptBackedUp = (composite: KubernetesObject, squad: string, kept: KeptBackup[]): Condition[] => {
  const type = 'BackedUp';
  const said = backedUpAs(kept.map((one) => ({ ...one, message: `${squad}/${one.service}, ${one.message}` })));
  if (said === undefined) {
    const message = 'Nothing that Services have left is backed up by Squadkit.';

    return conditionOf(composite, type) === undefined ? [] : [{ type, status: 'True', reason: 'NothingKept', message }];
  }

  return [{ type, ...said, message: `Of what Services have left: ${said.message}.` }];
};

/** Whose move it is for the sake of these backups; undefined if it is nobody's. */
export const keptMove = ({ name, lifecycle }: Squad, kept: KeptBackup[]): Condition | undefined => {
  const found = kept.find(({ actor }) => actor !== 'Nobody');
  if (found === undefined) return undefined;
  const { actor, service, zone, next } = found;
  const left = `${name}/${service} has left in zone ${zone}`;
  if (actor !== 'Squad') return actionNeeded(actor, `What ${left}: ${next}.`);

  // Its logins went with it, and a closed squad gets none.
  return lifecycle === 'Closed'
    ? actionNeeded('Platform', `What ${left}: open squad ${name}, and once it is committed again, ${next}.`)
    : actionNeeded(actor, `What ${left}: once it is committed again, ${next}.`);
};
