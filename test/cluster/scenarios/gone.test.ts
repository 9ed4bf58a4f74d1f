import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { type Login, logins } from '../gone/cases.ts';
import { areLocked, isLocked, Sessions, stillDone } from '../gone/sessions.ts';
import { allGone, newService } from '../gone/watched.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, makeReady, serviceOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
let sessions: Sessions;
const services: KubernetesObject[] = [];

beforeAll(async () => {
  controlPlane = connectControlPlane();
  sessions = new Sessions(controlPlane);
  await applyPlatform(controlPlane);
});

afterAll(async () => {
  await sessions.end();
  for (const service of services) await controlPlane.hub.delete(service);
});

interface Asked {
  name: string;
  provider: string;
  postgres?: object;
}

const withComponents = (service: KubernetesObject, change: (components: Asked[]) => Asked[]): KubernetesObject => {
  const [zone] = service.spec.zones;

  return { ...service, spec: { zones: [{ ...zone, components: change(zone.components) }] } };
};
const withoutDatabase = (service: KubernetesObject) =>
  withComponents(service, (components) => components.filter(({ provider }) => provider !== 'postgres'));
const withoutReaders = (service: KubernetesObject) =>
  withComponents(service, (components) => components.map(({ name, provider }) => ({ name, provider })));
const refused = (service: KubernetesObject): KubernetesObject => ({
  ...service,
  spec: { zones: [...service.spec.zones, { name: 'prairie', components: [{ name: 'spike', provider: 'postgres' }] }] },
});
const isRefused = (found: KubernetesObject | undefined) => condition(found, 'Accepted')?.status === 'False';

interface Way {
  how: string;
  /** Whether the Service itself goes. */
  isWhole: boolean;
  /** Whose sessions lose their rights; the others keep them. */
  who: readonly Login[];
  go: (service: KubernetesObject) => Promise<unknown>;
}

/** How a Service, or something of it, goes. */
const ways: Way[] = [
  ...(['Foreground', 'Background'] as const).flatMap((propagationPolicy): Way[] => [
    {
      how: propagationPolicy.toLowerCase(),
      isWhole: true,
      who: logins,
      go: (service) => controlPlane.hub.delete(service, { propagationPolicy }),
    },
    {
      how: `refused-${propagationPolicy.toLowerCase()}`,
      isWhole: true,
      who: logins,
      go: async (service) => {
        await controlPlane.hub.apply(refused(service));
        await controlPlane.hub.waitFor(service, isRefused, { what: 'refused' });
        await controlPlane.hub.delete(service, { propagationPolicy });
      },
    },
  ]),
  {
    how: 'database-out',
    isWhole: false,
    who: logins,
    go: (service) => controlPlane.hub.apply(withoutDatabase(service)),
  },
  {
    how: 'readers-out',
    isWhole: false,
    who: ['readonly'],
    go: (service) => controlPlane.hub.apply(withoutReaders(service)),
  },
];

const only = (open: Record<Login, Client>, who: readonly Login[]): Record<string, Client> =>
  Object.fromEntries(Object.entries(open).filter(([login]) => who.includes(login as Login)));

// After as many changes as it took to make it, Crossplane may notice an edit 30 s late (WatchCircuitOpen).
const patience = { deleted: 60, edited: 180 };

/** The others only in a long run. */
const ofEveryMerge = ['refused-foreground', 'database-out'];
const chosen = ways.filter(({ how }) => isLong || ofEveryMerge.includes(how));

describe('open sessions of all logins', () => {
  // Guard rail: postgres-access-ends
  test.each(chosen)('lose every right when it goes ($how)', async ({ how, isWhole, who, go }) => {
    const service = newService(`open-${how}`);
    services.push(service);
    await makeReady(controlPlane, service, 240);
    const open = await sessions.enterAll(service);
    const before = await sessions.passwordsOf(service);
    const goes = only(open, who);
    const stays = only(
      open,
      logins.filter((login) => !who.includes(login)),
    );

    const started = Date.now();
    await go(service);
    await eventually('all are locked out', () => areLocked(goes), {
      seconds: isWhole ? patience.deleted : patience.edited,
    });
    console.log(`${how}: open sessions lost their rights after ${((Date.now() - started) / 1000).toFixed(1)} s`);
    for (const session of Object.values(goes)) expect(await stillDone(session)).toEqual([]);
    for (const session of Object.values(stays)) expect(await isLocked(session)).toBe(false);
    await eventually(
      'none of them gets in',
      async () => (await sessions.whoGetsIn(service, before, who)).length === 0,
      // The same deletion or edit, of other managed resources.
      { seconds: 60 },
    );
    console.log(`${how}: none gets in after ${((Date.now() - started) / 1000).toFixed(1)} s`);
    if (isWhole) await allGone(controlPlane, service);
    if (who === logins) await sessions.mustBeBack(service, before);
  });

  test('lose every right in a zone that is taken out of the Service, and keep them in the other', async () => {
    const [frontier, meadow] = ['frontier', 'meadow'].map((zone) =>
      serviceOf('quasar', 'moving', zone, { postgres: { readers: true } }),
    ) as [KubernetesObject, KubernetesObject];
    const both = { ...frontier, spec: { zones: [...frontier.spec.zones, ...meadow.spec.zones] } };
    services.push(both);
    await makeReady(controlPlane, both, 240);
    const stays = await sessions.enterAll(both);
    const goes = await sessions.enterAll(both, 'meadow', controlPlane.meadow.postgres);

    const started = Date.now();
    await controlPlane.hub.apply(frontier);
    await eventually('all are locked out', () => areLocked(goes), { seconds: patience.edited });
    console.log(`zone-out: open sessions lost their rights after ${((Date.now() - started) / 1000).toFixed(1)} s`);
    for (const session of Object.values(goes)) expect(await stillDone(session)).toEqual([]);
    for (const session of Object.values(stays)) expect(await isLocked(session)).toBe(false);
  });
});
