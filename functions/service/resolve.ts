import { isTrue, type KubernetesObject } from '../objects/resource.ts';
import type { Requirements } from '../round/answer.ts';
import { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import { readSquad, type Squad } from '../squad/read.ts';
import { readZone, type Zone } from '../zone/read.ts';
import type { Service } from './schema.ts';

const apiVersion = 'squadkit.io/v1alpha1';

/** The Squad and the Zones of a Service, each by its exact name: nobody else's are ever asked for. */
export const serviceRequirements = (service: Service): Requirements => ({
  squad: { apiVersion, kind: 'Squad', matchName: service.namespace },
  ...Object.fromEntries(
    service.zones.map(({ name }) => [`zone.${name}`, { apiVersion, kind: 'Zone', matchName: name }]),
  ),
});

export interface Registered {
  squad: Squad;
  /** By name. A Map: the squad chose the names, and a plain object answers to `constructor` too. */
  zones: ReadonlyMap<string, Zone>;
  /** Zones whose provider configs are not there yet: nothing new may be created in them. */
  unready: string[];
}

const only = (required: Request['required'], key: string): KubernetesObject | undefined => required[key]?.[0];

/**
 * What the platform registered under the names that the Service uses.
 *
 * @throws Refusal if the squad or a zone does not exist.
 */
export const resolve = (service: Service, { required }: Request): Registered => {
  const squadObject = only(required, 'squad');
  if (squadObject === undefined) {
    throw new Refusal({
      reason: 'SquadNotFound',
      actor: 'Platform',
      what: `squad ${service.namespace} is not registered`,
      next: `commit a Squad named ${service.namespace}, or remove this Service`,
    });
  }
  const squad = readSquad(squadObject);

  const zones = new Map<string, Zone>();
  const unready: string[] = [];
  for (const { name } of service.zones) {
    const zoneObject = only(required, `zone.${name}`);
    if (zoneObject === undefined) {
      throw new Refusal({
        reason: 'ZoneNotFound',
        actor: 'Squad',
        what: `zone ${name} is not registered`,
        next:
          squad.zones.length > 0 ? `use one of ${squad.zones.join(', ')}` : 'ask the platform which zones there are',
      });
    }
    zones.set(name, readZone(zoneObject));
    if (!isTrue(zoneObject, 'Ready')) unready.push(name);
  }

  return { squad, zones, unready };
};
