import * as z from 'zod/mini';
import type { KubernetesObject, Observed } from '../../objects/resource.ts';
import { printable } from '../../words/printable.ts';
import { count, moment, notDone, reported } from './backup-report.ts';

const restored = z.object({ at: moment, backup: z.optional(moment), rows: z.optional(count), seconds: count });

/** What is known of the restore of one database. */
export interface RestoreSaid {
  /** That it was restored, and from what; of which backup is not known where that was on a hub that was lost. */
  restored: z.infer<typeof restored> | undefined;
  /** Why the last try restored nothing. */
  notRestored: z.infer<typeof notDone> | undefined;
}

/** What the report of a restore says. */
export const restoreSaidIn = (report: Observed | undefined): RestoreSaid => ({
  restored: reported(report, 'restored', restored) ?? reported(report, 'foundRestored', restored),
  notRestored: reported(report, 'notRestored', notDone),
});

/** Why a database was not restored, in one sentence with what to do, and whose move that is; undefined if it is not said. */
export const whyNotRestored = (
  object: KubernetesObject,
): { actor: 'Squad' | 'Platform' | 'SRE'; sentence: string } | undefined => {
  const { restored: done, notRestored: said } = restoreSaidIn({ object, connection: {} });
  if (said === undefined || done !== undefined) return undefined;
  const [because, next] = [said.because.slice(0, 300), said.next.slice(0, 300)].map(printable);
  const from = said.backup === undefined ? '' : ` from the backup of ${said.backup}`;

  return { actor: said.actor, sentence: `${next}: nothing was restored${from} at ${said.at}, because ${because}` };
};
