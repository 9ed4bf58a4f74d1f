import { guaranteeFacts } from '../../documents/guarantees.ts';
import { differences } from '../../objects/difference.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { providerOf } from '../../providers/index.ts';
import { quoted, type Thing } from '../../providers/provider.ts';
import { readSquad } from '../../squad/read.ts';
import type { World } from '../../tree/world.ts';
import { type Concern, concern } from '../../words/risk.ts';
import { readZone, type Zone } from '../../zone/read.ts';
import { type Compared, type Consequence, changed, compareThings, together } from './things.ts';

const zoneThing = (zone: Zone): Thing => ({
  key: 'zone',
  name: `zone \`${zone.name}\``,
  resources: [],
  holds: 'rules',
  facts: [
    { label: 'for', value: zone.environment, wider: 'RightsWidened' },
    { label: 'in', value: quoted(zone.region) },
    { label: 'takes data that is', value: zone.dataClasses, wider: 'RightsWidened' },
    { label: 'is', value: zone.lifecycle },
  ],
  lost: 'nobody uses it',
  kept: '',
});

const componentThing = ({ name, provider }: Zone['components'][number]): Thing => ({
  key: `component.${name}`,
  name: `component \`${name}\` (${provider})`,
  resources: [],
  holds: 'rules',
  facts: [],
  lost: 'nobody uses it',
  kept: '',
});

type RegisteredComponent = Zone['components'][number];

const goes = (): boolean => false;

/** What a change of a Zone's document means. Both documents have been accepted. */
export const compareZone = (before: KubernetesObject | undefined, after: KubernetesObject | undefined): Compared => {
  const [old, now] = [before && readZone(before), after && readZone(after)];
  const thingsOf = (zone: Zone | undefined) => (zone ? [zoneThing(zone), ...zone.components.map(componentThing)] : []);
  const environment = (now ?? old)?.environment ?? '';
  const compared = compareThings(thingsOf(old), thingsOf(now), undefined, goes);
  const labels = differences(before?.metadata?.labels ?? {}, after?.metadata?.labels ?? {});

  return together([
    compared,
    ...(old && now ? now.components.map((component) => settingsOf(component, old, environment)) : []),
    {
      consequences: old && now ? labels.map((label) => said('label', label)) : [],
      concerns: [concern('PlatformChanged', environment, 'a zone is what squads build on')],
      told: new Set(),
    },
  ]);
};

const said = (
  what: string,
  { path, before, after }: { path: string; before: unknown; after: unknown },
): Consequence => ({
  effect: 'change',
  where: undefined,
  words: `changes ${what} ${quoted(path)}: ${brief(after)} instead of ${brief(before)}`,
});

const longest = 80;

const brief = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= longest ? quoted(text) : 'another value';
};

const settingsOf = (
  { name, provider, settings }: Zone['components'][number],
  old: Zone,
  environment: string,
): Compared => {
  const previous = old.components.find((other) => other.name === name && other.provider === provider);
  if (previous === undefined) return { consequences: [], concerns: [], told: new Set() };
  const { words, target } = providerOf(provider);
  const meanings: Record<string, string> = words.zone;
  const isOther = target(previous.settings) !== target(settings);

  return {
    consequences: differences(previous.settings, settings).map((difference) => {
      const consequence = said(`component \`${name}\``, difference);
      const meaning = meanings[difference.path.split('.')[0] ?? ''];
      return { ...consequence, words: `${consequence.words}, which ${meaning}` };
    }),
    concerns: [
      ...lostGuarantees(previous, { name, provider, settings }, environment),
      ...(isOther
        ? [
            concern(
              'ServerReplaced',
              environment,
              `component \`${name}\` gets other credentials, perhaps of another server`,
            ),
          ]
        : []),
    ],
    told: new Set(),
  };
};

/** What is no longer declared of a component, whether or not a Service uses it. */
const lostGuarantees = (before: RegisteredComponent, after: RegisteredComponent, environment: string): Concern[] => {
  const thingOf = (component: RegisteredComponent): Thing => ({
    ...componentThing(component),
    facts: guaranteeFacts(providerOf(component.provider).guarantees(component.settings)),
  });
  const { concerns } = changed(thingOf(before), thingOf(after), undefined);

  return concerns.map(({ reason, because }) => concern(reason, environment, because));
};

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
