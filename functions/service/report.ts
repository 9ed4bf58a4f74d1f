import { conditionOf, type KubernetesObject, type Observed, whateverItSays } from '../objects/resource.ts';
import { timeOf } from '../objects/time.ts';
import type { Claim } from '../ownership/claim.ts';
import { sightOf } from '../ownership/sight.ts';
import { backedUpAs } from '../providers/backup-states.ts';
import { providerOf } from '../providers/index.ts';
import type { Leftovers } from '../providers/leftovers.ts';
import { failingIn, isPassing, type Trouble, troubles, worstOf } from '../providers/trouble.ts';
import type { Answer } from '../round/answer.ts';
import { actionNeeded, type Condition, saidBefore } from '../round/condition.ts';
import type { Request } from '../round/request.ts';
import type { Composed } from '../waiting/composed.ts';
import type { Gated } from '../waiting/gate.ts';
import { rest, works } from '../waiting/pace.ts';
import { listed } from '../words/listed.ts';
import type { ComposedComponent, ComposedZone } from './compose.ts';
import { leftMove } from './left.ts';
import type { Resolved } from './resolve.ts';

/** More of them do not fit into a column. */
const most = 3;

/** Seconds until the next round while the Squad or a Zone has not been looked at since it was changed. */
const changing = 10;

const wait = 'Nobody has to act: wait';

const accepted = ({ squad, zones }: Resolved): Condition => ({
  type: 'Accepted',
  status: 'True',
  reason: 'Accepted',
  message: `Squad ${squad.name} may have this in ${zones.map(({ zone }) => zone.name).join(', ')}.`,
});

const provisioned = (names: string[], gated: Gated, failing: Trouble[], unready: string[]): Condition => {
  const type = 'Provisioned';
  const made = names.filter((name) => gated.resources[name]?.ready);
  const worst = worstOf(failing);
  if (worst !== undefined) {
    return {
      type,
      status: 'False',
      reason: 'Failing',
      message: `${listed(
        failing.map((trouble) => trouble.name),
        most,
      )}: ${worst.next}. Move: ${worst.actor}.`,
    };
  }
  if (unready.length > 0) {
    return {
      type,
      status: 'False',
      reason: 'WaitingForZone',
      message: `Zone ${unready.join(', ')} is not ready: nothing new is created there. Platform: kubectl describe zone ${unready[0]}.`,
    };
  }
  if (made.length < names.length) {
    const next = names.filter((name) => gated.resources[name]?.ready === false);
    return {
      type,
      status: 'False',
      reason: 'Creating',
      message: `${made.length} of ${names.length} ready, next ${listed(next.length > 0 ? next : names.filter((name) => !gated.resources[name]), most)}. ${wait}.`,
    };
  }

  return { type, status: 'True', reason: 'Provisioned', message: `All ${names.length} resources are in place.` };
};

/** @param action whose move it is, of all that there is to say */
const delivered = (deliveries: [string, string][], gated: Gated, action: Condition): Condition => {
  const type = 'Delivered';
  const open = deliveries.filter(([name]) => !gated.resources[name]?.ready).map(([, what]) => what);
  if (deliveries.length === 0) {
    return {
      type,
      status: 'True',
      reason: 'NothingToDeliver',
      message: 'No cluster of these zones is in the Service.',
    };
  }
  if (open.length > 0) {
    const next = action.reason === 'Nobody' ? wait : `Move: ${action.reason}`;
    return { type, status: 'False', reason: 'Delivering', message: `Not there yet: ${listed(open, most)}. ${next}.` };
  }

  return {
    type,
    status: 'True',
    reason: 'Delivered',
    message: `There: ${listed(
      deliveries.map(([, what]) => what),
      9,
    )}.`,
  };
};

/** Said where there were backups: Crossplane keeps a condition that is no longer said (v2.3.4, composite/reconciler.go:947-957). */
const noLonger: Condition = {
  ...{ type: 'BackedUp', status: 'False', reason: 'NoBackups' },
  message:
    'Squadkit makes no backups of what it has: no Zone of it says backups where it has data. Of what it has left its Squad speaks.',
};

/** Whether everything that holds data is backed up, as those say that back up themselves; nothing where nobody ever did. */
const backedUp = (composite: KubernetesObject, composed: ComposedComponent[]): Condition[] => {
  const said = backedUpAs(
    composed.flatMap(({ component }) => providerOf(component.provider).backedUp?.(component) ?? []),
  );
  if (said === undefined) return conditionOf(composite, 'BackedUp') === undefined ? [] : [noLonger];

  return [{ type: 'BackedUp', ...said, message: `${said.message}.` }];
};

/** Whose move it is: of the first trouble that somebody can end, else the platform's if a zone is not ready. */
const move = (failing: Trouble[], unready: string[], whenReady: string | undefined): Condition => {
  const worst = worstOf(failing);
  if (worst !== undefined && worst.actor !== 'Nobody') return actionNeeded(worst.actor, `${worst.next}.`);
  if (whenReady !== undefined) return actionNeeded('Nobody', whenReady);
  if (unready.length > 0) {
    return actionNeeded('Platform', `Zone ${unready[0]} is not ready: kubectl describe zone ${unready[0]}.`);
  }

  return actionNeeded('Nobody', 'Wait: it is being created.');
};

