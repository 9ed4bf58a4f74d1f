import type { ResourceChange } from '../objects/difference.ts';
import type { Outcome, Part, Refused } from '../simulation/outcome.ts';
import type { TreeDocument } from '../tree/document.ts';
import { nameOf } from '../tree/world.ts';
import { type Concern, concern, highest, type Risk } from '../words/risk.ts';
import type { Thing } from '../words/thing.ts';
import { onlyWords, withReaders } from './compare/metadata.ts';
import type { ServiceComparison } from './compare/service.ts';
import type { Consequence } from './compare/things.ts';

/** What happens to one document, and because of it. */
export interface Change {
  kind: 'Service' | 'Zone' | 'Squad' | 'Approvals' | 'File';
  /** `galaxy/billing`, `frontier` */
  name: string;
  action: 'create' | 'change' | 'remove' | 'rename' | 'transfer' | 'refuse';
  /** The name that a renamed Service had. */
  was?: string;
  /** In a few words: "new in frontier (production)". */
  title: string;
  file: string;
  line: number;
  /** Why it changes although its own document does not: `Zone frontier`. */
  causes: string[];
  /** Squads whose Services it touches. */
  squads: string[];
  environments: string[];
  risk: Risk;
  concerns: Concern[];
  consequences: Consequence[];
  refused: Refused | undefined;
  resources: ResourceChange[];
  /** Components of a Service before and after, for the picture. */
  before: Drawn[];
  after: Drawn[];
}

/** Of a change that is no Service's: whom it touches, and what lies underneath. */
export const nobody = {
  squads: [],
  environments: [],
  before: [],
  after: [],
  causes: [],
  concerns: [],
  consequences: [],
  resources: [],
};

/** What a picture needs of a component; a plan of ten thousand Services keeps nothing else of it. */
export interface Drawn {
  zone: string;
  environment: string;
  component: string;
  provider: string;
  /** What it holds: "database `galaxy_billing`". */
  name: string;
  reaches: NonNullable<Thing['reaches']>[];
}

/** Components as a picture shows them. */
export const drawn = (parts: Part[]): Drawn[] =>
  parts.map(({ component: { zone, component, provider }, things }) => ({
    zone: zone.name,
    environment: zone.environment,
    component,
    provider,
    name: things.find(({ holds }) => holds === 'data')?.name ?? provider,
    reaches: things.flatMap(({ reaches }) => reaches ?? []),
  }));

/** Everything that is known about what happens to a Service. */
export interface ServiceStory {
  document: TreeDocument;
  /** Its document in the base. */
  old: TreeDocument | undefined;
  before: Outcome | undefined;
  /** The environments of what is there and nobody knows, because the base refuses its document. */
  unknownIn: string[] | undefined;
  after: Outcome | undefined;
  causes: string[];
  /** Missing if it is refused: then nothing happens. */
  compared?: ServiceComparison;
}

/** Of what was accepted once, and nobody knows when and how. */
export const unknown: Concern = concern(
  'NotReadable',
  'elsewhere',
  'it was refused before, so what it has is not told by this tree, and may end by this',
);

/** A Service's change, with its title and its place. */
export const changeOf = (story: ServiceStory): Change => {
  const { document, old, before, unknownIn, after, causes, compared } = story;
  const refused = after?.refused;
  const parts = [...(after?.parts ?? []), ...(before?.parts ?? [])];
  const { consequences, resources, ...rest } = compared ?? { consequences: [], concerns: [], resources: [] };
  const isUnknown = unknownIn !== undefined && refused === undefined;
  const isChange = consequences.length > 0 || resources.length > 0 || isUnknown;
  const concerns = isUnknown ? [unknown, ...rest.concerns.filter(({ reason }) => reason !== 'New')] : rest.concerns;
  const { line } = refused === undefined ? document : document.positionOf(refused.path);
  const squad = document.object.metadata?.namespace ?? '';

  const change: Change = {
    kind: 'Service',
    name: nameOf(document.object),
    action: refused
      ? 'refuse'
      : after === undefined
        ? 'remove'
        : before === undefined && !isUnknown
          ? 'create'
          : 'change',
    title: titleOf(story, isChange),
    file: document.file,
    line,
    causes,
    squads: [squad],
    environments: [...new Set([...parts.map(({ component }) => component.zone.environment), ...(unknownIn ?? [])])],
    risk: isChange ? highest(concerns.map(({ risk }) => risk)) : 'none',
    concerns: isChange ? concerns : [],
    consequences,
    refused,
    resources,
    before: drawn(before?.parts ?? []),
    after: drawn(after?.parts ?? []),
  };

  return withReaders(change, old?.object, after === undefined ? undefined : document.object);
};

/** `frontier (production) and meadow (engineering)` */
export const zonesIn = (outcome: Outcome | undefined): string => {
  const zones = (outcome?.parts ?? []).map(({ component: { zone } }) => `${zone.name} (${zone.environment})`);
  return [...new Set(zones)].join(' and ');
};

const titleOf = ({ old, before, unknownIn, after, causes }: ServiceStory, isChange: boolean): string => {
  if (after?.refused !== undefined) {
    return old === undefined ? 'refused: nothing is created' : 'refused: what exists goes on as it is';
  }
  if (!isChange && after !== undefined) return onlyWords;
  if (unknownIn !== undefined) {
    return after === undefined ? 'removed, with whatever it has' : `changes to what is in ${zonesIn(after)}`;
  }
  if (after === undefined) return before === undefined ? 'removed; it was refused' : `removed from ${zonesIn(before)}`;
  if (before === undefined) return `new in ${zonesIn(after)}`;
  if (causes.length > 0) return `changes in ${zonesIn(after)}, because of ${causes.join(' and ')}`;

  return `changes in ${zonesIn(after)}`;
};
