import * as z from 'zod/mini';
import type { Observed } from '../../objects/resource.ts';
import { parsed } from './backup-report.ts';

const count = z.int().check(z.minimum(0));
const moment = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));

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

/** What the ConfigMap says, as provider-kubernetes has seen it. Nobody writes there but the pod of exactly that drill. */
export const drillSaidIn = (report: Observed | undefined): DrillSaid => {
  const { manifest } = (report?.object.status?.atProvider ?? {}) as { manifest?: { data?: Record<string, unknown> } };

  return {
    proven: parsed(proven, manifest?.data?.proven),
    notProven: parsed(notProven, manifest?.data?.notProven),
  };
};
