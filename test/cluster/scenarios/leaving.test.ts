import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane, type PostgresServer } from '../../control-plane/control-plane.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { logins } from '../gone/cases.ts';
import { areLocked, Sessions } from '../gone/sessions.ts';
import { allGone, moveOf, newService, nudge, pause, resume, squad, squadSays } from '../gone/watched.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, composedOf, makeReady, serviceOf } from '../support/platform.ts';

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

const asked = (name: string): KubernetesObject => {
  const service = newService(name);
  services.push(service);

  return service;
};

describe('a Service removed seconds after it was created, and again', () => {
  /** What is left of it on a server that a stranger may get into, or that would be nobody's. */
  const unmarked = async (server: PostgresServer, database: string): Promise<string[]> => {
    const superuser = await server.connect();
    const { rows } = await superuser.query('SELECT datacl FROM pg_database WHERE datname = $1', [database]);
    await superuser.end();
    if (rows.length === 0) return [];
    const inside = await server.connect({ database });
    const marks = await inside.query("SELECT FROM pg_namespace WHERE nspname ~ '^squadkit_[0-9a-f]{24}$'");
    await inside.end();

    return [...(rows[0].datacl === null ? ['open to everybody'] : []), ...(marks.rowCount === 1 ? [] : ['unmarked'])];
  };

  const lives = [
    [1500, 4000],
    ...(isLong ? [[500], [2500, 5000], [4000], [6000, 1000], [7000, 9000], [9000, 3000, 8000]] : []),
  ];
  const places = [
    { squad: 'galaxy', zone: 'frontier', postgres: { readers: true } },
    { squad: 'quasar', zone: 'meadow', postgres: { readers: true, onRemoval: 'Delete' } },
  ];

  // Guard rail: postgres-own-database-only
  test.each(lives.flatMap((moments) => places.map((place) => ({ ...place, moments }))))(
    'in $zone after $moments ms: nobody gets in, nothing is left without a mark, and it comes again',
    async ({ moments, squad: of, zone, postgres }) => {
      const name = `quick${moments.join('x')}`;
      const service = serviceOf(of, name, zone, { postgres });
      services.push(service);
      const server = zone === 'meadow' ? controlPlane.meadow.postgres : controlPlane.postgres;
      for (const moment of moments) {
        await controlPlane.hub.apply(service);
        await sleep(moment);
        await controlPlane.hub.delete(service);
        await sleep(1000);
      }
      await allGone(controlPlane, service);
      const superuser = await server.connect();
      const { rows } = await superuser.query(
        `SELECT member::regrole::text FROM pg_auth_members WHERE member::regrole::text ~ '^${of}_${name}_(app|migrator|readonly)$'`,
      );
      await superuser.end();
      expect(rows).toEqual([]);
      expect(await unmarked(server, `${of}_${name}`)).toEqual([]);

      await makeReady(controlPlane, service, 240);
    },
  );
});

describe('a Service that does not go as it should', () => {
  test('deleted without what it had made: the Squad says so, and how it goes', async () => {
    const service = asked('orphaned');
    await makeReady(controlPlane, service, 240);
    const open = await sessions.enterAll(service);
    await controlPlane.hub.delete(service, { propagationPolicy: 'Orphan' });
    await squadSays(controlPlane, /^Squad: galaxy\/orphaned was deleted without what it had made/);

    // What it does not ask for any more works on, which both say, until it comes again as it was.
    const [zone] = service.spec.zones;
    const components = zone.components.filter(({ provider }: { provider: string }) => provider !== 'postgres');
    await controlPlane.hub.apply({ ...service, spec: { zones: [{ ...zone, components }] } });
    const less = /^Squad: galaxy\/orphaned was deleted without .* does not ask for .*orphaned[.]frontier[.]spike[.]/;
    await eventually('the Service says what is left', async () =>
      less.test(moveOf(await controlPlane.hub.get(service))),
    );
    await squadSays(controlPlane, less);
    expect(await sessions.whoGetsIn(service, await sessions.passwordsOf(service), logins)).toEqual(logins);

    await makeReady(controlPlane, service, 240);
    await eventually('it says so no more', async () =>
      /^Nobody: It works/.test(moveOf(await controlPlane.hub.get(service))),
    );
    await controlPlane.hub.delete(service);
    await eventually('all are locked out', () => areLocked(open));
    await allGone(controlPlane, service);
    await squadSays(controlPlane, /^Nobody: It works/);
  });

  test('of which an SRE paused what it had made: the Squad says what to type', async () => {
    const service = asked('paused');
    await makeReady(controlPlane, service, 240);
    const open = await sessions.enterAll(service);
    const held = (await composedOf(controlPlane, service)).filter(({ kind }) => kind === 'Role' || kind === 'Grant');
    for (const object of held) await pause(controlPlane, object, 'true');
    await controlPlane.hub.delete(service);

    const said = await squadSays(
      controlPlane,
      /^SRE: what is paused is not ended: kubectl annotate -n galaxy .* crossplane.io\/paused-/,
    );
    for (const object of held) {
      const group = object.apiVersion.split('/')[0];
      expect(said).toContain(`${object.kind.toLowerCase()}.${group}/${object.metadata.name}`);
      await pause(controlPlane, object, null);
    }
    await eventually('all are locked out', () => areLocked(open));
    await allGone(controlPlane, service);
    await squadSays(controlPlane, /^Nobody: It works/);
    expect(isTrue(await controlPlane.hub.get(squad), 'Ready')).toBe(true);
  });

  const paused = /^SRE: what is paused is not ended: kubectl annotate -n galaxy service.squadkit.io\/(\S+) crossplane/;

  test.runIf(isLong).each(['Foreground', 'Background'])(
    'paused itself, and then deleted (%s): the Squad says what to type, and then everything ends',
    async (propagationPolicy) => {
      const service = asked(`resting-${propagationPolicy.toLowerCase()}`);
      await makeReady(controlPlane, service, 240);
      const open = await sessions.enterAll(service);
      await pause(controlPlane, service, 'true');
      await controlPlane.hub.delete(service, { propagationPolicy });
      await nudge(controlPlane, squad);
      const said = await squadSays(controlPlane, /^SRE: what is paused is not ended/);
      expect(said).toContain(`service.squadkit.io/${service.metadata.name}`);

      await resume(controlPlane, service);
      await eventually('all are locked out', () => areLocked(open));
      await allGone(controlPlane, service);
      await squadSays(controlPlane, /^Nobody: It works/);
    },
  );

  test.runIf(isLong)(
    'paused itself, and without its database: the Squad says what to type, and then its rights end',
    async () => {
      const service = asked('resting');
      await makeReady(controlPlane, service, 240);
      const open = await sessions.enterAll(service);
      await pause(controlPlane, service, 'true');
      const [zone] = service.spec.zones;
      const components = zone.components.filter(({ provider }: { provider: string }) => provider !== 'postgres');
      await controlPlane.hub.apply({ ...service, spec: { zones: [{ ...zone, components }] } });
      await nudge(controlPlane, squad);
      expect(paused.exec(await squadSays(controlPlane, paused))?.[1]).toBe('resting');

      await resume(controlPlane, service);
      await eventually('all are locked out', () => areLocked(open));
      await nudge(controlPlane, squad);
      await squadSays(controlPlane, /^Nobody: It works/);
    },
  );
});
