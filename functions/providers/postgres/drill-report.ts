import * as z from 'zod/mini';
import type { Observed } from '../../objects/resource.ts';
import { count, moment, notDone, reported } from './backup-report.ts';

const proven = z.object({ at: moment, backup: moment, seconds: count });

/** What is known of the drills of one database. */
export interface DrillSaid {
  /** The last drill that proved a backup. */
  proven: z.infer<typeof proven> | undefined;
  /** Why the one after it proved none. */
  notProven: z.infer<typeof notDone> | undefined;
}

/** What the report of a database's drills says. */
export const drillSaidIn = (report: Observed | undefined): DrillSaid => ({
  proven: reported(report, 'proven', proven),
  notProven: reported(report, 'notProven', notDone),
});
