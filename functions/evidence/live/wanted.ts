import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { wanted } from '../../objects/difference.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { isSame } from '../../objects/same.ts';
import { toldOf } from '../../providers/all-told.ts';
import type { Told } from '../../providers/told.ts';
import { composeComponent } from '../../service/compose.ts';
import { outcomeOf } from '../../simulation/outcome.ts';
import { partsOf } from '../../simulation/parts.ts';
import type { World } from '../../tree/world.ts';
import type { OwnedGuardRail } from '../register/owned.ts';
import type { Subject } from '../subject.ts';
import { statusOf } from './component-status.ts';

/** An object that must be on the hub for a guard rail to hold. */
export interface Wanted {
  /** For people: `network of aqua`. */
  what: string;
  /** As it must be. Connection details are known to running servers only: here they are those of a simulation. */
  object: KubernetesObject;
  /** The same with another text for every connection detail: where it differs from `object`, any text will do. */
  other: KubernetesObject;
  /** Both again with a number for the ports of the connection details; undefined if it has nothing to do with them. */
  withPort: ((port: number) => Pick<Wanted, 'object' | 'other'>) | undefined;
  /** What is told of the provider whose component composed it; undefined if none did. */
  told: Told | undefined;
}

const isPort = (value: Buffer): boolean => /^\d+$/.test(value.toString());

/** What the Service composes if the servers told something else at run time than a simulation does. */
const composedWith = (
  { document, outcome }: Subject,
  { open }: World,
  replaced: (value: Buffer) => string | undefined,
  hub?: string,
): Record<string, KubernetesObject> => {
  const observed = Object.fromEntries(
    Object.entries(outcome.observed).map(([name, { connectionDetails, ...rest }]): [string, Resource] => [
      name,
      {
        ...rest,
        connectionDetails: Object.fromEntries(
          Object.entries(connectionDetails).map(([key, value]) => [key, Buffer.from(replaced(value) ?? value)]),
        ),
      },
    ]),
  );
  const { parts } = partsOf(document.object, open, observed, hub);

  return Object.fromEntries(
    parts.flatMap((part) =>
      Object.entries(composeComponent(part).resources).map(([name, { object }]) => [name, wanted(object)]),
    ),
  );
};

/**
 * What the guard rails of a Service need to find on the hub, from what Git wants.
 *
 * @param service the Service as it is on the hub; undefined if it is not to be seen
 */
export const wantedBy = (
  subject: Subject,
  world: World,
  service: KubernetesObject | undefined,
): ((guardRail: OwnedGuardRail) => Wanted[]) => {
  const { outcome, evidence } = subject;
  const otherText = (value: Buffer) => (isPort(value) ? undefined : 'other');
  // Nor does a tree know the name of the hub, which is in every mark.
  const others = composedWith(subject, world, otherText, 'other');
  const otherPorts = composedWith(subject, world, (value) => (isPort(value) ? '1' : undefined));
  const withPort = (name: string) => (port: number) => ({
    object: composedWith(subject, world, (value) => (isPort(value) ? `${port}` : undefined))[name] as KubernetesObject,
    other: composedWith(subject, world, (value) => (isPort(value) ? `${port}` : 'other'), 'other')[
      name
    ] as KubernetesObject,
  });
  const squad = composedBy(world.squads.get(evidence.squad)?.object, world);
  const zoneNames = [...new Set(evidence.places.map(({ zone }) => zone))];
  const zones = zoneNames.map((name) => ({ name, resources: composedBy(world.zones.get(name)?.object, world) }));
  const plain = (what: string, object: KubernetesObject | undefined): Wanted[] =>
    object === undefined
      ? []
      : [{ what, object: wanted(object), other: wanted(object), withPort: undefined, told: undefined }];

  return ({ look, provider }) => {
    const parts = outcome.parts.filter(({ component }) => component.provider === provider);
    if (look.at === 'component') {
      return parts.flatMap(({ component }) =>
        look.resources.flatMap((local): Wanted[] => {
          const name = component.prefix + local;
          const found = outcome.resources[name];
          if (found === undefined) return [];
          const told = toldOf(component.provider);
          const status = statusOf(service, component.zone.name, component.component);
          const onHub = (one: KubernetesObject) => told.successor?.(one, status) ?? one;
          const object = onHub(wanted(found));
          const what = `\`${local}\` of \`${component.component}\` in zone \`${component.zone.name}\``;
          const dependsOnPort = !isSame(object, onHub(otherPorts[name] ?? wanted(found)));
          return [
            {
              what,
              object,
              other: onHub(others[name] ?? wanted(found)),
              withPort: dependsOnPort ? withPort(name) : undefined,
              told,
            },
          ];
        }),
      );
    }
    if (look.at === 'provider config') {
      return parts.flatMap(({ component }) =>
        plain(
          `the way to \`${component.component}\` in zone \`${component.zone.name}\``,
          zones.find(({ name }) => name === component.zone.name)?.resources[`component.${component.component}`],
        ),
      );
    }
    if (look.at === 'squad') {
      return look.resources.flatMap((name) => plain(`\`${name}\` of squad \`${evidence.squad}\``, squad[name]));
    }
    if (look.at === 'zones') {
      return zones.flatMap((zone) =>
        look.resources.flatMap((name) => plain(`\`${name}\` of zone \`${zone.name}\``, zone.resources[name])),
      );
    }

    return [];
  };
};

const composedBy = (object: KubernetesObject | undefined, { registry }: World): Record<string, KubernetesObject> =>
  object === undefined ? {} : outcomeOf(object, registry).resources;
