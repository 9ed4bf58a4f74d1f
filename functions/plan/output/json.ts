import { wanted } from '../../objects/difference.ts';
import { withoutSecrets } from '../../objects/secrets.ts';
import { jsonText } from '../../words/json.ts';
import { version } from '../../words/version.ts';
import type { Change } from '../change.ts';
import type { Report } from './summary.ts';

/** The plan for programs. Fields are only ever added. */
export const jsonOf = ({ plan, problems, comparedWith, notes, counted, withResources }: Report): string =>
  jsonText({
    squadkit: version,
    comparedWith: comparedWith ?? null,
    notes,
    counted,
    problems,
    risk: plan?.risk ?? null,
    approvals: plan?.approvals ?? [],
    changes: plan?.changes.map((change) => changeJson(change, withResources)) ?? [],
    refusedBefore: plan?.refusedBefore ?? [],
  });

const changeJson = (
  { before: _, after: __, concerns, resources, refused, ...change }: Change,
  withResources: boolean,
) => ({
  ...change,
  reasons: concerns,
  refused: refused === undefined ? null : { reason: refused.reason, message: refused.message },
  ...(withResources && {
    resources: resources.map(({ name, kind, action, before, after }) => ({
      name,
      kind,
      action,
      before: before === undefined ? null : withoutSecrets(wanted(before)),
      after: after === undefined ? null : withoutSecrets(wanted(after)),
    })),
  }),
});
