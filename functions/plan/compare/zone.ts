import { guaranteeFacts } from '../../documents/guarantees.ts';
import { differences } from '../../objects/difference.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { toldOf } from '../../providers/all-told.ts';
import { providerOf } from '../../providers/index.ts';
import { type Concern, concern } from '../../words/risk.ts';
import { quoted, type Thing } from '../../words/thing.ts';
import { readZone, type Zone } from '../../zone/read.ts';
import { type Compared, type Consequence, changed, compareThings, goes, together } from './things.ts';

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

const longestValue = 80;

const brief = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= longestValue ? quoted(text) : 'another value';
};

const settingsOf = (
  { name, provider, settings }: Zone['components'][number],
  old: Zone,
  environment: string,
): Compared => {
  const previous = old.components.find((other) => other.name === name && other.provider === provider);
  if (previous === undefined) return { consequences: [], concerns: [], told: new Set() };
  const meanings: Record<string, string> = toldOf(provider).words.zone;
  const { target } = providerOf(provider);
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
