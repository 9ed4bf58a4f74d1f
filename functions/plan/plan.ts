import { readApprovals } from '../documents/approvals.ts';
import { zonesOf } from '../documents/zones.ts';
import { isSame } from '../objects/same.ts';
import { admissionOf, nothing, type Outcome, outcomeOfService } from '../simulation/outcome.ts';
import type { TreeDocument } from '../tree/document.ts';
import { groupOf } from '../tree/group.ts';
import { emptyWorld, type World, worldOf } from '../tree/world.ts';
import { type Concern, highest, type Risk } from '../words/risk.ts';
import type { Approval } from './approval/approvals.ts';
import { approvalsFor } from './approval/approvals.ts';
import type { Change } from './change.ts';
import { changeOf } from './change.ts';
import { withReaders } from './compare/metadata.ts';
import { moved, pairMoves } from './compare/move.ts';
import { compareService } from './compare/service.ts';
import { deliveryChanges } from './deliveries.ts';
import { type Before, type Existing, existing, isNew } from './existing.ts';
import { withoutHub } from './hub.ts';
import { type Capacity, capacityOf } from './limits/capacity.ts';
import { protectedDocuments } from './limits/protection.ts';
import { type Quota, quotaOf } from './limits/quota.ts';
import { approvalsChange, documentChanges, unreadChanges } from './platform.ts';

/** What will happen, to whom, how risky it is and who must agree. */
export interface Plan {
  changes: Change[];
  approvals: Approval[];
  risk: Risk;
  /** Services that were refused before and still are: nobody's business in this change, but good to know. */
  refusedBefore: { name: string; message: string }[];
}

/** Everything that a plan compares. */
export interface Sides extends Omit<Before, 'base'> {
  target: World;
  /** What is there now; without it, everything is new. */
  base: World | undefined;
  /** Whether the resources underneath are wanted; without them a plan of many Services needs a fraction of the memory. */
  withResources?: boolean;
  /** Whether a change is to be told, by kind and name; others still count. */
  isAsked?: (change: Change) => boolean;
}

/** Compares two trees, or the same tree with two versions of Squadkit. */
export const planOf = ({
  target: asked,
  base,
  past,
  otherVersion,
  withResources = false,
  isAsked = () => true,
}: Sides): Plan => {
  const before = base ?? emptyWorld();
  const kept = protectedDocuments(before, asked);
  const target =
    kept.length === 0
      ? asked
      : withDocuments(
          asked,
          kept.map(({ document }) => document),
        );

  const services = serviceChanges({ base: before, past, otherVersion }, target, withResources);
  const platform = documentChanges({ base: before, past }, target, kept, services.changes);
  const told = [
    ...unreadChanges(before),
    ...platform,
    ...approvalsChange(before, target),
    ...deliveryChanges(base, asked),
    ...services.changes,
  ].filter(isAsked);
  const changes = withResources ? told.map(withoutHub) : told;

  return {
    changes,
    approvals: approvalsFor(changes, approvalsOf(base, target), (squad) => groupOf(squad, before, target)),
    risk: highest(changes.map(({ risk }) => risk)),
    refusedBefore: services.refusedBefore,
  };
};

const withDocuments = (world: World, more: TreeDocument[]): World => {
  const own = [world.services, world.squads, world.zones].flatMap((documents) => [...documents.values()]);
  const approvals = world.approvals === undefined ? [] : [world.approvals];
  const { problems: _, ...rest } = worldOf({
    documents: [...own, ...approvals, ...more],
    problems: [],
    files: world.files,
  });

  return { ...rest, problems: world.problems };
};

/** Nobody loosens the rules for the very change that loosens them, or names who agrees to it: the base's count. */
// Guard rail: nobody-owns-their-guard-rails
const approvalsOf = (base: World | undefined, target: World) => readApprovals((base ?? target).approvals?.object);

const changedNames = (before: Map<string, TreeDocument>, after: Map<string, TreeDocument>): Set<string> =>
  new Set(
    [...before.keys(), ...after.keys()].filter((name) => !isSame(before.get(name)?.object, after.get(name)?.object)),
  );

