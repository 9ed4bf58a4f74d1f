import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { drill, zonesWithBackups } from './backups.ts';
import { type Done, type Life, reconcile, settle } from './life.ts';
import { squadWith } from './registered.ts';

/** When a Service of this file was accepted, in milliseconds since 1970. */
export const start = Date.parse('2026-01-01T02:15:00Z');

/** A moment as programs say it. */
export const momentOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** A Service that was accepted and made, in the example's Zones; by default they say drill. */
export const begin = (zones = zonesWithBackups({ drill })): Life => {
  const life: Life = {
    composite: {
      ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service' },
      metadata: { name: 'billing', namespace: 'galaxy', generation: 1 },
      spec: { zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] }] },
    },
    ...{ observed: {}, had: new Set<string>(), now: start, registry: [...zones, squadWith('galaxy')] },
  };
  settle(life);

  return life;
};

/** What the backup said that was made at a time. */
export const lastAt = (time: number) => ({
  ...{ at: momentOf(time), keptUntil: momentOf(time + 14 * 24 * 3_600_000), bytes: 184_000_000, rows: 908_354 },
  leftOut: { largeObjects: 0, tables: 0 },
});

/** What is said at a time when pods have written that into the reports, by their local names. */
export const said = (reports: Record<string, Record<string, unknown>>, now: number, life = begin()): Done => {
  for (const [local, data] of Object.entries(reports)) {
    const report = life.observed[`frontier.spike.${local}`]?.resource as unknown as KubernetesObject;
    const texts = Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
    report.status = { ...report.status, atProvider: { manifest: { data: texts } } };
  }
  life.now = now;

  return reconcile(life);
};
