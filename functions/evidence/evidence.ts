import { type DataClass, dataClassNeeds, needsOf } from '../documents/data-classes.ts';
import { declaredFacts } from '../documents/guarantees.ts';
import { zonesOf } from '../documents/zones.ts';
import { asText } from '../objects/record.ts';
import { toldOf } from '../providers/all-told.ts';
import { providerOf } from '../providers/index.ts';
import { type Outcome, outcomeOfService } from '../simulation/outcome.ts';
import type { TreeDocument } from '../tree/document.ts';
import { groupOf } from '../tree/group.ts';
import { Misused } from '../tree/problem.ts';
import { nameOf, type World } from '../tree/world.ts';
import { listed } from '../words/listed.ts';
import { type Fact, quoted, type Thing } from '../words/thing.ts';
import { historyOf } from './history.ts';
import { register } from './register/index.ts';
import type { OwnedGuardRail } from './register/owned.ts';
import type { DataPlace, Evidence, Subject } from './subject.ts';

/** Enough to see who works on it. */
const mostCommits = 5;

/**
 * The Service of that name: `galaxy/billing`, or `billing` if there is only one.
 *
 * @throws Misused if there is none, or more than one
 */
export const serviceIn = ({ services }: World, asked: string): TreeDocument => {
  const names = [...services.keys()];
  const found = names.filter((name) => name === asked || name.split('/')[1] === asked);
  const [only] = found;
  if (only !== undefined && found.length === 1) return services.get(only) as TreeDocument;
  if (found.length > 1) throw new Misused(`there is more than one Service ${asked}: name one of ${found.join(', ')}`);

  const some = names.length === 0 ? 'it has none' : `it has ${listed(names, 5)}`;
  throw new Misused(`there is no Service ${asked} in this tree: ${some}`);
};

/** What a tree says about one of its Services. */
export const evidenceOf = (world: World, document: TreeDocument): Subject => {
  const { object, file, line } = document;
  const squad = object.metadata?.namespace ?? '';
  // What is there may go on in closed zones, and evidence is about what is there.
  const outcome = outcomeOfService(object, world.open);
  const dataClass = outcome.service?.dataClass ?? asText(object.spec?.dataClass, 'internal');

  const evidence: Evidence = {
    service: nameOf(object),
    file,
    line,
    squad,
    group: groupOf(squad, world),
    refused: outcome.refused,
    history: historyOf(document, mostCommits),
    deciders: [
      ...lastChange('Squad', squad, world.squads),
      ...zonesOf(object).flatMap((zone) => lastChange('Zone', zone, world.zones)),
    ],
    dataClass,
    needs: Object.hasOwn(dataClassNeeds, dataClass) ? needsOf(dataClass as DataClass) : [],
    places: placesOf(outcome),
    access: outcome.parts.flatMap(({ component, things }) =>
      things
        .filter(({ holds }) => holds === 'access')
        .map((thing) => ({ component: component.component, zone: component.zone.name, words: accessWords(thing) })),
    ),
    declared: outcome.parts.map(({ component }) => ({
      component: component.component,
      zone: component.zone.name,
      facts: declaredFacts(providerOf(component.provider).guarantees(component.platform)).map(factOf),
    })),
    backups: outcome.parts.flatMap(({ component }) =>
      (toldOf(component.provider).words.backups?.(component) ?? []).map((words) => ({
        component: component.component,
        zone: component.zone.name,
        words,
      })),
    ),
    guardRails: register.filter((guardRail) => concerns(guardRail, outcome)),
    unwatched: outcome.parts
      .filter(({ component }) => janitorOf(component) === 'none')
      .map(({ component }) => `${quoted(component.component)} in zone ${quoted(component.zone.name)}`),
    live: undefined,
  };

  return { evidence, document, outcome };
};

/** Where the data of a Service lies. */
export const placesOf = ({ parts }: Outcome): DataPlace[] =>
  parts.map(({ component, things }) => ({
    zone: component.zone.name,
    environment: component.zone.environment,
    region: component.zone.region,
    component: component.component,
    provider: component.provider,
    holds: things.filter(({ holds }) => holds === 'data').map(({ name }) => name),
  }));

const lastChange = (kind: 'Squad' | 'Zone', name: string, documents: Map<string, TreeDocument>) => {
  const document = documents.get(name);
  return document === undefined ? [] : [{ kind, name, history: historyOf(document, 1) }];
};

const factOf = ({ label, value }: Fact) => ({ label, value: Array.isArray(value) ? value.join(', ') : value });

const accessWords = ({ name, purpose, facts }: Thing): string =>
  [
    `${name}${purpose === undefined ? '' : `, ${purpose}`}`,
    ...facts
      .filter(({ isSaid }) => isSaid === undefined)
      .map(factOf)
      .flatMap(({ label, value }) => (value === '' ? [] : [`${label} ${value}`])),
  ].join('; ');

/** Whether the platform has a janitor for the sessions on the server of a component, where there are sessions. */
const janitorOf = ({ provider, platform }: Outcome['parts'][number]['component']): 'named' | 'none' | undefined => {
  const { janitor } = toldOf(provider);
  if (janitor === undefined) return undefined;

  return janitor(platform) === undefined ? 'none' : 'named';
};

/** Whether a guard rail has to do with what the Service has. */
const concerns = ({ provider, look }: OwnedGuardRail, { parts, resources, refused }: Outcome): boolean => {
  if (refused !== undefined) return false;
  if (provider === undefined) return true;
  const own = parts.filter(({ component }) => component.provider === provider);
  if (look.at === 'sessions') return own.some(({ component }) => janitorOf(component) === 'named');
  if (look.at !== 'component') return own.length > 0;

  return own.some(({ component }) => look.resources.some((local) => resources[component.prefix + local] !== undefined));
};

/** What every reader of evidence should know that it cannot say. */
export const limitsOf = ({ live, group, unwatched }: Evidence): string[] => [
  'Git tells who wrote and who committed a change, in names that they chose themselves; a signature tells whose key it was. Who approved it is known to your Git host and not to Git: a trailer such as `Reviewed-by` is what a message says.',
  `Who the people of group ${quoted(group)} are is known to your identity provider.`,
  'Administrators of the hub, of the servers and of the clusters can read everything; Squadkit gives nobody that right and takes it from nobody.',
  'What is declared is what the platform answers for. Nobody has looked at disks, backups or regions.',
  'Data that workloads copy elsewhere, and volumes in a namespace, are outside of what is said here about backups.',
  ...(unwatched.length > 0
    ? [
        `Nobody ends sessions that are open when their login ends on ${listed(unwatched, 5)}: the Zone names no janitor, and nothing here says what such sessions still do.`,
      ]
    : []),
  live === undefined
    ? 'Nobody has looked at a hub: this is what Git wants, and what Squadkit makes of it. Add `--live` to look.'
    : 'The hub was looked at once, at the time above; no Secret was read.',
  ...(live !== undefined && live.backups.length > 0
    ? [
        'What is known of backups was said by the programs that make and prove them; the store was not asked. A Service that is paused, or on which Crossplane fails, says what it said before.',
      ]
    : []),
];