const serviceChanges = (before: Before, target: World, withResources: boolean) => {
  const { base, otherVersion } = before;
  const squads = changedNames(base.squads, target.squads);
  const zones = changedNames(base.zones, target.zones);
  const quota = quotaOf(target, (name) => base.services.has(name));
  const capacity = capacityOf(base, target);
  const refusedBefore: Plan['refusedBefore'] = [];
  const changes: Change[] = [];
  const tell = (...told: Change[]) => {
    changes.push(...(withResources ? told : told.map((change) => ({ ...change, resources: [] }))));
  };
  const moves = pairMoves(base.services, target.services);

  const causesOf = ({ object }: TreeDocument): string[] => [
    ...(squads.has(object.metadata?.namespace ?? '') ? [`Squad ${object.metadata?.namespace}`] : []),
    ...zonesOf(object).flatMap((zone) => (zones.has(zone) ? [`Zone ${zone}`] : [])),
  ];

  for (const name of new Set([...base.services.keys(), ...target.services.keys()])) {
    const [old, now] = [base.services.get(name), target.services.get(name)];
    if (old === undefined && now !== undefined && moves.to.has(name)) continue;
    if (old !== undefined && moves.from.has(name)) {
      const to = moves.from.get(name) as TreeDocument;
      const [was, becomes] = [existing(old, name, before), admitted(to, target, { quota, capacity })];
      if (was.outcome !== undefined && becomes.refused === undefined) {
        tell(withReaders(moved({ from: old, to }, was.outcome, becomes), old.object, to.object));
        continue;
      }
      tell(...single(to, undefined, isNew, becomes, []));
      tell(...single(old, old, was, undefined, []));
      continue;
    }

    const causes = now === undefined ? [] : causesOf(now);
    const isOwn = !isSame(old?.object, now?.object);
    if (!isOwn && causes.length === 0 && otherVersion === undefined) {
      const refused = now && outcomeOfAdmission(now, target);
      if (refused !== undefined) refusedBefore.push({ name, message: refused.message });
      continue;
    }
    const was = old === undefined ? isNew : existing(old, name, before);
    const becomes =
      now && admitted(now, target, { quota: old === undefined ? quota : undefined, capacity }, was.outcome);
    if (!isOwn && was.isRefused && becomes?.refused !== undefined) {
      refusedBefore.push({ name, message: becomes.refused.message });
      continue;
    }
    tell(
      ...single(
        (now ?? old) as TreeDocument,
        old,
        was,
        becomes,
        isOwn ? [] : causes.length > 0 ? causes : ['the new version of Squadkit'],
        (document) => [
          ...(old === undefined && now !== undefined ? quota.nearlyUsed(document) : []),
          ...(now === undefined ? [] : capacity.nearlyUsed(document)),
        ],
      ),
    );
  }

  return { changes, refusedBefore };
};

const admitted = (
  document: TreeDocument,
  target: World,
  { quota, capacity }: { quota?: Quota | undefined; capacity: Capacity },
  before?: Outcome,
): Outcome => {
  const refused = quota?.refused(document);
  if (refused !== undefined) return { ...nothing, refused };

  const outcome = outcomeOfService(document.object, target.registered, before?.observed);
  const exceeded = outcome.refused === undefined ? capacity.refused(document) : undefined;

  return exceeded === undefined ? outcome : { ...nothing, refused: exceeded };
};

/** Whether a Service that nobody touches is refused; what it has may go on in closed zones. */
const outcomeOfAdmission = ({ object }: TreeDocument, target: World) => admissionOf(object, target.open);

const single = (
  document: TreeDocument,
  old: TreeDocument | undefined,
  { outcome: before, unknownIn }: Existing,
  after: Outcome | undefined,
  causes: string[],
  nearlyUsed: (document: TreeDocument) => Concern[] = () => [],
): Change[] => {
  if (after?.refused !== undefined) return [changeOf({ document, old, before, unknownIn, after, causes })];
  const compared = compareService(before, after);
  const isNothing = compared.resources.length === 0 && compared.consequences.length === 0;
  if (causes.length > 0 && isNothing && unknownIn === undefined) return [];

  return [
    changeOf({
      document,
      old,
      before,
      unknownIn,
      after,
      causes,
      compared: { ...compared, concerns: [...compared.concerns, ...nearlyUsed(document)] },
    }),
  ];
};
