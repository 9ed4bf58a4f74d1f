import type { KubernetesObject } from '../objects/resource.ts';
import type { GuardRail } from '../words/guard-rail.ts';
import type { Fact, Thing } from '../words/thing.ts';
import type { Binding } from './binding.ts';
import type { Component } from './provider.ts';

/** What a plan says about a component, for people who know neither Crossplane nor this technology's resources. */
export interface Words<ZoneSettings, ServiceSettings> {
  things: (component: Component<ZoneSettings, ServiceSettings>, bindings: Binding[]) => Thing[];
  /**
   * Who makes copies of the data, where they lie and who reads them, for evidence, a line each. Left out where Squadkit makes
   * none.
   */
  backups?: (component: Component<ZoneSettings, ServiceSettings>) => string[];
  /** What a change of each of the platform's settings means for the squads that use the component. */
  zone: Record<keyof ZoneSettings & string, string>;
  /**
   * What a change of each of them means for who reviews it, whether or not a Service uses the component: facts of what is
   * registered, which are told by their directions only. What `guarantees` and `target` of the provider say is known besides.
   */
  registered: Record<keyof ZoneSettings & string, 'none' | ((settings: ZoneSettings) => Fact[])>;
}

/** What the status of a component on a hub says of the backups of one of its databases. */
export interface BackupsSaid {
  /** What they are of: "database `galaxy_billing`". */
  of: string;
  /** The last backup of it; undefined if there is none, or nothing is said of it. */
  last: { at: string; bytes: number; rows: number; keptUntil: string } | undefined;
  /** The last time when one of its backups was restored and compared, and of when that one is; undefined if none was. */
  proven: { at: string; backup: string; seconds: number } | undefined;
  /** All of it, or that there is none. */
  words: string;
  /** What the status says besides. */
  details: string[];
}

/** What a field of a component's status is. */
export type StatusField = PlainField | { type: 'object'; description: string; fields: Record<string, PlainField> };

/** A field with nothing below it. */
export interface PlainField {
  type: 'string' | 'integer' | 'strings';
  /** For the squad that reads it, with a full stop. */
  description: string;
}

/**
 * What is told about one technology: all that only plan, evidence and generation need, and the function never says. The
 * `told.ts` of a provider's folder exports one of these; its `index.ts` imports nothing of it, so that the function does
 * not carry it.
 */
export interface Told<ZoneSettings = unknown, ServiceSettings = unknown> {
  words: Words<ZoneSettings, ServiceSettings>;
  /** Every field that its `status` may say, for the schema and the page of Services. */
  statusFields: Record<string, StatusField>;
  /** What holds for each of its components whatever a squad writes, for the register. */
  guardRails: readonly GuardRail[];
  /** The Secret on the hub by which a server or cluster is reached, and the keys that it needs. */
  credentials: (settings: ZoneSettings) => { namespace: string; name: string; keys: string[] };
  /**
   * The Secret by which open sessions of logins that have ended are ended, in the janitor's namespace on the hub, and the
   * keys that it needs; its answer is undefined where the platform has registered none. Left out where there are no sessions.
   */
  janitor?: (settings: ZoneSettings) => { name: string; keys: string[] } | undefined;
  /**
   * The Secret on the hub by which backups are put into their store, and the keys that it needs; its answer is undefined
   * where the platform has registered none. Left out where Squadkit makes no backups.
   */
  store?: (settings: ZoneSettings) => { namespace: string; name: string; keys: string[] } | undefined;
  /**
   * The Secret on the hub by which backups are proven, and the keys that it needs; its answer is undefined where the platform
   * has registered none. Left out where Squadkit makes no backups.
   */
  drill?: (settings: ZoneSettings) => { namespace: string; name: string; keys: string[] } | undefined;
  /**
   * Connection details that a managed resource of this provider would publish, for the plan; undefined if it
   * publishes none. Asked only of what a component of this provider composed: another may use the same kinds. Values are
   * placeholders: no plan ever has a real one.
   */
  simulate?: (object: KubernetesObject) => Record<string, string> | undefined;
  /**
   * What the status of a managed resource of this provider would show of the thing outside, for the plan; undefined if it
   * shows nothing that is read back. Asked only of what a component of this provider composed.
   */
  shown?: (object: KubernetesObject) => Record<string, unknown> | undefined;
  /**
   * What the status of a component says there of its backups, for evidence, by database. Asked only where the component has
   * a `store`. Left out where Squadkit makes none.
   */
  backupsSaid?: (component: Component<ZoneSettings, ServiceSettings>, status: Record<string, unknown>) => BackupsSaid[];
  /**
   * What stands on the hub in the place of a resource that Git wants, by what the status of its component says there; the
   * same where nothing can. Asked only of what a component of this provider composed.
   */
  successor?: (object: KubernetesObject, status: Record<string, unknown>) => KubernetesObject;
  /**
   * What a managed resource of this provider wants outside, and what it last saw there, for evidence; undefined if it
   * does not tell. Asked only of what a component of this provider composed.
   */
  outside?: (wanted: KubernetesObject, found: KubernetesObject) => { wanted: unknown; found: unknown } | undefined;
}

/** Checks it against its own settings' types, then forgets them: shared code passes parsed settings back. */
export const defineTold = <ZoneSettings, ServiceSettings>(told: Told<ZoneSettings, ServiceSettings>): Told =>
  told as unknown as Told;
