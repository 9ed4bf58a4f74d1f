import type { Condition } from '../round/condition.ts';
import { listed } from '../words/listed.ts';
import type { BackupState } from './provider.ts';

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
