import type { BackupsSaid } from '../providers/told.ts';
import type { Outcome, Refused } from '../simulation/outcome.ts';
import type { TreeDocument } from '../tree/document.ts';
import type { History } from './history.ts';
import type { OwnedGuardRail } from './register/owned.ts';

/** Where data lies: a component of a zone, with what the Service has there. */
export interface DataPlace {
  zone: string;
  environment: string;
  region: string;
  component: string;
  provider: string;
  /** In words: "database `galaxy_billing`". */
  holds: string[];
}

/** A way to the data, in words. */
export interface Access {
  component: string;
  zone: string;
  words: string;
}

/** What the platform declares of a component, and nobody has verified. */
export interface Declared {
  component: string;
  zone: string;
  facts: { label: string; value: string | number }[];
}

/** What holds for one Service, for somebody who was not there. */
export interface Evidence {
  service: string;
  file: string;
  line: number;
  squad: string;
  /** Of the squad, in the identity provider. */
  group: string;
  /** Why nothing of this is applied, if it is so. */
  refused: Refused | undefined;
  history: History;
  /** The last change of what decides about it: the Squad and the Zones. */
  deciders: { kind: 'Squad' | 'Zone'; name: string; history: History }[];
  dataClass: string;
  /** What that class needs of every place, in words. */
  needs: string[];
  places: DataPlace[];
  access: Access[];
  declared: Declared[];
  /** Who makes copies of it, where they lie, and who reads them; none where Squadkit makes none. */
  backups: Access[];
  guardRails: OwnedGuardRail[];
  /** Components on whose servers nobody ends sessions of logins that have ended: `spike in zone frontier`. */
  unwatched: string[];
  /** What a look at a hub has shown; undefined if nobody looked. */
  live: Live | undefined;
}

/** What a look needs besides: what Git wants to be there. */
export interface Subject {
  evidence: Evidence;
  document: TreeDocument;
  outcome: Outcome;
}

/** What a look says of one guard rail. */
export interface Verdict {
  verdict: 'holds' | 'does not hold' | 'cannot be seen from here';
  /** What was looked at if it holds, and what is wrong or hidden if not. */
  because: string[];
}

/** What a Service on a hub says of the backups of one database. */
export interface LiveBackups extends BackupsSaid {
  component: string;
  zone: string;
}

/** What a look at a hub has shown. */
export interface Live {
  server: string;
  context: string;
  /** When it was looked at, in UTC. */
  time: string;
  /** The Service on the hub; undefined if it is not there or not to be seen. */
  service:
    | { generation: number; conditions: { type: string; status: string; reason: string; message: string }[] }
    | undefined;
  /** What there is to say of the Service as a whole, if it is not as Git wants it. */
  problems: string[];
  /** By database, where a Zone has a store. */
  backups: LiveBackups[];
  verdicts: Record<string, Verdict>;
}
