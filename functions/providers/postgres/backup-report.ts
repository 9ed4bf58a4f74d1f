import * as z from 'zod/mini';
import type { Observed } from '../../objects/resource.ts';

const count = z.int().check(z.minimum(0));
const moment = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));

const last = z.object({
  ...{ at: moment, keptUntil: moment, bytes: count, rows: count },
  leftOut: z.object({ largeObjects: count, tables: count }),
});
const failed = z.object({ at: moment, because: z.string() });

/** The last backup of a database, as the program that made it says. */
export type LastBackup = z.infer<typeof last>;

/** What is known of the backups of one database. */
export interface Said {
  last: LastBackup | undefined;
  /** Why the one after it is none. */
  failed: z.infer<typeof failed> | undefined;
}

/** What a text of JSON says, if it is of that shape; undefined otherwise. */
export const parsed = <Value>(schema: z.ZodMiniType<Value>, text: unknown): Value | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/**
 * What the ConfigMap says, as provider-kubernetes has seen it. Nobody writes there but the pod of exactly that backup
 * (package/install/hub/backups.yaml), and nobody but the provider writes the status of an Object.
 */
export const saidIn = (report: Observed | undefined): Said => {
  const { manifest } = (report?.object.status?.atProvider ?? {}) as { manifest?: { data?: Record<string, unknown> } };

  return { last: parsed(last, manifest?.data?.last), failed: parsed(failed, manifest?.data?.failed) };
};
