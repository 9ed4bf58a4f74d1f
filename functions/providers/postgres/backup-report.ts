import * as z from 'zod/mini';
import { schedule } from '../../documents/guarantees.ts';
import { segmentPattern, servicePattern, squadPattern } from '../../documents/names.ts';
import { isMapping } from '../../objects/record.ts';
import type { KubernetesObject, Observed } from '../../objects/resource.ts';
import { backupsNamespace } from './backups.ts';

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

/** What is backed up, and by what. */
export interface BackedUp {
  squad: string;
  service: string;
  zone: string;
  component: string;
  /** The name of its CronJob, and of the report. */
  job: string;
  schedule: string;
}

/** None of Squadkit's own, which only Crossplane may write: the program that backs up says in this ConfigMap what came of it. */
export const reportLabels = (squad: string): Record<string, string> => ({
  'app.kubernetes.io/managed-by': 'squadkit',
  'app.kubernetes.io/component': 'backup-report',
  'app.kubernetes.io/part-of': squad,
});

const serviceLabel = 'app.kubernetes.io/instance';
const [zoneKey, componentKey, scheduleKey] = [
  'squadkit.io/zone',
  'squadkit.io/component',
  'squadkit.io/schedule',
] as const;

/** The report of backups as it is made, which tells whoever reads it when its Service is gone of what it is, and when others are due. */
export const reportOf = ({ squad, service, zone, component, job, schedule: due }: BackedUp): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap' },
  metadata: {
    ...{ name: job, namespace: backupsNamespace },
    labels: { ...reportLabels(squad), [serviceLabel]: service },
    annotations: { [zoneKey]: zone, [componentKey]: component, [scheduleKey]: due },
  },
});

const segment = z.string().check(z.regex(new RegExp(segmentPattern)));
const backedUp = z.object({
  ...{ squad: z.string().check(z.regex(new RegExp(squadPattern))), zone: segment, component: segment, schedule },
  ...{ service: z.string().check(z.regex(new RegExp(servicePattern))), job: z.string().check(z.minLength(1)) },
});

/** Of what a report is; undefined if it does not say, or not in the way in which it is made. */
export const whose = ({ metadata }: KubernetesObject): BackedUp | undefined => {
  const { name: job, labels = {}, annotations = {} } = metadata ?? {};
  const [squad, service] = [labels['app.kubernetes.io/part-of'], labels[serviceLabel]];
  const [zone, component, due] = [annotations[zoneKey], annotations[componentKey], annotations[scheduleKey]];

  return backedUp.safeParse({ squad, service, zone, component, job, schedule: due }).data;
};

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

/** What stands in a ConfigMap under a key. */
const textIn = (report: object | undefined, key: string): unknown => {
  const { data } = (report ?? {}) as { data?: unknown };

  return isMapping(data) ? data[key] : undefined;
};

/** What provider-kubernetes has seen of a report. */
const seenOf = (report: Observed | undefined): object | undefined =>
  (report?.object.status?.atProvider as { manifest?: object } | undefined)?.manifest;

/**
 * What a ConfigMap says under a key, as provider-kubernetes has seen it. Nobody writes there but the pod of exactly that
 * backup or drill (package/install/hub/backups.yaml), and nobody but the provider writes the status of an Object.
 */
export const reported = <Value>(
  report: Observed | undefined,
  key: string,
  schema: z.ZodMiniType<Value>,
): Value | undefined => parsed(schema, textIn(seenOf(report), key));

/** What the report of a database's backups says. */
export const saidOf = (report: object | undefined): Said => ({
  last: parsed(last, textIn(report, 'last')),
  failed: parsed(failed, textIn(report, 'failed')),
});

/** The same as provider-kubernetes has seen it. */
export const saidIn = (report: Observed | undefined): Said => saidOf(seenOf(report));
