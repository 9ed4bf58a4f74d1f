import * as z from 'zod/mini';
import { documentation, parseSpec } from '../../documents/schema.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { Refusal } from '../../round/refusal.ts';
import { isAtLeast, type RiskReason, riskReasons, risks } from '../../words/risk.ts';
import type { Change } from '../change.ts';

/** Who can be asked. `squad` means each squad whose Services a change touches. */
export const approvers = ['squad', 'platform', 'security'] as const;

export type Approver = (typeof approvers)[number];

const handle = z
  .string()
  .check(z.regex(/^[@A-Za-z0-9][A-Za-z0-9_./@{}-]{0,127}$/))
  .register(documentation, { description: 'How your Git host calls them, for example @example/platform.' });

const rule = z
  .strictObject({
    documents: z
      .optional(z.array(z.enum(['Service', 'Zone', 'Squad', 'Approvals'])).check(z.minLength(1)))
      .register(documentation, { description: 'Only changes of these kinds of documents.' }),
    risk: z.optional(z.enum(risks)).register(documentation, { description: 'Only changes of at least this risk.' }),
    reasons: z
      .optional(z.array(z.enum(Object.keys(riskReasons) as [RiskReason, ...RiskReason[]])).check(z.minLength(1)))
      .register(documentation, { description: 'Only changes with one of these reasons.' }),
    environments: z
      .optional(z.array(z.enum(['production', 'preproduction', 'engineering'])).check(z.minLength(1)))
      .register(documentation, { description: 'Only changes that touch a zone of one of these environments.' }),
    approvers: z
      .array(z.enum(approvers))
      .register(documentation, { description: 'Who must agree; the approvers of all rules that fit are needed.' }),
  })
  .register(documentation, {
    description: 'Who must agree to which changes. A rule without conditions fits every change.',
  });

/** `spec` of Approvals, a document of the platform that only the plan reads. */
export const approvalsSpec = z
  .strictObject({
    handles: z
      .prefault(
        z.strictObject({
          squad: z
            .optional(handle)
            .register(documentation, { description: 'Of a squad; {squad} and {group} stand for its name and group.' }),
          platform: z.optional(handle),
          security: z.optional(handle),
        }),
        {},
      )
      .register(documentation, { description: 'How your Git host calls the approvers. Needed for CODEOWNERS.' }),
    rules: z
      .optional(z.array(rule).check(z.maxLength(64)))
      .register(documentation, { description: 'Default: the rules of examples/approvals.yaml.' }),
  })
  .register(documentation, { description: 'Who must agree to which changes.' });

export type Rule = z.infer<typeof rule>;

export interface Approvals {
  handles: { squad?: string | undefined; platform?: string | undefined; security?: string | undefined };
  rules: Rule[];
}

/** What holds in a tree that does not say otherwise. */
export const defaultRules: Rule[] = [
  { risk: 'routine', documents: ['Service'], approvers: ['squad'] },
  { risk: 'destructive', approvers: ['squad', 'platform'] },
  { reasons: ['RightsWidened', 'DataClassRaised', 'GuaranteeLost'], approvers: ['security'] },
  { documents: ['Zone', 'Squad', 'Approvals'], approvers: ['platform'] },
];

/**
 * The rules of a document, or the default ones.
 *
 * @throws Refusal if the document is not what the schema says
 */
export const readApprovals = (object: KubernetesObject | undefined): Approvals => {
  const { handles, rules = defaultRules } = parseSpec(approvalsSpec, object?.spec ?? {}, 'Platform');
  return { handles, rules };
};

/** The sentence that is wrong with a document of rules, if something is. */
export const approvalsProblem = (object: KubernetesObject): Refusal | undefined => {
  try {
    readApprovals(object);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
};

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
    const asked = new Set(rules.filter((candidate) => fits(candidate, change)).flatMap((found) => found.approvers));
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
  (documents === undefined || documents.includes(change.kind)) &&
  (risk === undefined || isAtLeast(change.risk, risk)) &&
  (reasons === undefined || change.concerns.some(({ reason }) => reasons.includes(reason))) &&
  (environments === undefined ||
    change.environments.some((environment) => environments.includes(environment as never)));