/** What somebody has to do although everything works, of the first component that says so. */
const moveWhenReady = (composed: ComposedComponent[]): Condition | undefined => {
  const [first] = composed.flatMap(({ component }) => providerOf(component.provider).move?.(component) ?? []);

  return first && actionNeeded(first.actor, `${first.next}.`);
};

const isMoving = ({ component }: ComposedComponent): boolean =>
  providerOf(component.provider).isMoving?.(component) ?? false;

/** What was published of a connection and is passed over. */
const oddDetails = ({ component }: ComposedComponent): Trouble[] =>
  (providerOf(component.provider).oddDetails?.(component) ?? []).map(({ local, actor, next }) => ({
    name: component.prefix + local,
    actor,
    next,
  }));

/** Seconds until time alone changes something, at least one. */
const secondsUntilWoken = (composed: ComposedComponent[], now: number): number => {
  const moments = composed.flatMap(({ component }) => providerOf(component.provider).wakes?.(component) ?? []);

  return Math.max(1, Math.ceil((Math.min(...moments, Number.POSITIVE_INFINITY) - now) / 1000));
};

/**
 * What is said while everything works. Crossplane asks nobody about a Service that is being deleted (v2.3.4,
 * composite/reconciler.go:619-641), so this stays for as long as that takes: it has to be true then too.
 */
const working = (sentence: string, squad: string): string =>
  `${sentence} Once it is being deleted, it no longer does: Squad ${squad} says what that waits for.`;

const statusOf = (zones: ComposedZone[], { working }: Leftovers): Record<string, unknown> => ({
  ...(working > 0 && { left: working }),
  zones: zones.map(({ zone: { name, environment, region }, components }) => ({
    name,
    environment,
    region,
    components: components.map(({ status }) => status),
  })),
});

/** So long after it was not found something may be being made, in milliseconds. */
const longestMaking = 120_000;

/**
 * Whether something was looked for before it is made, and not found: that is what was hoped for, and it comes next. Made, it is
 * said for a moment more, until the provider has looked again.
 */
const isJustLookedFor = (claim: Claim | undefined, found: Observed, now: number): boolean =>
  (claim?.ownership === 'Unknown' || claim?.ownership === 'Ours') &&
  sightOf(found) === 'Absent' &&
  now - timeOf(conditionOf(found.object, 'Synced')?.lastTransitionTime) < longestMaking;

/** Says what is and whose move it is. */
export const report = (
  { composite, observed }: Request,
  resolved: Resolved,
  zones: ComposedZone[],
  gated: Gated,
  { now, pause, left }: { now: number; pause: number; left: Leftovers },
): Answer => {
  const composed = zones.flatMap(({ components }) => components);
  const resources: Record<string, Composed> = Object.assign({}, ...composed.map((part) => part.resources));
  const names = Object.keys(resources).sort();
  const deliveries = names.flatMap((name): [string, string][] => {
    const what = resources[name]?.delivers;
    return what === undefined ? [] : [[name, what]];
  });
  const ofPart = (name: string) => {
    const part = composed.find(({ component }) => name.startsWith(component.prefix));
    return part === undefined ? undefined : providerOf(part.component.provider);
  };
  // Of what is there whatever it says of itself, nothing is to be mended.
  const counting = Object.fromEntries(
    Object.entries(observed).filter(
      ([name, found]) =>
        resources[name]?.ready !== whateverItSays && !isJustLookedFor(resources[name]?.claim, found, now),
    ),
  );
  const failures = failingIn(counting, ofPart, now);
  const failing = [...troubles(failures, observed), ...composed.flatMap(oddDetails)];
  // What may be hidden for a moment is said on: whose move it is does not change to and fro.
  const isHidden = isPassing(failures, now);
  const before = (type: string): Condition | undefined => (isHidden ? saidBefore(composite, type) : undefined);
  const ready = names.every((name) => gated.resources[name]?.ready);
  const action =
    before('ActionNeeded') ??
    (ready ? (leftMove(left) ?? moveWhenReady(composed)) : undefined) ??
    move(failing, resolved.unready, ready ? working(works(composite, now), resolved.squad.name) : undefined);

  return {
    resources: gated.resources,
    conditions: [
      accepted(resolved),
      before('Provisioned') ??
        provisioned(
          names.filter((name) => resources[name]?.delivers === undefined),
          gated,
          failing,
          resolved.unready,
        ),
      delivered(deliveries, gated, action),
      ...backedUp(composite, composed),
      action,
    ],
    status: statusOf(zones, left),
    ready,
    ttl: Math.min(
      ready && !composed.some(isMoving) ? rest(composite, observed, now) : pause,
      resolved.isChanging ? changing : Number.POSITIVE_INFINITY,
      secondsUntilWoken(composed, now),
    ),
  };
};
