import type { Condition } from './condition.ts';
import type { Kind } from './kind.ts';
import type { Refusal } from './refusal.ts';

/**
 * `Reconciling` and `Stalled`, which machines read: of kstatus' two conditions (cli-utils, kstatus/status/generic.go) one is
 * True while something is not as it should be. Both are in every answer, because Crossplane keeps a condition that an
 * answer leaves out.
 *
 * A refused document is stalled, unless it only has to wait. So is a Service that is not ready and for which somebody has to
 * act; one that works is not, though somebody has to do something in time. A Squad or a
 * Zone is not, because one that is odd must not stop the delivery of all others.
 */
export const progressConditions = (
  { stalls }: Pick<Kind, 'stalls'>,
  conditions: Condition[],
  { refusal, isReady }: { refusal: Refusal | undefined; isReady: boolean },
): [Condition, Condition] => {
  const of = (type: string) => conditions.find((condition) => condition.type === type);
  const [accepted, action] = [of('Accepted'), of('ActionNeeded')];
  const isRefused = refusal !== undefined || accepted?.status === 'False';
  const mustAct = action?.status === 'True';
  if (mustAct && isRefused) return stalled(accepted?.reason ?? '', accepted?.message ?? '');
  if (mustAct && !isReady && stalls === 'while anybody must act') return stalled(action.reason, action.message);
  if (isRefused) return reconciling(accepted?.reason ?? '', accepted?.message ?? '');
  if (!isReady) return reconciling('InProgress', action?.message ?? '');

  return both(settled('Reconciling'), settled('Stalled'));
};

/** The same after a fault of ours: whoever waits is told at once. */
export const faultConditions = (message: string): [Condition, Condition] => stalled('Fault', message);

const both = (reconcilingIs: Condition, stalledIs: Condition): [Condition, Condition] => [reconcilingIs, stalledIs];

const settled = (type: string): Condition => ({ type, status: 'False', reason: 'Settled', message: '' });

const stalled = (reason: string, message: string): [Condition, Condition] =>
  both({ ...settled('Reconciling'), reason: 'Stalled' }, { type: 'Stalled', status: 'True', reason, message });

const reconciling = (reason: string, message: string): [Condition, Condition] =>
  both({ type: 'Reconciling', status: 'True', reason, message }, { ...settled('Stalled'), reason: 'InProgress' });
