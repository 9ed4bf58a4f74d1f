import { jsonText } from '../../words/json.ts';
import { version } from '../../words/version.ts';
import { limitsOf } from '../evidence.ts';
import type { Evidence } from '../subject.ts';
import { summaryOf } from './sections.ts';

/** Evidence for programs. Fields are only ever added. */
export const jsonOf = (evidence: Evidence): string => {
  const { guardRails, live, refused, declared, ...told } = evidence;

  return jsonText({
    squadkit: version,
    summary: summaryOf(evidence),
    ...told,
    refused: refused === undefined ? null : { reason: refused.reason, message: refused.message },
    declared,
    enforced: guardRails.map(({ look: _, provider, unseen, ...guardRail }) => ({
      ...guardRail,
      provider: provider ?? null,
      leavesOpen: unseen ?? null,
      live: live?.verdicts[guardRail.id] ?? null,
    })),
    live:
      live === undefined
        ? null
        : {
            server: live.server,
            context: live.context,
            time: live.time,
            service: live.service ?? null,
            problems: live.problems,
            backups: live.backups.map(({ last, proven, ...backups }) => ({
              ...backups,
              last: last ?? null,
              proven: proven ?? null,
            })),
          },
    limits: limitsOf(evidence),
  });
};
