import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { cases, logins } from '../gone/cases.ts';
import { deeds, ownPassword } from '../gone/deeds.ts';
import { livesOf } from '../gone/lives.ts';
import { namesFor, Sessions, stillDone } from '../gone/sessions.ts';
import { allGone, asCrossplane, moveOf, newService, squadSays } from '../gone/watched.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, makeReady } from '../support/platform.ts';

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

const made = async (name: string): Promise<KubernetesObject> => {
  const service = newService(name);
  services.push(service);
  await makeReady(controlPlane, service, 240);

  return service;
};

/** Types what is said, as a superuser of the server. */
const type = async (said: string): Promise<void> => {
  const statement = /(SELECT datname, usename, pg_terminate_backend.*), which says/.exec(said)?.[1] ?? '';
  const superuser = await controlPlane.postgres.connect();
  const { rowCount } = await superuser.query(statement);
  await superuser.end();
  expect(rowCount).toBeGreaterThan(0);
};

describe('what logins did', () => {
  /** What they do to their own data, which stays as they leave it. */
  const spoils = ['what is its own dropped', 'settings in the database'];

  test('neither holds up a removal nor spoils the return', async () => {
    const service = await made('deeds');
    const before = [...(await sessions.passwordsOf(service)), ownPassword];
    const open = Object.values(await sessions.enterAll(service));
    for (const login of logins) {
      const itself = await sessions.enter(service, login, await sessions.passwordOf(service, login));
      await itself.query('SET ROLE none');
      await itself.query('SET default_transaction_read_only = off');
      open.push(itself);
    }
    for (const session of open) {
      for (const deed of deeds.filter(({ name }) => !spoils.includes(name))) {
        for (const statement of deed.statements(namesFor(service)))
          await session.query(statement).catch(() => undefined);
        await session.query('ROLLBACK').catch(() => undefined);
      }
    }

    await controlPlane.hub.delete(service, { propagationPolicy: 'Foreground' });
    await allGone(controlPlane, service);
    for (const session of open) expect(await stillDone(session)).toEqual([]);
    await sessions.mustNotGetIn(service, before);
    await sessions.mustBeBack(service, before);
  });

  test.runIf(isLong)('a Secret of before that stays keeps its login without rights until it is gone', async () => {
    const service = await made('stale');
    await (await sessions.enterAll(service)).migrator.end();
    const before = await sessions.passwordsOf(service);
    const secrets = logins.map((login) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `stale.frontier.spike.${login}`, namespace: 'galaxy' },
    }));
    const hold = (finalizers: string[] | null) =>
      Promise.all(secrets.map((secret) => asCrossplane(controlPlane).patch(secret, { metadata: { finalizers } })));
    await hold(['example.org/kept']);
    try {
      await controlPlane.hub.delete(service);
      await allGone(controlPlane, service);
      await controlPlane.hub.apply(service);
      for (let seconds = 0; seconds < 15; seconds += 1) {
        await sessions.mustNotGetIn(service, before);
        await sleep(1000);
      }
      expect(await sessions.passwordsOf(service)).toEqual(before);
    } finally {
      await hold(null);
    }
    await sessions.mustBeBack(service, before);
  });

  // The janitor ends the session of a login that has ended, and nobody of whom it knows nothing.
  test.each(isLong ? ['the login itself', 'a DBA'] : ['a DBA'])(
    'a password that is being changed by %s holds up only the return, which says what to type',
    async (who) => {
      const service = await made(who === 'a DBA' ? 'held' : 'held-by-itself');
      const { app } = await sessions.enterAll(service);
      const before = await sessions.passwordsOf(service);
      const holder = who === 'a DBA' ? await sessions.enterAsSuperuser(service) : app;
      await holder.query('RESET ROLE');
      await holder.query('BEGIN');
      await holder.query(`ALTER ROLE ${namesFor(service).app} PASSWORD '${ownPassword}'`);

      await controlPlane.hub.delete(service, { propagationPolicy: 'Foreground' });
      await allGone(controlPlane, service);
      await sleep(10_000);
      await controlPlane.hub.apply(service);
      if (who === 'a DBA') {
        let said = '';
        await eventually('the Service says what to type', async () => {
          said = moveOf(await controlPlane.hub.get(service));
          return said.startsWith('SRE: a session, of this database or of another one, holds');
        });
        await type(said);
      }
      await sessions.mustBeBack(service, before);
    },
  );

  test.each(isLong ? ['the login itself', 'a DBA'] : ['a DBA'])(
    'a right that is being given by %s holds up the end of the rights, and the Squad says what to type',
    async (who) => {
      const service = await made(who === 'a DBA' ? 'clinging' : 'clinging-itself');
      const { app } = await sessions.enterAll(service);
      const holder = who === 'a DBA' ? await sessions.enterAsSuperuser(service) : app;
      await holder.query('BEGIN');
      await holder.query('GRANT USAGE ON SCHEMA app TO PUBLIC');

      await controlPlane.hub.delete(service);
      if (who === 'a DBA') {
        await sleep(10_000);
        await type(await squadSays(controlPlane, /^SRE: Grant clinging\..*pg_terminate_backend/));
      }
      await allGone(controlPlane, service);
      await squadSays(controlPlane, /^Nobody: It works/);
    },
  );
});

describe('whatever PostgreSQL lets a login do', () => {
  // All of them take half an hour where others work too.
  test('ends no removal and no return, and keeps no access', { timeout: isLong ? 3_600_000 : 900_000 }, async () => {
    const every = isLong ? 1 : 37;
    const lives = await livesOf(
      controlPlane.postgres,
      cases.filter((_, index) => index % every === 0),
    );
    console.log(
      `${lives.length} of ${cases.length} cases: who, what, open or committed, when; ${lives.filter(({ waited }) => waited.length > 0).length} waited for the end of a session`,
    );

    expect(lives.flatMap(({ name, wrong }) => wrong.map((what) => `${name}: ${what}`))).toEqual([]);
  });
});
