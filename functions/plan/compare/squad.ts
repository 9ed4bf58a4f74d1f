import type { KubernetesObject } from '../../objects/resource.ts';
import { readSquad } from '../../squad/read.ts';
import type { World } from '../../tree/world.ts';
import { type Concern, concern } from '../../words/risk.ts';
import { quoted, type Thing } from '../../words/thing.ts';
import { type Compared, compareThings, goes, together } from './things.ts';

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
      { label: 'is', value: squad.lifecycle },
    ],
    lost: 'with its namespace and everything in it',
    kept: '',
  };
};

/** What a change of a Squad's document means. Both documents have been accepted. */
export const compareSquad = (
  before: { object: KubernetesObject; world: World } | undefined,
  after: { object: KubernetesObject; world: World } | undefined,
): Compared => {
  const thingsOf = (side: typeof before) => (side ? [squadThing(side.object, side.world)] : []);
  const concerns: Concern[] = [concern('PlatformChanged', 'elsewhere', 'it decides what a squad may have')];

  return together([
    compareThings(thingsOf(before), thingsOf(after), undefined, goes),
    { consequences: [], concerns, told: new Set() },
  ]);
};
