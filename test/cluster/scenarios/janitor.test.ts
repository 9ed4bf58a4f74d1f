import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saidOf } from '../../../functions/zone/sessions.ts';
import { type ControlPlane, connectControlPlane, type PostgresServer } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { connectPostgres } from '../../control-plane/postgres.ts';
import {
  cases,
  fates,
  type Life,
  type Makers,
  meetFate,
  mustEnd,
  openLife,
  openMakers,
  prepareDatabase,
} from '../janitor/lives.ts';
import { rightsOf } from '../janitor/rights.ts';
import { applyPlatform, makeReady, serviceOf, textOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';
import { type SpareServer, startSpareServers } from '../support/spare.ts';

let controlPlane: ControlPlane;
let spare: SpareServer;
const report = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'squadkit-sessions', namespace: 'squadkit-janitor' },
};
const account = 'system:serviceaccount:squadkit-janitor:janitor';
const groups = ['system:serviceaccounts', 'system:serviceaccounts:squadkit-janitor'];
const going = serviceOf('galaxy', 'going', 'frontier', { postgres: { readers: true } });
const staying = serviceOf('galaxy', 'staying', 'frontier');
const zone = (): KubernetesObject => ({
  ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', metadata: { name: 'gorge' } },
  spec: { environment: 'engineering', region: 'eu-west-1', components: [spare.component] },
});

const saidNow = async (server: string) => saidOf((await controlPlane.hub.get(report)) as never, server);
const isLooked = async (server: string) => (await saidNow(server))?.lookedAt !== undefined;
/** Three looks, and what the machine does besides. */
const threeLooks = 32_000;
/** Seconds within which a session ends, also where one look was not answered in time: that takes 5 s, and the next comes after 20 s. */
const withOneFailure = 60;

/** A session with what was delivered to the namespace on aqua, and when it ended. */
const open = async (service: string, secret: string) => {
  const metadata = { name: secret, namespace: `galaxy-${service}` };
  const binding = textOf(await controlPlane.aqua.get({ apiVersion: 'v1', kind: 'Secret', metadata }));
  const session: { role: string; client: Client; endedAt?: number } = {
    role: binding.username as string,
    client: await controlPlane.postgres.connect({
      ...{ database: binding.database as string, user: binding.username as string },
      password: binding.password as string,
    }),
  };
  session.client.on('end', () => {
    session.endedAt ??= Date.now();
  });

  return session;
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  [spare] = (await startSpareServers(controlPlane, ['gorge'], { settings: ['max_prepared_transactions=300'] })) as [
    SpareServer,
  ];
  await applyPlatform(controlPlane);
  await Promise.all([makeReady(controlPlane, going), makeReady(controlPlane, staying)]);
});

afterAll(async () => {
  await retire(controlPlane, [staying], [zone()]);
  await spare.end();
});

