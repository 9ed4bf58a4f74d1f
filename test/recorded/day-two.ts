import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { generationOf } from '../../functions/providers/postgres/names.ts';
import { drill, zonesWithBackups } from '../support/backups.ts';
import { lastAt, momentOf } from '../support/drills.ts';
import { example, exampleRegistry } from '../support/examples.ts';
import { edit, type Life, reconcile, settle } from '../support/life.ts';
import { zonesWith } from '../support/registered.ts';
import { now, type Told, toldOf } from './recording.ts';

const [hour, day] = [3_600_000, 24 * 3_600_000];

/** Everybody of the examples, with other Zones. */
const registryWith = (zones: KubernetesObject[]): KubernetesObject[] => [
  ...exampleRegistry().filter(({ kind }) => kind !== 'Zone'),
  ...zones.map((zone) => ({ ...zone, status: { conditions: [{ type: 'Ready', status: 'True' }] } })),
];

const backedUp = zonesWithBackups({ drill });
const rotating = zonesWith({ postgres: { credentials: { rotateEvery: '90d' } } });

/** The Service billing of the examples, made at a time in these Zones. */
const billingIn = (zones: KubernetesObject[], at: number): Life => {
  const service = example('Service', 'billing');
  const life: Life = {
    composite: { ...service, metadata: { ...service.metadata, generation: 1 } },
    ...{ observed: {}, had: new Set<string>(), now: at, registry: registryWith(zones) },
  };
  settle(life);

  return life;
};

const asked = ({ composite, observed, registry }: Life): Told => toldOf(composite, observed, registry);

/** What programs on the hub wrote into the reports, by their local names. */
const write = (life: Life, reports: Record<string, object>): void => {
  for (const [local, data] of Object.entries(reports)) {
    const report = life.observed[`frontier.spike.${local}`]?.resource as KubernetesObject | undefined;
    if (report === undefined) continue;
    const texts = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, JSON.stringify(value)]));
    report.status = { ...report.status, atProvider: { manifest: { data: texts } } };
  }
};

/** Rounds until one has made what is called so, in which programs write these reports. */
const until = (life: Life, made: string, reports: Record<string, object>): void => {
  for (let rounds = 0; rounds < 15; rounds += 1) {
    write(life, reports);
    if (!reconcile(life).created.includes(`frontier.spike.${made}`)) continue;
    write(life, reports);
    return;
  }

  throw new Error(`there is never a ${made}`);
};

const from = momentOf(now - 1000);
const generation = generationOf(from);
const reports = {
  'backup-report': { last: lastAt(now - 2 * hour) },
  'drill-report': { proven: { at: momentOf(now - hour), backup: momentOf(now - 2 * hour), seconds: 46 } },
};

const restoredSaid = { restored: { at: momentOf(now), backup: momentOf(now - 2 * hour), rows: 908_354, seconds: 46 } };

const backupsBegin = (): Told => {
  const life = billingIn(zonesWith({}), now - day);

  return asked({ ...life, registry: registryWith(backedUp) });
};

const proven = (): Life => {
  const life = billingIn(backedUp, now - day);
  write(life, reports);
  life.now = now;

  return life;
};

const restoring = (): Life => {
  const life = proven();
  const { zones } = life.composite.spec as { zones: { components: object[] }[] };
  const [database, ...others] = zones[0]?.components ?? [];
  const restored = { ...database, postgres: { restore: { at: from } } };
  edit(life, { zones: [{ ...zones[0], components: [restored, ...others] }] });
  until(life, `${generation}.restore-job`, { ...reports, [`${generation}.restore-report`]: {} });

  return life;
};

const restored = (): Life => {
  const life = restoring();
  settle(life);
  write(life, { ...reports, [`${generation}.restore-report`]: restoredSaid });

  return life;
};

const twoLogins = (): Life => {
  const life = billingIn(rotating, now - 91 * day);
  life.now = now;
  settle(life);

  return life;
};

/**
 * What is asked about what goes on for years: a Zone that backs up, a Service in it when that begins, when its backups are made
 * and proven, while a database is restored and when it was, and while two logins are in force.
 */
export const dayTwo = () => ({
  'zone-with-backups': toldOf(backedUp.find(({ metadata }) => metadata?.name === 'frontier') as KubernetesObject),
  'billing-backups-begin': backupsBegin(),
  'billing-backed-up-and-proven': asked(proven()),
  'billing-restoring': asked(restoring()),
  'billing-restored': asked(restored()),
  'billing-two-logins': asked(twoLogins()),
});
