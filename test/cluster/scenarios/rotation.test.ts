import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { replaceFunction } from '../faults/function.ts';
import { kill } from '../faults/scene.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, makeReady, serviceOf, sessionOf, textOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

/**
 * As short as a Zone may say, and what an old login with open sessions gets at the most. The janitor's count of these is there before
 * the overlap is over, when a Service is looked at.
 */
const credentials = { rotateEvery: '1m', overlap: '30s', most: '55s' };

let controlPlane: ControlPlane;
const service = serviceOf('quasar', 'turning', 'meadow');
const namespace = 'quasar-turning';

const zone = (more: object): KubernetesObject => {
  const meadow = readExamples('platform/zones').find(({ metadata }) => metadata.name === 'meadow') as KubernetesObject;
  const components = (meadow.spec?.components ?? []) as { postgres?: object }[];

  return withLiveValues(
    {
      ...meadow,
      spec: {
        ...meadow.spec,
        components: components.map((component) =>
          component.postgres ? { ...component, postgres: { ...component.postgres, ...more } } : component,
        ),
      },
    } as KubernetesObject,
    controlPlane,
  );
};

const delivered = async (secret: string) =>
  textOf(
    await controlPlane.meadow.aqua.get({ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret, namespace } }),
  ) as { username: string; password: string; database: string; uri: string };

/** What a workload sees that never stops: when each login came to the cluster, and which of its attempts failed. */
interface Watched {
  attempts: number;
  refused: string[];
  torn: number;
  /** When each login was not seen for the last time, before it was, in milliseconds. */
  came: Map<string, number>;
}

/** Opens one session after the other with what lies on the cluster at that moment, and writes a row. */
const keepConnecting = (watched: Watched, secret: string, isOver: () => boolean): Promise<void> =>
  (async () => {
    let looked = Date.now();
    while (!isOver()) {
      const before = looked;
      looked = Date.now();
      const binding = await delivered(secret);
      if (!watched.came.has(binding.username)) watched.came.set(binding.username, before);
      if (!binding.uri.includes(`//${binding.username}:${encodeURIComponent(binding.password)}@`)) watched.torn += 1;
      watched.attempts += 1;
      try {
        const session = await sessionOf(controlPlane.meadow.postgres, binding);
        await session.query(secret === 'spike' ? 'INSERT INTO app.turn DEFAULT VALUES' : 'SELECT 1');
        await session.end();
      } catch (error) {
        // What this process held for long may have ended meanwhile.
        if (Date.now() - looked < 2000) watched.refused.push(`${binding.username}: ${(error as Error).message}`);
      }
      await sleep(100);
    }
  })();

/** A session that never ends by itself, and when it could not read any more. */
const hold = async (): Promise<{ username: string; client: Client; lostAt?: number }> => {
  const binding = await delivered('spike');
  const held: { username: string; client: Client; lostAt?: number } = {
    username: binding.username,
    client: await sessionOf(controlPlane.meadow.postgres, binding),
  };
  const lose = () => {
    held.lostAt ??= Date.now();
  };
  held.client.on('error', lose).on('end', lose);
  const read = async () => {
    while (held.lostAt === undefined) {
      await held.client.query('SELECT count(*) FROM app.turn').catch(lose);
      await sleep(200);
    }
  };
  void read();

  return held;
};

const now = () => controlPlane.hub.get(service);
const statusNow = async (): Promise<{ logins: string[]; nextRotation?: string; endingLogins?: string[] }> => {
  const status = (await now())?.status as unknown as { zones: { components: never[] }[] };

  return status.zones[0]?.components[0] ?? { logins: [] };
};
const member = async (login: string): Promise<boolean> => {
  const client = await controlPlane.meadow.postgres.connect();
  const { rowCount } = await client.query(
    'SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1',
    [login],
  );
  await client.end();

  return (rowCount ?? 0) > 0;
};
const until = async (what: string, isSo: () => Promise<boolean>, seconds: number): Promise<number> => {
  const begun = Date.now();
  while (!(await isSo())) {
    if (Date.now() - begun > seconds * 1000)
      throw new Error(`not within ${seconds} s: ${what}; ${JSON.stringify((await now())?.status)}`);
    await sleep(250);
  }

  return Date.now();
};

const watches: Record<string, Watched> = {};
let isOver = false;
const watching: Promise<void>[] = [];
let managedBefore = 0;

const managed = async () => ((await now())?.spec?.crossplane?.resourceRefs ?? []).length;

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, service);
  managedBefore = await managed();
  const migrator = await sessionOf(controlPlane.meadow.postgres, await delivered('spike.migrator'));
  await migrator.query('CREATE TABLE app.turn (id int GENERATED ALWAYS AS IDENTITY)');
  await migrator.end();
  for (const secret of ['spike', 'spike.migrator']) {
    watches[secret] = { attempts: 0, refused: [], torn: 0, came: new Map() };
    watching.push(keepConnecting(watches[secret], secret, () => isOver));
  }
});

