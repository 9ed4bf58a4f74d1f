import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { generationOf } from '../../functions/providers/postgres/names.ts';
import { momentOf, start } from './drills.ts';
import { type Done, edit, type Life, reconcile } from './life.ts';

/** Before the local name of what a Service in the example's Zone has. */
export const prefix = 'frontier.spike.';
/** Moments from which a database may be asked to begin, and what its database is then called behind. */
export const [first, second] = ['2025-12-31T02:15:00Z', '2026-01-01T00:00:00Z'];
export const [one, two] = [first, second].map(generationOf) as [string, string];

/** Edits the Service: its database begins with the backup of that moment, or with none. */
export const ask = (life: Life, at?: string): void =>
  edit(life, {
    zones: [
      {
        name: 'frontier',
        components: [{ name: 'spike', provider: 'postgres', ...(at && { postgres: { restore: { at } } }) }],
      },
    ],
  });

/** What is observed by that local name. */
export const objectOf = (life: Life, local: string): KubernetesObject | undefined =>
  life.observed[prefix + local]?.resource as unknown as KubernetesObject | undefined;

/** Rounds in which no program says anything: what the reports show is what is given, by generation. */
export const roundsOf = (life: Life, reports: Record<string, object | undefined> = {}, most = 12): Done[] =>
  Array.from({ length: most }, () => {
    for (const generation of [one, two]) {
      const report = objectOf(life, `${generation}.restore-report`);
      const said = reports[generation];
      const data = Object.fromEntries(Object.entries(said ?? {}).map(([key, value]) => [key, JSON.stringify(value)]));
      if (report !== undefined) report.status = { ...report.status, atProvider: { manifest: { data } } };
    }

    return reconcile(life);
  });

/** What a report says of a database that is restored. */
export const restored = { restored: { at: momentOf(start), backup: first, rows: 7, seconds: 3 } };
/** Name of the database that is handed out; empty if there is none. */
export const boundTo = (life: Life): string => {
  const { data } = (objectOf(life, 'binding') ?? {}) as { data?: Record<string, string> };

  return Buffer.from(data?.database ?? '', 'base64').toString();
};
/** Local names of all that there is. */
export const locals = (life: Life): string[] => Object.keys(life.observed).map((name) => name.slice(prefix.length));
