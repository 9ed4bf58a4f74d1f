import type { Observed } from '../objects/resource.ts';
import type { Answer, Requirements } from './answer.ts';
import { actionNeeded, type Condition } from './condition.ts';
import type { Refusal } from './refusal.ts';
import type { Request } from './request.ts';

/** A composite kind: how it is read, what it needs to see, what it composes, and what it says when it is refused. */
export interface Kind<Document = unknown> {
  kind: string;
  /** Throws a Refusal if the document is malformed. */
  read: (request: Request) => Document;
  /** Selectors by key; the same document and observed resources always give the same ones. */
  requires: (document: Document, request: Request) => Requirements;
  /** Throws a Refusal if the document is not allowed. `now` is in milliseconds since 1970. */
  compose: (document: Document, request: Request, now: number) => Answer;
  /**
   * What goes on of a document that was accepted earlier, while the one that is there is refused, with what the platform
   * says now: what exists is kept up to date, and within what the platform allows now; nothing is created but what
   * something that exists was built on; nothing is left out but access that the platform has taken away.
   *
   * Throws a Refusal if it cannot be resolved any more.
   */
  keep: (document: Document, request: Request, now: number) => Answer;
  /**
   * Whether the composed resource of that name only gives access, or was made such that it ends without a trace: it goes as soon
   * as the platform takes that away.
   */
  isAccess: (name: string, document: Document, observed: Observed) => boolean;
  /** Whether new ones are begun a few at a time. */
  takesTurns?: boolean;
  /** When `Stalled` is True, besides in a refusal. */
  stalls: 'while anybody must act' | 'while refused';
  /** Conditions besides `Accepted` and `ActionNeeded` that a refusal leaves as they are. */
  keeps: string[];
  /** Conditions that a refusal leaves as they are where there are any, and says nothing of otherwise. */
  keepsIfSaid: string[];
}

/** Checks a kind against its own document's type, then forgets it: only `read` makes what the others get. */
export const defineKind = <Document>(kind: Kind<Document>): Kind => kind as unknown as Kind;

/** The two conditions that say why a document is refused and whose move it is. */
export const refusedConditions = (refusal: Refusal): [Condition, Condition] => [
  { type: 'Accepted', status: 'False', reason: refusal.reason, message: refusal.message },
  actionNeeded(refusal.actor, refusal.message),
];
