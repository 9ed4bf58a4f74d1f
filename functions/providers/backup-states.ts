import type { KubernetesObject } from '../objects/resource.ts';
import type { Requirements } from '../round/answer.ts';
import type { Condition } from '../round/condition.ts';
import type { Actor } from '../round/refusal.ts';
import { listed } from '../words/listed.ts';

/** What is known of the backups of a component, as the condition `BackedUp` says it, and whose move it is. */
export interface BackupState {
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  /** Without a full stop. */
  message: string;
  actor: Actor;
  /** What somebody has to do, without a full stop. */
  next: string;
}

/** How what is kept of a Service that is gone is backed up, in one zone. */
export interface KeptBackup extends BackupState {
  service: string;
  zone: string;
  component: string;
}

/** Where backups go on when their Service is gone, and what is said of them there, on the hub. */
export interface KeptBackups {
  /** What is looked for there of a squad. */
  selector: (squad: string) => Requirements[string];
  /** What one of these objects says; undefined if it says nothing. `now` in milliseconds since 1970. */
  read: (object: KubernetesObject, now: number) => KeptBackup | undefined;
}

/** More of them do not fit into a column. */
const most = 3;

/** In which order states of backups are said. */
const order = ['False', 'Unknown', 'True'];

/** The worst first; what is as bad stays in its order. */
export const worstFirst = <State extends Pick<BackupState, 'status'>>(states: State[]): State[] =>
  [...states].sort((one, other) => order.indexOf(one.status) - order.indexOf(other.status));

/** The condition `BackedUp` of these, as the worst of them are, without a full stop; undefined if there are none. */
export const backedUpAs = (
  states: Pick<BackupState, 'status' | 'reason' | 'message'>[],
): Omit<Condition, 'type'> | undefined => {
  const [worst] = worstFirst(states);
  if (worst === undefined) return undefined;
  const said = states.filter(({ status }) => status === worst.status).map(({ message }) => message);

  return { status: worst.status, reason: worst.reason, message: listed(said, most) };
};
