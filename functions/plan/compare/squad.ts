import type { KubernetesObject } from '../../objects/resource.ts';
import { readSquad } from '../../squad/read.ts';
import type { World } from '../../tree/world.ts';
import { type Concern, concern } from '../../words/risk.ts';
import { quoted, type Thing } from '../../words/thing.ts';
import { type Compared, type Consequence, compareThings, goes, together } from './things.ts';

const zonesOf = (world: World, name: string): string[] => {
  const status = world.registry.find({ kind: 'Squad', matchName: name })[0]?.status;
  return Array.isArray(status?.zones) ? status.zones : [];
};

/** As a list, which may be empty: a role that nobody has is not worth a word. */
const groupIn = (group: string | undefined): string[] => (group === undefined ? [] : [`group ${quoted(group)}`]);

const squadThing = (object: KubernetesObject, world: World): Thing => {
  const squad = readSquad(object);
  return {
    key: 'squad',
    name: `squad \`${squad.name}\``,
    purpose: `which gets the namespace \`${squad.name}\` on the platform's cluster`,
    resources: [],
    holds: 'rules',
    facts: [
      { label: 'with the people of', value: `group ${quoted(squad.group)}`, wider: 'RightsWidened' },
      { label: 'with the owners of', value: groupIn(squad.ownerGroup), wider: 'RightsWidened' },
      { label: 'with the guests of', value: groupIn(squad.guestGroup), wider: 'RightsWidened' },
      { label: 'with the pipelines of', value: groupIn(squad.deployerGroup), wider: 'RightsWidened' },
      { label: 'may use', value: zonesOf(world, squad.name), wider: 'RightsWidened' },
      { label: 'services at most', value: squad.services },
      {
        label: 'inherits',
        value: squad.inherits === undefined ? [] : [`what the squad ${quoted(squad.inherits)} has left`],
      },
      { label: 'is', value: squad.lifecycle },
    ],
    lost: 'with its namespace and everything in it',
    kept: '',
  };
};

/**
 * What a change of a Squad's document means. Both documents have been accepted.
 *
 * @param isFirst whether nothing is known of what was there before: then no name is told apart from others
 */
export const compareSquad = (
  before: { object: KubernetesObject; world: World } | undefined,
  after: { object: KubernetesObject; world: World } | undefined,
  isFirst: boolean,
): Compared => {
  const thingsOf = (side: typeof before) => (side ? [squadThing(side.object, side.world)] : []);
  const concerns: Concern[] = [
    concern('PlatformChanged', 'elsewhere', 'it decides what a squad may have'),
    ...inherited(before?.object, after?.object),
  ];

  return together([
    compareThings(thingsOf(before), thingsOf(after), undefined, goes),
    { consequences: isFirst ? [] : nameOf(before?.object, after?.object), concerns, told: new Set() },
  ]);
};

/** Who gets what another squad has left: a line in a document, and all of its data is somebody else's to read. */
const inherited = (before: KubernetesObject | undefined, after: KubernetesObject | undefined): Concern[] => {
  const [old, now] = [before && readSquad(before), after && readSquad(after)];
  if (now?.inherits === undefined || now.inherits === old?.inherits) return [];

  return [
    concern(
      'RightsWidened',
      'elsewhere',
      `squad \`${now.name}\` inherits everything that another squad of its name has left, whose id is ${now.inherits}`,
    ),
  ];
};

/**
 * What becomes of the name. A tree does not tell whether somebody had it before: the hub has a record of it, and this is
 * said before it refuses.
 */
const nameOf = (before: KubernetesObject | undefined, after: KubernetesObject | undefined): Consequence[] => {
  const said = (effect: Consequence['effect'], words: string) => [{ effect, where: undefined, words }];
  const [old, now] = [before && readSquad(before), after && readSquad(after)];
  if (now === undefined && old !== undefined) {
    return said('keep', `keeps the name \`${old.name}\`: what its Services left is given to nobody else by that name`);
  }
  if (old !== undefined || now === undefined || now.inherits !== undefined) return [];

  return said(
    'adjust',
    `takes the name \`${now.name}\`: if another squad had it and left something, the hub refuses this one until \`spec.inherits\` says so`,
  );
};
