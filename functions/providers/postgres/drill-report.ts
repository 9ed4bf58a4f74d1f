import * as z from 'zod/mini';
import type { Observed } from '../../objects/resource.ts';
import { count, moment, reported } from './backup-report.ts';

const proven = z.object({ at: moment, backup: moment, seconds: count });
const notProven = z.object({
  ...{ at: moment, backup: z.optional(moment), because: z.string() },
  ...{ actor: z.enum(['Squad', 'Platform', 'SRE']), next: z.string() },
});

/** What is known of the drills of one database. */
export interface DrillSaid {
  /** The last drill that proved a backup. */
  proven: z.infer<typeof proven> | undefined;
  /** Why the one after it proved none. */
  notProven: z.infer<typeof notProven> | undefined;
}

/** What the report of a database's drills says. */
export const drillSaidIn = (report: Observed | undefined): DrillSaid => ({
  proven: reported(report, 'proven', proven),
  notProven: reported(report, 'notProven', notProven),
});
