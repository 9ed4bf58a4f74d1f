import * as z from 'zod/mini';
import type { KubernetesObject } from '../objects/resource.ts';
import { type Refusal, refusalOf } from '../round/refusal.ts';
import { type RiskReason, riskReasons, risks } from '../words/risk.ts';
import { environments } from './lifecycle.ts';
import { documentation, parseSpec } from './schema.ts';

/** Who can be asked. `squad` means each squad whose Services a change touches. */
export const approvers = ['squad', 'platform', 'security'] as const;

/** One of those who can be asked. */
export type Approver = (typeof approvers)[number];

const handleRule = 'use letters, digits and _ . / @ { } -, beginning with a letter, a digit or @, at most 128';

const handle = z
  .string()
  .check(z.regex(/^[@A-Za-z0-9][A-Za-z0-9_./@{}-]{0,127}$/, handleRule))
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
      .optional(z.array(z.enum(environments)).check(z.minLength(1)))
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

/** A rule as it is parsed: who must agree to changes that fit its conditions. */
export type Rule = z.infer<typeof rule>;

/** Who is asked, and how the Git host calls them. */
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
export const approvalsProblem = (object: KubernetesObject): Refusal | undefined =>
  refusalOf(() => readApprovals(object));
