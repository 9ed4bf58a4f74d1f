import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { areLocked, Sessions } from '../gone/sessions.ts';
import { allGone, newService, nudge, pause, resume, squad, squadSays } from '../gone/watched.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, composedOf, makeReady } from '../support/platform.ts';

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

describe('a Service removed seconds after it was created', () => {
  /** Whether it is Ready again, or what is said: a database that was made and not marked when it went is nobody's. */
  const comesAgain = async (service: KubernetesObject): Promise<string> => {
    await controlPlane.hub.apply(service);
    let how = '';
    await eventually('it is there again, or says what to type', async () => {
      const found = await controlPlane.hub.get(service);
      const accepted = condition(found, 'Accepted');
      if (isTrue(found, 'Ready')) how = 'Ready';
      if (accepted?.reason === 'NameTaken') how = `${accepted.message}`;
      return how !== '';
    });

    return how;
  };

  /** Types what is said, as a superuser in the database. */
  const handOver = async (said: string): Promise<void> => {
    const [, statements, database] =
      /saying in it as a superuser (ALTER DATABASE (\w+) OWNER .*?pg_backend_pid\(\))/.exec(said) ?? [];
    const superuser = await controlPlane.postgres.connect({ database: `${database}` });
    await superuser.query(`${statements}`);
    await superuser.end();
  };

  test.each(isLong ? [500, 1500, 2500, 4000] : [1500])(
    'after %i ms: nobody gets in, and it comes again or says why not',
    async (after) => {
      const service = asked(`quick${after}`);
      await controlPlane.hub.apply(service);
      await sleep(after);
      await controlPlane.hub.delete(service);
      await allGone(controlPlane, service);
      const superuser = await controlPlane.postgres.connect();
      const { rows } = await superuser.query(
        `SELECT member::regrole::text FROM pg_auth_members WHERE member::regrole::text ~ '^galaxy_quick${after}_(app|migrator|readonly)$'`,
      );
      await superuser.end();
      expect(rows).toEqual([]);

      const how = await comesAgain(service);
      console.log(`removed after ${after} ms: ${how}`);
      if (how === 'Ready') return;
      expect(how).toMatch(/is taken: .* or hand it over by saying in it as a superuser ALTER DATABASE/);
      await handOver(how);
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

    await makeReady(controlPlane, service, 240);
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

  test.each(isLong ? ['Foreground', 'Background'] : ['Background'])(
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
