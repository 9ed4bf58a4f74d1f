import { asText } from '../objects/record.ts';
import { conditionOf, type KubernetesObject } from '../objects/resource.ts';
import { isItself } from '../ownership/foreign.ts';
import { providerOf } from '../providers/index.ts';
import { unlessRefused } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import { registeredAs, type Zone, zonesByName } from '../zone/read.ts';
import { readService } from './read.ts';
import { resolvedZones } from './resolve.ts';
import { poolsOf, type Take, takesOf } from './takes.ts';

/** What a component was promised, as its Service's status says; 0 if nothing. */
export const promisedTo = (
  { status }: KubernetesObject,
  { zone, component, key }: Pick<Take, 'zone' | 'component' | 'key'>,
): number => {
  const amount = named(named(status?.zones, zone)?.components, component)?.[key];

  return typeof amount === 'number' ? amount : 0;
};

const named = (list: unknown, name: string): Record<string, unknown> | undefined =>
  entriesOf(list).find((entry) => entry.name === name);

const entriesOf = (list: unknown): Record<string, unknown>[] =>
  Array.isArray(list) ? list.filter((entry) => typeof entry === 'object' && entry !== null) : [];

/**
 * Refusals that come after all that is shared was given: by what is outside. They end by themselves when that changes, so who
 * is refused by them holds on to what it has reserved.
 */
const withAllThatIsShared = ['NameTaken', 'DataGone'];

/** How the last round of a Service ended, as far as others must think of what it asks for. */
export const decisionOf = (composite: KubernetesObject): 'open' | 'reserving' | 'refused' => {
  const accepted = conditionOf(composite, 'Accepted');
  if (accepted?.status !== 'False') return 'open';

  return ['Reserving', ...withAllThatIsShared].includes(accepted.reason ?? '') ? 'reserving' : 'refused';
};

/** What another Service holds of the pools: what counts for certain, and what it may be at the very most. */
interface Held {
  pools: Take['pools'];
  certain: number;
  most: number;
}

/** What all other Services hold. */
export const othersOf = (composite: KubernetesObject, required: Request['required']): Held[] => {
  const zones = zonesByName(required.zones ?? []);

  return (required.services ?? [])
    .filter((other) => !isItself(other, composite))
    .flatMap((other): Held[] => {
      const isUndecided = decisionOf(other) !== 'refused';
      const asked = takesOfObject(other, zones);
      const isAsked = (left: { zone: string; component: string }) =>
        asked.some(({ zone, component }) => zone === left.zone && component === left.component);

      return [
        ...asked.map((take) => {
          const [had, wanted] = [promisedTo(other, take), take.amount];
          const more = Math.max(had, wanted);
          return { pools: take.pools, certain: isUndecided ? more : had, most: more };
        }),
        ...leftOf(other, zones)
          .filter((left) => !isAsked(left))
          .map(({ pools, had }) => ({ pools, certain: had, most: had })),
      ];
    });
};

const takesOfObject = (composite: KubernetesObject, zones: ReadonlyMap<string, Zone>): Take[] => {
  const service = unlessRefused(() => readService({ composite }));

  return service === undefined
    ? []
    : takesOf(
        service.namespace,
        resolvedZones(service, (name) => zones.get(name)),
      );
};

/** What a Service was promised by its status, whether it still asks for it or not: it has it until its next round. */
const leftOf = ({ metadata, status }: KubernetesObject, zones: ReadonlyMap<string, Zone>) =>
  entriesOf(status?.zones).flatMap(({ name: zone, components }) =>
    entriesOf(components).flatMap((component) => {
      const known = zones.get(asText(zone));
      const registered = known && registeredAs(known, asText(component.name));
      const key = registered && providerOf(registered.provider).shared?.key;
      const had = key === undefined ? undefined : component[key];
      if (registered === undefined || key === undefined || typeof had !== 'number') return [];
      const pools = poolsOf(metadata?.namespace ?? '', registered, key);

      return [{ zone: asText(zone), component: asText(component.name), pools, had }];
    }),
  );
