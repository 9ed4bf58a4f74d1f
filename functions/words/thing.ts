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
  facts: Fact[];
  /** What removing it means if it goes with its resource, and if it stays: "with all its data". */
  lost: string;
  kept: string;
  /** Who gets where by it, for the picture: a component of the same zone with the credentials of a Secret, or people. */
  reaches?: { component: string; secret: string } | { people: string; may: string };
}

/** A text from a document as a name in words: nothing in it can end the quotation. */
export const quoted = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

/** A property of a thing that people care about. What a document says freely is `quoted`. */
export interface Fact {
  label: string;
  /** An empty text or list is not said. */
  value: string | number | string[];
  /** What it means when it becomes more: a larger number, a longer list, a later step. Any change is more without steps. */
  wider?: RiskReason;
  /** What it means when it becomes less: the same in the other direction. */
  narrower?: RiskReason;
  /** The values in the order of what they allow. */
  steps?: string[];
  /** The most that is allowed here: shown when it is nearly used. */
  most?: number;
  /** What becomes of entries that are no longer on the list. */
  left?: string;
}