describe('the login of the janitor on a server, before the janitor uses it', () => {
  let superuser: Client;
  let janitor: Client;
  beforeAll(async () => {
    superuser = await spare.connect();
    await superuser.query(`CREATE ROLE nobody_special LOGIN PASSWORD 'x'; CREATE ROLE victim LOGIN PASSWORD 'x'`);
    await superuser.query('CREATE TABLE public.salary AS SELECT 1 AS amount');
    await superuser.query('CREATE DATABASE galaxy_salary');
    await superuser.query('REVOKE CONNECT ON DATABASE galaxy_salary FROM PUBLIC');
    const { janitor: login } = spare.connection;
    janitor = await connectPostgres(spare.connection, login);
  });
  afterAll(async () => {
    await janitor.end();
    await superuser.end();
  });

  // Guard rail: janitor-reads-no-data
  test('may do what a role without any right may, and connect to postgres, and signal: nothing else of all there is', async () => {
    const [own, plain] = await Promise.all(
      ['squadkit_janitor', 'nobody_special'].map((role) => rightsOf(superuser, role)),
    );
    const more = own?.filter((line) => !plain?.includes(line));

    console.log(`${own?.length} rights of the janitor, of which every role has ${plain?.length}`);
    expect(plain?.length).toBeGreaterThan(1000);
    expect(more).toEqual([
      'database postgres CONNECT',
      ...['MEMBER', 'SET', 'USAGE'].map((way) => `role pg_signal_backend ${way}`),
    ]);
    const { rows } = await superuser.query(
      `SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS some, rolconnlimit
       FROM pg_roles WHERE rolname = 'squadkit_janitor'`,
    );
    expect(rows).toEqual([{ some: false, rolconnlimit: 1 }]);
  });

  test('is refused what is tried, to everything that is there', async () => {
    const { rows: roles } = await superuser.query(
      `SELECT rolname FROM pg_roles WHERE rolname !~ '^(squadkit_janitor|pg_signal_backend)$'`,
    );
    const { rows: relations } = await superuser.query(
      `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace <> 'information_schema'::regnamespace
       AND NOT has_table_privilege('nobody_special', oid, 'SELECT') AND NOT has_any_column_privilege('nobody_special', oid, 'SELECT')`,
    );
    const { rows: sessions } = await superuser.query(`SELECT pid FROM pg_stat_activity WHERE usename = 'postgres'`);
    const attempts = [
      ...roles.flatMap(({ rolname }) => [
        `SET ROLE ${rolname}`,
        `SET SESSION AUTHORIZATION ${rolname}`,
        `ALTER ROLE ${rolname} PASSWORD 'mine'`,
        `GRANT ${rolname} TO squadkit_janitor`,
        `DROP ROLE ${rolname}`,
      ]),
      ...relations.map(({ name }) => `SELECT * FROM ${name}`),
      ...sessions.map(({ pid }) => `SELECT pg_terminate_backend(${pid})`),
      ...['CREATE ROLE mine', 'CREATE DATABASE mine', 'CREATE TABLE public.mine (id int)', 'CREATE SCHEMA mine'],
      ...[
        `SELECT pg_read_file('/etc/passwd')`,
        `COPY (SELECT 1) TO PROGRAM 'true'`,
        'CHECKPOINT',
        'SELECT pg_reload_conf()',
      ],
      ...[
        `ALTER ROLE squadkit_janitor SUPERUSER`,
        `ALTER ROLE squadkit_janitor CONNECTION LIMIT 9`,
        `ALTER SYSTEM SET ssl = off`,
      ],
    ];
    console.log(`${attempts.length} attempts`);
    expect(attempts.length).toBeGreaterThan(80);
    for (const attempt of attempts) {
      await expect(janitor.query(attempt), attempt).rejects.toThrow(
        /permission denied|must be|only roles|cannot|is reserved/i,
      );
    }
    const { rows } = await janitor.query(`SELECT query FROM pg_stat_activity WHERE usename = 'postgres'`);
    expect(rows.every(({ query }) => query === '<insufficient privilege>' || query === null)).toBe(true);
  });

  test('gets into no other database, and in once only', async () => {
    const { janitor: login } = spare.connection;
    await expect(connectPostgres(spare.connection, { ...login })).rejects.toThrow(/too many connections/);
    await janitor.end();
    // Whoever was refused counts until his process is gone.
    for (const database of ['galaxy_salary', 'template1']) {
      const refusal = () =>
        connectPostgres(spare.connection, { ...login, database }).then(
          () => 'it got in',
          ({ message }) => String(message),
        );
      await expect.poll(refusal).toMatch(/permission denied/);
    }
  });
});