afterAll(async () => {
  isOver = true;
  await Promise.all(watching);
  await controlPlane.hub.apply(zone({}));
  await retire(controlPlane, [service], []);
});

/** Asks for new logins, of none that is older than now. */
const exchangeNow = async (): Promise<void> => {
  const notBefore = `${new Date().toISOString().slice(0, 19)}Z`;
  await controlPlane.hub.apply(serviceOf('quasar', 'turning', 'meadow', { postgres: { rotation: { notBefore } } }));
};

const app = (generation: number) => `quasar_turning_app${generation === 1 ? '' : `_${generation}`}`;
const came = (generation: number) => watches.spike?.came.get(app(generation));
const isOnCluster = (generation: number) => async () => came(generation) !== undefined;
const hasEnded = (generation: number) => async () => !(await member(app(generation)));

// Guard rail: postgres-logins-rotate
test('logins are exchanged twice while a workload never stops, and an old one ends in its time', async () => {
  const held = await hold();
  await controlPlane.hub.apply(zone({ credentials }));
  await until('the next login on the cluster', isOnCluster(2), 120);
  expect(await member(app(1))).toBe(true);

  let said = '';
  const asksSquad = async () => {
    const { reason, message = '' } = condition(await now(), 'ActionNeeded') ?? {};
    said = message;

    return reason === 'Squad';
  };
  await until('whose move it is', asksSquad, 60);
  expect(said).toMatch(
    /^\d+ sessions? still uses? login quasar_turning_app: restart what uses Secret spike before 2\d{3}-.*Z\.$/,
  );
  expect(isTrue((await now()) as KubernetesObject, 'Stalled')).toBe(false);
  const endedAt = await until('the end of the first login', hasEnded(1), 120);
  await until('the end of its session', async () => held.lostAt !== undefined, 120);
  const lived = (endedAt - (came(2) ?? 0)) / 1000;
  console.log(
    `login 1 ended ${lived.toFixed(1)} s after login 2 came, its session lost ${((held.lostAt ?? 0) - (came(2) ?? 0)) / 1000} s after`,
  );
  expect(lived).toBeGreaterThan(49);
  expect((held.lostAt ?? Date.now()) - (came(2) ?? 0)).toBeGreaterThan(49_000);

  await until('the one after it on the cluster', isOnCluster(3), 150);
  const thirdCame = came(3) ?? 0;
  const secondEnded = await until('the end of the second login', hasEnded(2), 120);
  console.log(`login 2 ended ${((secondEnded - thirdCame) / 1000).toFixed(1)} s after login 3 came`);
  expect(secondEnded - thirdCame).toBeGreaterThan(28_000);
  expect((await statusNow()).logins[0]).toBe(app(3));
});

test('in an emergency everything of before ends at once, and nobody who reads the Secret is refused', async () => {
  // No other exchange comes in between, once what was begun is over.
  await controlPlane.hub.apply(zone({ credentials: { ...credentials, rotateEvery: '1d' } }));
  const isFar = async () => Date.parse((await statusNow()).nextRotation ?? '') > Date.now() + 3_600_000;
  await until('a schedule that is far', isFar, 150);
  await until('as many managed resources as before', async () => (await managed()) === managedBefore, 120);
  const held = await hold();
  const before = (await statusNow()).logins;
  const next = before.map((name) => name.replace(/\d+$/, (digits) => `${Number(digits) + 1}`));
  const generation = Number(/\d+$/.exec(before[0] ?? '')?.[0]);
  // A moment to come counts when it has come.
  const begun = Math.floor(Date.now() / 1000) * 1000 + 3000;
  const notBefore = `${new Date(begun).toISOString().slice(0, 19)}Z`;
  await controlPlane.hub.apply(serviceOf('quasar', 'turning', 'meadow', { postgres: { rotation: { notBefore } } }));
  const [cameAt, endedAt] = [
    await until('the next login on the cluster', isOnCluster(generation + 1), 90),
    await until('the end of the login of before', hasEnded(generation), 60),
  ];
  expect(endedAt).toBeGreaterThan(begun);
  await until('the end of its session', async () => held.lostAt !== undefined, 60);
  const after = (time = 0) => ((time - begun) / 1000).toFixed(1);
  console.log(
    `emergency: next login on the cluster after ${after(cameAt)} s, the one before ended after ${after(endedAt)} s, its session after ${after(held.lostAt)} s`,
  );
  await until('as many managed resources as before', async () => (await managed()) === managedBefore, 120);
  expect((await statusNow()).logins).toEqual(next);
  const areOut = async () => (await Promise.all(before.map(member))).every((isMember) => !isMember);
  await until('the end of all that were in force before', areOut, 30);
});

