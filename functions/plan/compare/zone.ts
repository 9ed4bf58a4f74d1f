import { guaranteeFacts } from '../../documents/guarantees.ts';
import { differences } from '../../objects/difference.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { toldOf } from '../../providers/all-told.ts';
import { providerOf } from '../../providers/index.ts';
import { concern } from '../../words/risk.ts';
import { type Fact, quoted, type Thing } from '../../words/thing.ts';
import { type RegisteredComponent, readZone, type Zone } from '../../zone/read.ts';
import { zoneSpec } from '../../zone/schema.ts';
import { type Compared, changed, compareThings, goes, same, together } from './things.ts';
import { said, untold } from './untold.ts';

/** What is said of what goes: a Zone that is in use is protected. */
export const unused = 'nobody uses it';

const zoneThing = (zone: Zone): Thing => ({
  key: 'zone',
  name: `zone \`${zone.name}\``,
  resources: [],
  holds: 'rules',
  facts: [
    {
      ...{ label: 'for', value: zone.environment, path: 'environment' },
      ...{ wider: 'none', narrower: 'none', replaced: 'RightsWidened' },
    },
    {
      ...{ label: 'in', value: quoted(zone.region), path: 'region' },
      ...{ wider: 'none', narrower: 'none', replaced: 'GuaranteeLost' },
    },
    {
      ...{ label: 'takes data that is', value: zone.dataClasses, path: 'dataClasses' },
      ...{ wider: 'RightsWidened', narrower: 'none', replaced: 'none' },
    },
    {
      ...{ label: 'is', value: zone.lifecycle, path: 'lifecycle' },
      ...{ wider: 'none', narrower: 'none', replaced: 'none' },
    },
  ],
  lost: unused,
  kept: '',
});

const componentThing = ({ name, provider }: RegisteredComponent): Thing => ({
  key: `component.${name}`,
  name: `component \`${name}\` (${provider})`,
  resources: [],
  holds: 'rules',
  facts: [],
  lost: unused,
  kept: '',
  path: `components.${name}`,
});

/** What a change of a Zone's document means. Both documents have been accepted. */
export const compareZone = (before: KubernetesObject | undefined, after: KubernetesObject | undefined): Compared => {
  const [old, now] = [before && readZone(before), after && readZone(after)];
  const thingsOf = (zone: Zone | undefined) => (zone ? [zoneThing(zone), ...zone.components.map(componentThing)] : []);
  const environment = (now ?? old)?.environment ?? '';
  const compared = together([
    compareThings(thingsOf(old), thingsOf(now), undefined, goes, environment),
    ...(old && now ? now.components.map((component) => settingsOf(component, old, environment)) : []),
  ]);
  const [left, right] = [before, after].map((object) => object && zoneSpec.parse(object.spec));

  return together([
    compared,
    {
      ...same,
      consequences: old && now ? untold('zone', { before: left, after: right }, compared.paths) : [],
      concerns: [concern('PlatformChanged', environment, 'a zone is what squads build on')],
    },
  ]);
};

const settingsOf = (component: RegisteredComponent, old: Zone, environment: string): Compared => {
  const { name, provider, settings } = component;
  const previous = old.components.find((other) => other.name === name && other.provider === provider);
  if (previous === undefined) return same;
  const meanings: Record<string, string> = toldOf(provider).words.zone;
  const { target } = providerOf(provider);
  const isOther = target(previous.settings) !== target(settings);

  return {
    ...same,
    consequences: differences(previous.settings, settings).map((difference) => {
      const consequence = said(`component \`${name}\``, difference);
      const meaning = meanings[difference.path.split('.')[0] ?? ''];
      return { ...consequence, words: `${consequence.words}, which ${meaning}` };
    }),
    concerns: [
      // What it means whether or not a Service uses the component.
      ...changed(withFacts(previous), withFacts(component), undefined, environment).concerns,
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
    paths: new Set([`components.${name}.${provider}`]),
  };
};

/** A component with what is guaranteed of it, and with what each of its settings is to whoever reviews a change of it. */
const withFacts = (component: RegisteredComponent): Thing => {
  const { provider, settings } = component;
  const registered: Record<string, 'none' | ((settings: unknown) => Fact[])> = toldOf(provider).words.registered;

  return {
    ...componentThing(component),
    facts: [
      ...guaranteeFacts(providerOf(provider).guarantees(settings)),
      ...Object.values(registered).flatMap((factsOf) => (factsOf === 'none' ? [] : factsOf(settings))),
    ],
  };
};