describe('the ServiceAccount of the janitor on the hub', () => {
  interface Resources {
    resources: { name: string; verbs: string[]; namespaced: boolean }[];
  }

  // Guard rail: janitor-reads-no-data
  test('may list Zones, get Secrets where its own lie, and say what it did: nothing else of all kinds there are', async () => {
    const { hub } = controlPlane;
    const { groups: served } = await hub.request<{ groups: { preferredVersion: { groupVersion: string } }[] }>(
      'GET',
      '/apis',
    );
    const roots = ['/api/v1', ...served.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
    const verbs = [
      'get',
      'list',
      'watch',
      'create',
      'update',
      'patch',
      'delete',
      'deletecollection',
      'impersonate',
      'bind',
      'escalate',
    ];
    const kinds = (
      await Promise.all(
        roots.map(async (root) => {
          const { resources } = await hub.request<Resources>('GET', root);
          return resources.map(({ name, namespaced }) => ({
            group: root.startsWith('/apis/') ? (root.split('/')[2] ?? '') : '',
            name,
            namespaced,
          }));
        }),
      )
    ).flat();
    const may = async (user: string, resourceAttributes: object): Promise<boolean> => {
      const { status } = await hub.request<{ status: { allowed: boolean } }>(
        'POST',
        '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        {
          ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' },
          spec: { user, groups: [...groups, 'system:authenticated'], resourceAttributes },
        },
      );
      return status.allowed;
    };
    const anybody = 'system:serviceaccount:squadkit-janitor:default';
    const allowed: string[] = [];
    let asked = 0;
    for (const { group, name, namespaced } of kinds) {
      const [resource, subresource] = name.split('/');
      const questions = (namespaced ? ['squadkit-janitor', 'squadkit-system', 'galaxy'] : ['']).flatMap((namespace) =>
        verbs.map((verb) => ({ verb, group, resource, subresource, ...(namespace && { namespace }) })),
      );
      asked += questions.length;
      for (const question of questions) {
        // What everybody there may is nothing of the janitor's.
        if (!(await may(account, question)) || (await may(anybody, question))) continue;
        allowed.push(`${question.verb} ${name} ${question.namespace ?? ''}`.trim());
      }
    }
    console.log(`${asked} combinations of verb, kind and namespace`);

    expect(allowed.sort()).toEqual(['get secrets squadkit-janitor', 'list zones']);
    const named = { group: '', resource: 'configmaps', namespace: 'squadkit-janitor', verb: 'patch' };
    expect(await may(account, { ...named, name: 'squadkit-sessions' })).toBe(true);
    expect(await may(account, { ...named, name: 'kube-root-ca.crt' })).toBe(false);
  });

  test('lives where nobody else writes, starts or takes anything: not by any right that RBAC gives', async () => {
    const { hub } = controlPlane;
    const powerful = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'janitor-test:ada' },
    };
    await hub.apply({
      ...powerful,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ada' }],
    } as KubernetesObject);
    const ada = hub.as('ada');
    const place = '/api/v1/namespaces/squadkit-janitor';
    const named = (name: string) => ({ metadata: { name, namespace: 'squadkit-janitor' } });
    const securityContext = {
      ...{ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      ...{ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    };
    const spec = { containers: [{ name: 'a', image: 'a', securityContext }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', ...named('mine'), spec };
    const attempts: [string, string, string, object?][] = [
      ['a pod', 'POST', `${place}/pods`, pod],
      ['a Secret', 'POST', `${place}/secrets`, { apiVersion: 'v1', kind: 'Secret', ...named('mine') }],
      ['the Secret of a login', 'DELETE', `${place}/secrets/spike-janitor`],
      ['all Secrets', 'DELETE', `${place}/secrets`],
      [
        'a token',
        'POST',
        `${place}/serviceaccounts/janitor/token`,
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
      ],
      ['the report', 'DELETE', `${place}/configmaps/squadkit-sessions`],
      ['the Deployment', 'DELETE', '/apis/apps/v1/namespaces/squadkit-janitor/deployments/janitor'],
      ['the Role', 'DELETE', '/apis/rbac.authorization.k8s.io/v1/namespaces/squadkit-janitor/roles/squadkit:janitor'],
      ['the namespace', 'DELETE', place],
    ];
    try {
      for (const [what, method, path, body] of attempts)
        await expect(ada.request(method, `${path}?dryRun=All`, body), what).rejects.toThrow(/commit it to Git/);
      const said = { apiVersion: 'v1', kind: 'ConfigMap', ...named('squadkit-sessions'), data: { x: 'y' } };
      await expect(ada.apply(said as never, { dryRun: true }), 'what it says').rejects.toThrow(/commit it to Git/);
      await expect(
        hub.as(account, groups).apply(said as never, { dryRun: true, fieldManager: 'squadkit-janitor' }),
      ).resolves.toBeDefined();
    } finally {
      await hub.delete(powerful as KubernetesObject);
    }
  });
});

describe('on a server of its own, every person × fate × thing that a session holds', () => {
  let makers: Makers;
  const lives: Life[] = [];
  const committed = new Map<Life, number>();

  beforeAll(async () => {
    await controlPlane.hub.apply(zone());
    makers = await openMakers(spare.connection);
    await prepareDatabase(makers);
    // Somebody whom others wait for.
    await (await connectPostgres(spare.connection, { database: 'galaxy_lives' })).query('SELECT pg_advisory_lock(0)');
    for (const [index, one] of cases.entries())
      lives.push(await openLife(makers, { ...one, index, markParameter: 'squadkit.mark' }));
    while (!(await isLooked('gorge.gorge'))) await sleep(1000);
    await sleep(threeLooks);
  });
  afterAll(async () => {
    for (const { client } of lives) await client.end().catch(() => undefined);
    await makers.administrator.end();
    await makers.superuser.end();
  });

  test('nobody is ended before anything happens', () => {
    expect(lives.filter(({ endedAt }) => endedAt !== undefined).map(({ role }) => role)).toEqual([]);
  });

  // Guard rail: postgres-sessions-end
  test('who has to end is ended within seconds, and nobody else is', async () => {
    for (const life of lives) committed.set(life, await meetFate(makers, life));
    const due = lives.filter(mustEnd);
    await expect
      .poll(() => due.filter(({ endedAt }) => endedAt === undefined).length, { timeout: 120_000, interval: 250 })
      .toBe(0);
    // So long that anybody else would be ended too.
    await sleep(threeLooks);
    const wrong = lives.filter((life) => (life.endedAt !== undefined) !== mustEnd(life));
    const seconds = lives
      .flatMap((life) => (life.endedAt === undefined ? [] : [(life.endedAt - (committed.get(life) ?? 0)) / 1000]))
      .sort((a, b) => a - b);
    console.log(
      `${lives.length} sessions; ${seconds.length} ended: median ${seconds[seconds.length >> 1]?.toFixed(1)} s, worst ${seconds.at(-1)?.toFixed(1)} s after the commit`,
    );

    expect(wrong.map(({ role, person, fate, holding }) => `${role}: ${person} ${fate} with ${holding.name}`)).toEqual(
      [],
    );
    expect(new Set(lives.map(({ fate }) => fate)).size).toBe(fates.length);
    expect(seconds.at(-1)).toBeLessThan(withOneFailure);
  });

  test('what was prepared for a second phase by roles that are gone is counted, and who ended is said', async () => {
    // What a migrator prepares is its owner's, who is still there.
    const dropped = lives.filter(
      ({ person, fate, holding }) =>
        fate === 'is dropped' && holding.name === 'a prepared transaction' && person !== 'migrator',
    );
    const ended = lives.filter(mustEnd).length;

    await expect.poll(async () => (await saidNow('gorge.gorge'))?.prepared, { timeout: 90_000 }).toBe(dropped.length);
    await expect.poll(async () => (await saidNow('gorge.gorge'))?.ended, { timeout: 90_000 }).toBe(ended);
    const log = readFileSync(controlPlane.log('janitor'), 'utf8').split('\n').filter(Boolean);
    const lines = log.map((line) => JSON.parse(line) as Record<string, unknown>);
    const deeds = lines.filter(({ server, message }) => server === 'gorge.gorge' && message === 'session ended');
    expect(deeds.length).toBe(ended);
    for (const deed of deeds)
      expect(Object.keys(deed).sort()).toEqual([
        'because',
        'database',
        'level',
        'message',
        'pid',
        'role',
        'server',
        'time',
      ]);
    expect(deeds.map(({ role }) => role).sort()).toEqual(
      lives
        .filter(mustEnd)
        .map(({ role }) => role)
        .sort(),
    );
    expect(log.join('\n')).not.toContain(String(spare.connection.janitor?.password));
    expect(log.join('\n')).not.toMatch(/SELECT|parcel/);
  });
});

describe('a Service that is removed while its logins are connected', () => {
  let hanging: number[] = [];

  // Guard rail: postgres-sessions-end
  test('has no session after some seconds, also while another server hangs; others go on', async () => {
    const { postgres } = controlPlane;
    const superuser = await postgres.connect();
    const administrator = await (postgres as PostgresServer).connect(postgres.admin);
    const stays = [await open('staying', 'spike'), await open('staying', 'spike.migrator')];
    const goes = await Promise.all(
      ['spike', 'spike', 'spike', 'spike.migrator', 'spike.migrator', 'spike.readonly'].map((secret) =>
        open('going', secret),
      ),
    );
    const [idle, locking, acting, migrating, waiting, listening] = goes as [
      (typeof goes)[0],
      ...typeof goes,
    ] as never as (typeof goes)[0][];
    await idle?.client.query('SELECT 1');
    await migrating?.client.query('CREATE TABLE app.parcel (id int)');
    await migrating?.client.query('SET ROLE galaxy_going_owner');
    await locking?.client.query('BEGIN; LOCK TABLE app.parcel IN ROW EXCLUSIVE MODE');
    await acting?.client.query('SET ROLE galaxy_going_writer; INSERT INTO app.parcel VALUES (1)');
    waiting?.client.query('SELECT pg_sleep(600)').catch(() => undefined);
    await listening?.client.query('LISTEN parcels');
    const onGorge = await spare.connect();
    const ofJanitor = async () => {
      const { rows } = await onGorge.query(`SELECT pid FROM pg_stat_activity WHERE usename = 'squadkit_janitor'`);
      hanging = rows.map(({ pid }) => pid as number);

      return hanging.length;
    };
    // After a look that failed there is none until the next one.
    await expect.poll(ofJanitor, { timeout: 90_000 }).toBe(1);
    await onGorge.end();
    // The process that listens, and the one that serves the janitor.
    controlPlane.signal('postgres-gorge', 'SIGSTOP');
    for (const pid of hanging) process.kill(pid, 'SIGSTOP');

    const ended = new Map<string, number>();
    let isWatching = true;
    const watching = (async () => {
      while (isWatching) {
        const { rows } = await superuser.query(
          `SELECT n AS role FROM unnest($1::name[]) n WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = n)`,
          [[...new Set(goes.map(({ role }) => role))]],
        );
        for (const { role } of rows) if (!ended.has(role)) ended.set(role, Date.now());
        await sleep(50);
      }
    })();
    await controlPlane.hub.delete(going);
    const isOver = () => goes.every(({ endedAt }) => endedAt !== undefined);
    await expect.poll(isOver, { timeout: 60_000, interval: 50 }).toBe(true);
    // Whoever looks for the end of the rights may come later than the janitor.
    await expect.poll(() => goes.every(({ role }) => ended.has(role)), { timeout: 60_000, interval: 50 }).toBe(true);
    isWatching = false;
    await watching;
    const seconds = goes
      .map(({ role, endedAt }) => ((endedAt ?? 0) - (ended.get(role) ?? Number.NaN)) / 1000)
      .sort((a, b) => a - b);
    console.log(
      `${goes.length} sessions of a removed Service: median ${seconds[seconds.length >> 1]?.toFixed(1)} s, worst ${seconds.at(-1)?.toFixed(1)} s after their login lost its rights`,
    );

    expect(seconds.at(-1)).toBeLessThan(withOneFailure);
    for (const { client, endedAt } of stays) {
      expect(endedAt).toBeUndefined();
      await client.query('SELECT 1');
      await client.end();
    }
    await administrator.query('SELECT 1');
    await administrator.end();
    await superuser.end();
  });

  test('what hung is said, and looked at again when it goes on', async () => {
    await expect
      .poll(() => readFileSync(controlPlane.log('janitor'), 'utf8'), { timeout: 60_000 })
      .toMatch(/gorge.gorge.*not answer in time/);
    for (const pid of hanging) process.kill(pid, 'SIGCONT');
    controlPlane.signal('postgres-gorge', 'SIGCONT');

    const isWell = async () => {
      const seen = await saidNow('gorge.gorge');
      return seen !== undefined && seen.problem === undefined;
    };
    await expect
      .poll(() => readFileSync(controlPlane.log('janitor'), 'utf8'), { timeout: 150_000, interval: 1000 })
      .toMatch(/server reached again.*gorge.gorge/);
    await expect.poll(isWell, { timeout: 30_000, interval: 1000 }).toBe(true);
  });
});

test('SIGTERM ends the janitor before its next look, and it comes back', async () => {
  const since = Date.now();
  await controlPlane.stop('janitor');
  const milliseconds = Date.now() - since;
  await controlPlane.start('janitor');
  console.log(`the janitor stopped after ${milliseconds} ms`);

  // After ten seconds it is killed.
  expect(milliseconds).toBeLessThan(8000);
  await expect
    .poll(async () => (await saidNow('frontier.spike'))?.problem, { timeout: 90_000, interval: 1000 })
    .toBeUndefined();
});