test('what is written wrongly the API server refuses in a sentence', async () => {
  const turning = (rotation: object) => serviceOf('quasar', 'turning', 'meadow', { postgres: { rotation } });
  const wrong: [KubernetesObject, RegExp][] = [
    [turning({ every: '5s' }), /it is too short: write at least 1m/],
    [turning({ every: '90 days' }), /use a whole number and s, m, h or d/],
    [turning({ notBefore: '2026-11-27T21:00:00' }), /use a date and a time with its zone/],
    [turning({ notBefore: 'yesterday' }), /use a date and a time with its zone/],
    [zone({ credentials: { rotateEvery: '1m', overlap: '50s', most: '45s' } }), /overlap may not be longer than most/],
    [zone({ credentials: { rotateEvery: '1d' } }), /most may not be longer than rotateEvery/],
    [zone({ credentials: { rotateEvery: '59s' } }), /it is too short: write at least 1m/],
    [zone({ credentials: { rotateEvery: '1w' } }), /use a whole number and s, m, h or d/],
  ];
  for (const [document, sentence] of wrong)
    await expect(controlPlane.hub.apply(document, { dryRun: true })).rejects.toThrow(sentence);
});

test('of all that connected with what lay on the cluster nobody was refused, and no Secret was of two logins', async () => {
  isOver = true;
  await Promise.all(watching);
  const sum = Object.values(watches).reduce((all, { attempts }) => all + attempts, 0);
  console.log(
    `${sum} connections with what was delivered; logins ${[...(watches.spike?.came.keys() ?? [])].join(', ')}`,
  );

  expect(Object.values(watches).flatMap(({ refused }) => refused)).toEqual([]);
  expect(Object.values(watches).map(({ torn }) => torn)).toEqual([0, 0]);
  expect(sum).toBeGreaterThan(100);
});

test('where a login changed its own password nobody gets in with the Secret, until an exchange', async () => {
  const before = await delivered('spike');
  const itself = await sessionOf(controlPlane.meadow.postgres, before);
  await itself.query(`ALTER ROLE CURRENT_USER PASSWORD 'another-one'`);
  await itself.end();
  const canEnter = (binding: Record<string, string>) =>
    sessionOf(controlPlane.meadow.postgres, binding).then(
      async (session) => {
        await session.end();
        return true;
      },
      () => false,
    );
  const getsIn = async () => canEnter(await delivered('spike'));
  expect(await getsIn()).toBe(false);

  const begun = Date.now();
  await exchangeNow();
  const at = await until('somebody gets in', getsIn, 120);
  console.log(`a Secret that connects again after ${((at - begun) / 1000).toFixed(1)} s`);
  expect((await delivered('spike')).username).not.toBe(before.username);
  await until('the login of before is out', async () => !(await canEnter({ ...before, password: 'another-one' })), 60);
});

// Guard rail: postgres-logins-rotate
test('neither a stranger with the name of the next login nor a pool that stays full stops an exchange', async () => {
  const server = controlPlane.meadow.postgres;
  const before = await delivered('spike');
  const generation = Number(/\d+$/.exec(before.username)?.[0]);
  const stranger = app(generation + 1);
  const superuser = await server.connect();
  await superuser.query(`CREATE ROLE ${stranger} LOGIN PASSWORD 'known'`);
  const { rows } = await superuser.query('SELECT rolconnlimit AS most FROM pg_roles WHERE rolname = $1', [
    before.username,
  ]);
  const { most } = rows[0] as { most: number };
  const open = async (secret: string, count: number) => {
    const binding = await delivered(secret);

    return Promise.all(Array.from({ length: count }, () => sessionOf(server, binding)));
  };
  const pool = [...(await open('spike', most)), ...(await open('spike.migrator', 3))];
  for (const session of pool) session.on('error', () => undefined);

  await exchangeNow();
  await until(
    'the login after it on the cluster',
    async () => (await delivered('spike')).username === app(generation + 2),
    120,
  );
  await until('the end of the login of before', async () => !(await member(before.username)), 60);
  const said = async () => condition(await now(), 'ActionNeeded');
  await until('who made it is asked for', async () => (await said())?.reason === 'Platform', 60);
  expect((await said())?.message).toContain(`somebody else made ${stranger}, so the next login has another name`);
  expect(await member(stranger)).toBe(false);

  // All that was promised is there a second time, while nothing of the first is closed. A session whose login is
  // already dropped has no name on the server.
  const renewed = [...(await open('spike', most)), ...(await open('spike.migrator', 3))];
  const { rows: counted } = await superuser.query(
    'SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = $1 AND usename IS DISTINCT FROM $2',
    [before.database, 'squadkit_admin'],
  );
  expect(counted[0].open).toBeGreaterThanOrEqual(2 * (most + 3));
  await until('it is in sync', async () => isTrue((await now()) as KubernetesObject, 'Synced'), 60);
  for (const session of [...pool, ...renewed]) await session.end().catch(() => undefined);

  await superuser.query(`DROP ROLE ${stranger}`);
  await superuser.end();
  await until('nobody has to act', async () => (await said())?.reason === 'Nobody', 120);
  expect(isTrue((await now()) as KubernetesObject, 'Ready')).toBe(true);
});

