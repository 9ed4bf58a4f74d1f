import { type Approvals, approvers, type Rule } from '../../documents/approvals.ts';
import { isAtLeast } from '../../words/risk.ts';
import type { Change } from '../change.ts';

/** Somebody who must agree, and to what. */
export interface Approval {
  /** `squad galaxy`, `platform`, `security` */
  approver: string;
  /** On the Git host, if the tree says so. */
  handle: string | undefined;
  /** Names of the changes, in their order. */
  changes: string[];
}

/** Who must agree to these changes. `groupOf` is a squad's group in the identity provider. */
export const approvalsFor = (
  changes: Change[],
  { handles, rules }: Approvals,
  groupOf: (squad: string) => string,
): Approval[] => {
  const needed = new Map<string, Approval>();
  const need = (approver: string, handle: string | undefined, change: Change) => {
    const known = needed.get(approver);
    if (known === undefined) needed.set(approver, { approver, handle, changes: [change.name] });
    else if (!known.changes.includes(change.name)) known.changes.push(change.name);
  };

  for (const change of changes) {
    const asked = new Set<string>(
      rules.filter((candidate) => fits(candidate, change)).flatMap((found) => found.approvers),
    );
    // Whose a file is that nobody could read, no rule can tell.
    if (change.kind === 'File') asked.add('platform');
    for (const approver of approvers.filter((candidate) => asked.has(candidate))) {
      if (approver !== 'squad') need(approver, handles[approver], change);
      else {
        for (const squad of change.squads) {
          const name = handles.squad?.replaceAll('{squad}', squad).replaceAll('{group}', groupOf(squad));
          need(`squad ${squad}`, name, change);
        }
      }
    }
  }

  return [...needed.values()].sort((a, b) => rank(a) - rank(b) || (a.approver < b.approver ? -1 : 1));
};

const rank = ({ approver }: Approval): number => ['platform', 'security'].indexOf(approver);

const fits = ({ documents, risk, reasons, environments }: Rule, change: Change): boolean =>
  change.risk !== 'none' &&
  (documents === undefined || documents.some((kind) => kind === change.kind)) &&
  (risk === undefined || isAtLeast(change.risk, risk)) &&
  (reasons === undefined || change.concerns.some(({ reason }) => reasons.includes(reason))) &&
  (environments === undefined ||
    change.environments.some((environment) => environments.includes(environment as never)));
