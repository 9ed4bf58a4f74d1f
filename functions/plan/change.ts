import type { ResourceChange } from '../objects/difference.ts';
import type { Thing } from '../providers/provider.ts';
import type { Part, Refused } from '../simulation/outcome.ts';
import type { Concern, Risk } from '../words/risk.ts';
import type { Consequence } from './compare/things.ts';

/** What happens to one document, and because of it. */
export interface Change {
  kind: 'Service' | 'Zone' | 'Squad' | 'Approvals';
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

/** What a picture needs of a component; a plan of ten thousand Services keeps nothing else of it. */
export interface Drawn {
  zone: string;
  environment: string;
  component: string;
  provider: string;
  /** What it holds: "database `galaxy_billing`". */
  name: string;
  reaches: { name: string; to: NonNullable<Thing['reaches']> }[];
}

/** Components as a picture shows them. */
export const drawn = (parts: Part[]): Drawn[] =>
  parts.map(({ component: { zone, component, provider }, things }) => ({
    zone: zone.name,
    environment: zone.environment,
    component,
    provider,
    name: things.find(({ holds }) => holds === 'data')?.name ?? provider,
    reaches: things.flatMap(({ name, reaches }) => (reaches === undefined ? [] : [{ name, to: reaches }])),
  }));