/** The number of the login that lies on the cluster. */
const generationNow = async (): Promise<number> => Number(/\d+$/.exec((await delivered('spike')).username)?.[0]);
const isThere = async (login: string): Promise<boolean> => {
  const client = await controlPlane.meadow.postgres.connect();
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [login]);
  await client.end();

  return (rowCount ?? 0) > 0;
};
const isSettled = async () => isTrue((await now()) as KubernetesObject, 'Ready') && (await managed()) === managedBefore;

// Guard rail: postgres-logins-rotate
test.runIf(isLong)('while a cluster is cut off its old login works on, however long that is', async () => {
  const before = await delivered('spike');
  const next = app((await generationNow()) + 1);
  await kill({ controlPlane }, 'aqua-meadow-apiserver');
  await controlPlane.hub.apply(zone({ credentials }));
  await until('the next login on the server', () => isThere(next), 180);
  const made = Date.now();
  let attempts = 0;
  for (; Date.now() - made < 120_000; attempts += 1) {
    await (await sessionOf(controlPlane.meadow.postgres, before)).end();
    await sleep(1000);
  }
  expect(await member(before.username)).toBe(true);

  await controlPlane.startAll();
  await controlPlane.hub.apply(zone({ credentials: { ...credentials, rotateEvery: '1d' } }));
  const isDelivered = async () => (await delivered('spike')).username !== before.username;
  const deliveredAt = await until('another login on the cluster', isDelivered, 180);
  const endedAt = await until('the end of the login of before', async () => !(await member(before.username)), 180);
  console.log(
    `${attempts} sessions by the old login while the cluster was cut off for two minutes; it ended ${((endedAt - deliveredAt) / 1000).toFixed(1)} s after the next one was delivered`,
  );
  expect(endedAt - deliveredAt).toBeGreaterThan(28_000);
  await until('all of it is settled', isSettled, 180);
});

test.runIf(isLong)('while the server is away nothing else is delivered, and then one login more', async () => {
  const [before, generation] = [await delivered('spike'), await generationNow()];
  await kill({ controlPlane }, 'postgres-meadow');
  await exchangeNow();
  for (const began = Date.now(); Date.now() - began < 60_000; await sleep(1000))
    expect(await delivered('spike')).toEqual(before);

  await controlPlane.startAll();
  await until('the next login on the cluster', async () => (await generationNow()) === generation + 1, 240);
  await until('the end of the login of before', async () => !(await member(before.username)), 120);
  await until('all of it is settled', isSettled, 180);
  expect(await generationNow()).toBe(generation + 1);
});

test.runIf(isLong)('a clock that is an hour off exchanges a login once, and no more', async () => {
  const generation = await generationNow();
  // Older than three minutes, so that it is due by a clock that is an hour ahead; the one that is made then is not, for as long.
  await sleep(210_000);
  await controlPlane.hub.apply(zone({ credentials: { ...credentials, rotateEvery: '63m' } }));
  await sleep(20_000);
  expect(await generationNow()).toBe(generation);
  for (const clock of ['ahead', 'behind'] as const) {
    const standIn = await replaceFunction({ controlPlane }, clock);
    try {
      // It is asked at once, and by that clock.
      const asked = serviceOf('quasar', 'turning', 'meadow');
      await controlPlane.hub.apply({ ...asked, spec: { ...asked.spec, description: `by a clock that is ${clock}` } });
      await sleep(120_000);
    } finally {
      const ended = once(standIn, 'exit');
      standIn.kill('SIGKILL');
      await ended;
      await controlPlane.startAll();
    }
    console.log(`login ${await generationNow()} after two minutes ${clock} of time; before, ${generation}`);
    expect(await generationNow()).toBe(generation + 1);
  }
  await until('all of it is settled', isSettled, 180);
  expect(await generationNow()).toBe(generation + 1);
});
