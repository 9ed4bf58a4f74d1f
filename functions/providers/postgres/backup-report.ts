import * as z from 'zod/mini';
import type { Observed } from '../../objects/resource.ts';

/** A number of things or bytes. */
export const count = z.int().check(z.minimum(0));

/** A moment as programs on the hub say it: `2026-01-01T02:15:00Z`. */
export const moment = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));

/** Why a drill or a restore did nothing, and whose move that is, as their programs say it (retrieve/outcome.ts). */
export const notDone = z.object({
  ...{ at: moment, backup: z.optional(moment), because: z.string() },
  ...{ actor: z.enum(['Squad', 'Platform', 'SRE']), next: z.string() },
});

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
const parsed = <Value>(schema: z.ZodMiniType<Value>, text: unknown): Value | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/**
 * What a ConfigMap says under a key, as provider-kubernetes has seen it. Nobody writes there but the pod of exactly that
 * backup or drill (package/install/hub/backups.yaml), and nobody but the provider writes the status of an Object.
 */
export const reported = <Value>(
  report: Observed | undefined,
  key: string,
  schema: z.ZodMiniType<Value>,
): Value | undefined => {
  const { manifest } = (report?.object.status?.atProvider ?? {}) as { manifest?: { data?: Record<string, unknown> } };

  return parsed(schema, manifest?.data?.[key]);
};

/** What the report of a database's backups says. */
export const saidIn = (report: Observed | undefined): Said => ({
  last: reported(report, 'last', last),
  failed: reported(report, 'failed', failed),
});
