import type { RiskReason } from './risk.ts';

/** Something that exists because of a component, in the words of those who use it. Names are in backticks. */
export interface Thing {
  /** The same as long as it is the same thing: `login.app`. */
  key: string;
  /** What it is: "database `galaxy_billing`". */
  name: string;
  /** What it is for, where it is new: "which reads and writes the data". */
  purpose?: string;
  /** Local names of the resources that make it. The first decides whether it goes or stays when it is removed. */
  resources: string[];
  holds: 'data' | 'access' | 'rules';
  /** No two of one label. One that is not there is as one with an empty value. */
  facts: Fact[];
  /** What removing it means if it goes with its resource, and if it stays: "with all its data". */
  lost: string;
  kept: string;
  /** Who gets where by it, for the picture: a component of the same zone with the credentials of a Secret, or people. */
  reaches?: { component: string; secret: string } | { people: string; may: string };
  /** The setting that asks for it, in a dotted path: what is told of it then needs no further word. */
  path?: string;
}

/** A text from a document as a name in words: nothing in it can end the quotation. */
export const quoted = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

/** What a change in one direction means for who reviews it. That it means nothing has to be said: nobody can forget it. */
export type Meaning = 'none' | RiskReason | readonly RiskReason[];

/** What all facts have. What a document says freely is `quoted`. */
interface Property {
  label: string;
  /** What it means when it becomes more: a higher figure or rank, another entry of a list, a text where there was none. */
  wider: Meaning;
  /** What it means when it becomes less: a lower figure or rank, an entry that goes, no text where there was one. */
  narrower: Meaning;
  /** What it means where the thing itself is new: nothing unless it is said. */
  whenNew?: RiskReason;
  /** The label of the fact with which it comes and goes, where that one says what this means. */
  comesWith?: string;
  /** Left out: always. Where it only matters when it changes, what is new is told without it. */
  isSaid?: 'when it changes';
  /** The setting, or the field of the document, that says it and nothing else, in a dotted path. */
  path?: string;
}

/** So much of something; infinite if nobody set a limit. */
interface Amount extends Property {
  value: number;
  /** The most that is allowed here: shown when it is nearly used. */
  most?: number;
  rank?: undefined;
  replaced?: undefined;
  opens?: undefined;
}

/** One of several values of which some are more than others. */
interface Ranked extends Property {
  /** An empty text is not said. */
  value: string;
  /** How much it is, in any figures: two of the same rank are neither more nor less. */
  rank: number;
  replaced?: undefined;
  opens?: undefined;
}

/** A value that has no order. */
interface Text extends Property {
  /** An empty text is not said. */
  value: string;
  /** What it means when it becomes another. */
  replaced: Meaning;
  rank?: undefined;
  opens?: undefined;
}

/** Several values, in any order. */
interface List extends Property {
  /** An empty list is not said. */
  value: string[];
  /** What it means besides when nothing of it stays and something else comes. */
  replaced: Meaning;
  /** What becomes of entries that are no longer on the list. */
  left?: string;
  /** What the entries open: then this tells what is more and what is less, and not how they are written. */
  opens?: Opening[];
  rank?: undefined;
}

/** A property of a thing that people care about, with what it means to whoever reviews a change of it. */
export type Fact = Amount | Ranked | Text | List;

/** A way that is open: to a network without what stays closed in it, or to something that has no address. */
export interface Opening {
  /** What is the same of ways that can be compared: `TCP 5432`. */
  what: string;
  /** What opens it too, where there is such a thing. */
  partOf?: string;
  network?: string;
  /** Networks that stay closed in it. */
  except?: string[];
}

/** The rank of a value among others, from the least to the most. */
export const rankIn = (steps: readonly string[], value: string): number => steps.indexOf(value);
