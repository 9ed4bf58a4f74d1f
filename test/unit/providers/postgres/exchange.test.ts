import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { arrivedKey, type LoginKind, loginKinds, roleNameOf } from '../../../../functions/providers/postgres/logins.ts';
import { lastGeneration } from '../../../../functions/providers/postgres/rotation.ts';
import { backups } from '../../../support/backups.ts';
import { edit, type Life, reconcile, settle } from '../../../support/life.ts';
import { squadWith, zonesWith } from '../../../support/registered.ts';
import { untold } from '../../../support/told-status.ts';

const day = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00Z');
const credentials = { rotateEvery: '90d' };
const kinds = ['app', 'migrator', 'readonly'];

interface Given {
  zone?: object;
  postgres?: object;
  hasCluster?: boolean;
}

const specOf = ({ postgres = {}, hasCluster = true }: Given) => ({
  zones: [
    {
      name: 'frontier',
      components: [
        { name: 'spike', provider: 'postgres', postgres: { readers: true, ...postgres } },
        ...(hasCluster ? [{ name: 'aqua', provider: 'kubernetes' }] : []),
      ],
    },
  ],
});

/** A Service that was accepted and made at the start. */
const begin = (given: Given): Life => {
  const life: Life = {
    composite: {
      ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service' },
      metadata: { name: 'billing', namespace: 'galaxy', generation: 1 },
      spec: specOf(given),
    },
    ...{ observed: {}, had: new Set<string>(), now: start },
    registry: registered(given),
  };
  settle(life);

  return life;
};

const registered = ({ zone = { credentials } }: Given, report?: object): KubernetesObject[] => [
  ...zonesWith({ postgres: zone }),
  squadWith('galaxy'),
  ...(report === undefined
    ? []
    : [
        {
          ...{
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'squadkit-sessions', namespace: 'squadkit-janitor' },
          },
          data: { 'frontier.spike': JSON.stringify(report) },
        },
      ]),
];

const said = (at: number, generations: Record<string, number>) => ({
  ...{ lookedAt: new Date(at).toISOString(), tooMany: [], sessions: 9, ended: 0, staying: 0, prepared: 0 },
  generations,
});

const after = (life: Life, days: number) => {
  life.now = start + days * day;

  return settle(life);
};

const objectOf = (life: Life, local: string) =>
  life.observed[`frontier.${local}`]?.resource as unknown as KubernetesObject;
const names = ({ observed }: Life): string[] => Object.keys(observed).map((name) => name.replace('frontier.', ''));
/** Logins that there are: `app`, `app-2`. */
const logins = (life: Life): string[] =>
  names(life)
    .map((name) => name.replace('spike.', ''))
    .filter((name) => kinds.some((kind) => new RegExp(`^${kind}(-\\d+)?$`).test(name)));
const secretOf = (life: Life): Record<string, string> =>
  Object.fromEntries(
    Object.entries((objectOf(life, 'spike.binding').data ?? {}) as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
/** What lies on the cluster: whose user name, and from where the password is copied. */
const onCluster = (life: Life, secret = 'spike') => {
  const { forProvider, references } = objectOf(life, `aqua.secret.${secret}`).spec as {
    forProvider: { manifest: { data: Record<string, string> } };
    references: { patchesFrom: { fieldPath: string }; toFieldPath: string }[];
  };

  return {
    username: Buffer.from(forProvider.manifest.data.username ?? '', 'base64').toString(),
    password: references.find(({ toFieldPath }) => toFieldPath === 'data[password]')?.patchesFrom.fieldPath,
  };
};
/** What the status says of the database, which is nothing that the page of Services does not tell of. */
const statusOf = ({ composite: { status } }: Life): Record<string, unknown> => {
  const { conditions: _, ...said } = status ?? {};
  expect(untold(said)).toEqual([]);

  return ((status?.zones ?? []) as { components: Record<string, unknown>[] }[])[0]?.components[0] ?? {};
};

test('where a Zone says nothing, nothing is exchanged, recorded or delivered otherwise, however old it is', () => {
  const life = begin({ zone: {} });
  const before = JSON.stringify([life.observed, life.composite.status]);
  after(life, 4000);

  expect(JSON.stringify([life.observed, life.composite.status])).toBe(before);
  expect(Object.keys(secretOf(life)).filter((key) => /\d/.test(key))).toEqual([]);
  expect(statusOf(life).logins).toBeUndefined();
});

test('a Zone that begins with it adds no managed resource, and no password is another', () => {
  const [without, with_] = [begin({ zone: {} }), begin({})];

  expect(names(with_).toSorted()).toEqual(names(without).toSorted());
  expect(secretOf(with_)).toMatchObject(secretOf(without));
  expect(onCluster(with_)).toEqual({ username: 'galaxy_billing_app', password: 'data[1.password]' });
  expect(statusOf(with_)).toMatchObject({
    logins: ['galaxy_billing_app', 'galaxy_billing_migrator', 'galaxy_billing_readonly'],
    nextRotation: '2026-04-01T00:00:00Z',
  });
});

test('all three logins are exchanged when they are old enough, and the old ones end after their overlap', () => {
  const life = begin({ zone: { credentials, janitor: undefined } });
  const rest = names(life).length;
  after(life, 89);
  expect(logins(life).toSorted()).toEqual(kinds);

  after(life, 90);
  expect(logins(life).toSorted()).toEqual(kinds.flatMap((kind) => [kind, `${kind}-2`]).toSorted());
  expect(onCluster(life)).toEqual({ username: 'galaxy_billing_app_2', password: 'data[2.password]' });
  expect(onCluster(life, 'spike.migrator')).toEqual({
    username: 'galaxy_billing_migrator_2',
    password: 'data[migrator.2.password]',
  });
  expect(secretOf(life)).toMatchObject({ username: 'galaxy_billing_app_2', '1.username': 'galaxy_billing_app' });
  expect(statusOf(life)).toMatchObject({
    logins: ['galaxy_billing_app_2', 'galaxy_billing_migrator_2', 'galaxy_billing_readonly_2'],
    endingLogins: [
      'galaxy_billing_app at the latest 2026-05-01T00:00:00Z',
      'galaxy_billing_migrator at the latest 2026-05-01T00:00:00Z',
      'galaxy_billing_readonly at the latest 2026-05-01T00:00:00Z',
    ],
  });

  after(life, 96.9);
  expect(logins(life)).toContain('app');
  expect(reconcile(life).ttl).toBeLessThanOrEqual(600);
  after(life, 97);
  expect(logins(life).toSorted()).toEqual(kinds.map((kind) => `${kind}-2`));
  expect(Object.keys(secretOf(life)).filter((key) => key.includes('1.'))).toEqual([]);
  expect(names(life)).toHaveLength(rest);
});

// Guard rail: postgres-connections
test('the database has room for every login that there is at once, each with its limit, and for the administrator', () => {
  const life = begin({ zone: { credentials, janitor: undefined } });
  const limitOf = (local: string) => {
    const { spec } = objectOf(life, `spike.${local}`);

    return (spec as { forProvider: { connectionLimit: number } }).forProvider.connectionLimit;
  };
  const generations = new Set<number>();
  const check = () => {
    const all = logins(life);
    generations.add(all.length / kinds.length);
    expect(limitOf('database')).toBeGreaterThanOrEqual(all.reduce((sum, local) => sum + limitOf(local), 10));
  };
  check();
  after(life, 90);
  check();
  // One emergency a second, before the login that was made for the last has arrived.
  for (let second = 0; second < 8; second += 1) {
    const notBefore = `2026-04-02T00:00:0${second}Z`;
    edit(life, specOf({ postgres: { rotation: { notBefore } } }));
    life.now = Date.parse(notBefore);
    reconcile(life);
    reconcile(life);
    check();
  }

  expect([...generations].sort()).toEqual([1, 2, 3]);
});

test('the next round comes when time changes something', () => {
  const life = begin({});
  life.now = start + 90 * day - 30_000;

  expect(settle(life).ttl).toBe(30);
});

test('between its steps an exchange waits for no event, which Crossplane may lose', () => {
  const life = begin({});
  life.now = start + 90 * day;
  // The first is woken by what it makes.
  reconcile(life);
  const waits: number[] = [];
  while (waits.length < 12 && (waits.at(-1) ?? 1) === 1) waits.push(reconcile(life).ttl);

  expect(onCluster(life).username).toBe('galaxy_billing_app_2');
  expect(objectOf(life, 'spike.app-2').metadata?.annotations?.[arrivedKey]).toBe('2026-04-01T00:00:00Z');
  expect(waits.at(-1)).toBe(600);
});

test('in an emergency they are exchanged at once, also where the Zone says nothing', () => {
  const life = begin({ zone: {} });
  edit(life, specOf({ postgres: { rotation: { notBefore: '2026-01-03T00:00:00Z' } } }));
  after(life, 1);
  expect(logins(life).toSorted()).toEqual(kinds);
  after(life, 2);

  expect(logins(life).toSorted()).toEqual(kinds.map((kind) => `${kind}-2`));
  expect(onCluster(life).username).toBe('galaxy_billing_app_2');
  edit(life, specOf({}));
  after(life, 500);
  expect(logins(life).toSorted()).toEqual(kinds.map((kind) => `${kind}-2`));
  expect(onCluster(life).username).toBe('galaxy_billing_app_2');
});

test('without a cluster the Secret on the hub is what it has to lie in', () => {
  const life = begin({ zone: { credentials, janitor: undefined }, hasCluster: false });
  after(life, 90);
  after(life, 98);

  expect(logins(life).toSorted()).toEqual(kinds.map((kind) => `${kind}-2`));
  expect(secretOf(life).username).toBe('galaxy_billing_app_2');
});

test('whenever a cluster looks, it takes the user name and the password of one login', () => {
  const life = begin({ zone: { credentials: { rotateEvery: '1d', overlap: '1h', most: '1h' }, janitor: undefined } });
  let looks = 0;
  const names = new Set<string>();
  for (let round = 0; round < 200; round += 1) {
    life.now = (life.now ?? 0) + day / 16;
    const before = secretOf(life);
    reconcile(life);
    // The provider copies at any time, from the Secret as it was or as it is.
    for (const secret of [before, secretOf(life)]) {
      const { username, password = '' } = onCluster(life);
      const key = password.replace(/^data.(.*).$/, '$1');
      expect(secret[key.replace('password', 'username')]).toBe(username);
      expect(secret[key]).toBeDefined();
      names.add(username);
      looks += 1;
    }
  }

  expect(looks).toBe(400);
  expect(names.size).toBeGreaterThan(10);
});

test('no two logins of any Services are called alike, and each name fits into 63 bytes', () => {
  const services = ['shop', 'shop-app', 'shop-app-2', 'shop-migrator', 'shop-readonly-99', 'a'.repeat(30)];
  const squads = ['galaxy', 'galaxyshop', 's'.repeat(20)];
  const names = squads.flatMap((name) =>
    services.flatMap((service) =>
      (Object.keys(loginKinds) as LoginKind[]).flatMap((kind) =>
        Array.from({ length: lastGeneration }, (_, index) =>
          roleNameOf({ squad: { name } as never, service }, kind, index + 1),
        ),
      ),
    ),
  );

  expect(new Set(names).size).toBe(squads.length * services.length * 3 * lastGeneration);
  expect(Math.max(...names.map((name) => name.length))).toBe(63);
});

/** As a provider says it of what it cannot reach. */
const cutOff = (life: Life, prefix: string) => {
  for (const [name, { resource }] of Object.entries(life.observed)) {
    if (!name.startsWith(prefix)) continue;
    const { status } = resource as unknown as KubernetesObject;
    for (const condition of (status?.conditions ?? []) as Record<string, string>[])
      if (condition.type === 'Synced')
        Object.assign(condition, { status: 'False', reason: 'ReconcileError', message: 'i/o timeout' });
  }
};

describe('absence is deletion', () => {
  test.each([
    ['a cluster', 'frontier.aqua.'],
    ['the server', 'frontier.spike.'],
  ])('nothing ends while %s is away, however long that is', (_, prefix) => {
    const life = begin({});
    after(life, 90);
    life.now = start + 200 * day;
    cutOff(life, prefix);
    const { desired } = reconcile(life);

    expect(desired['frontier.spike.app']).toBeDefined();
    expect(desired['frontier.spike.app-in-writer']).toBeDefined();
  });

  test('while the document is refused the next is made, and none ends until it is accepted', () => {
    const life = begin({});
    edit(life, specOf({ postgres: { extensions: ['postgis'] } }));
    after(life, 90);
    expect(logins(life)).toContain('app-2');
    expect(onCluster(life).username).toBe('galaxy_billing_app_2');
    const refused = after(life, 200);
    expect(logins(life)).toContain('app');
    // What was accepted goes on, and is not stuck for want of an end.
    expect(refused.isFatal).toBe(false);

    edit(life, specOf({}));
    after(life, 200);
    expect(logins(life)).not.toContain('app');
  });
});

describe('with a janitor', () => {
  const open = { galaxy_billing_app: 3, galaxy_billing_app_2: 1 };
  const others = ['migrator', 'readonly'].flatMap((kind) => [`galaxy_billing_${kind}`, `galaxy_billing_${kind}_2`]);
  const none = Object.fromEntries(others.map((name) => [name, 0]));

  test('whose sessions hold up an old login is said, until when, and that it works is not denied', () => {
    const life = begin({});
    after(life, 90);
    life.registry = registered({}, said(start + 98 * day, { ...open, ...none }));
    const done = after(life, 98);

    expect(logins(life).toSorted()).toEqual(['app', ...kinds.map((kind) => `${kind}-2`)].toSorted());
    expect(done.conditions.ActionNeeded).toEqual({
      status: 2,
      reason: 'Squad',
      message:
        '3 sessions still use login galaxy_billing_app: restart what uses Secret spike before 2026-05-01T00:00:00Z.',
    });
    expect(done.conditions.Stalled?.status).toBe(3);
    expect(done.ttl).toBe(30);

    after(life, 120);
    expect(logins(life)).not.toContain('app');
    expect(reconcile(life).conditions.ActionNeeded?.reason).toBe('Nobody');
  });

  test('it is said before what a backup waits for, which has a condition of its own', () => {
    const given = { zone: { credentials, guarantees: { encryptedAtRest: true }, backups } };
    const life = begin(given);
    after(life, 90);
    life.registry = registered(given, said(start + 98 * day, { ...open, ...none }));
    const { conditions } = reconcile(Object.assign(life, { now: start + 98 * day }));

    expect(conditions.BackedUp?.reason).toBe('BackupTooOld');
    expect(conditions.ActionNeeded?.message).toMatch(/^3 sessions still use login galaxy_billing_app: /);
  });

  test.each([
    { name: 'nobody has looked', report: undefined },
    { name: 'it looked before', report: said(start + 91 * day, { ...open, ...none, galaxy_billing_app: 0 }) },
    { name: 'it says nothing of that login', report: said(start + 98 * day, {}) },
    { name: 'it says nonsense', report: { generations: 7 } },
  ])('an old login waits when $name', ({ report }) => {
    const life = begin({});
    after(life, 90);
    life.registry = registered({}, report);
    const done = after(life, 98);

    expect(logins(life)).toContain('app');
    expect(done.conditions.ActionNeeded?.reason).toBe('Nobody');
    after(life, 120);
    expect(logins(life)).not.toContain('app');
  });
});

test('names begin again with the first, which gets nothing before it has a new password', () => {
  const life = begin({ zone: { credentials: { rotateEvery: '1m', overlap: '15s', most: '15s' }, janitor: undefined } });
  let made = 1;
  const most = { logins: 0, name: 0 };
  for (; made < 99; made += 1) {
    for (const seconds of [0, 60]) {
      life.now = (life.now ?? 0) + seconds * 1000;
      settle(life);
    }
    most.logins = Math.max(most.logins, logins(life).length);
    life.now = (life.now ?? 0) + 16_000;
    settle(life);
  }
  expect(logins(life).toSorted()).toEqual(kinds.map((kind) => `${kind}-99`));
  expect(most.logins).toBe(6);

  life.now = (life.now ?? 0) + 60_000;
  reconcile(life);
  expect(logins(life)).toContain('app');
  // The Secret of before is still there, and the provider has not seen its password refused yet.
  const role = life.observed['frontier.spike.app'];
  if (role !== undefined) role.connectionDetails = {};
  expect(reconcile(life).desired['frontier.spike.app-in-writer']).toBeUndefined();
  expect(onCluster(life).username).toBe('galaxy_billing_app_99');
  settle(life);
  expect(onCluster(life)).toEqual({ username: 'galaxy_billing_app', password: 'data[1.password]' });
});

test('an old login is not dropped where data is deleted with its Service: that could wait for ever', () => {
  const zone = { credentials, janitor: undefined };
  const life = begin({ zone });
  life.registry = life.registry.map((object) =>
    object.kind === 'Zone' ? { ...object, spec: { ...object.spec, environment: 'engineering' } } : object,
  );
  edit(life, specOf({ postgres: { onRemoval: 'Delete' } }));
  after(life, 90);

  expect(objectOf(life, 'spike.app').spec?.managementPolicies).toEqual(['Observe', 'Create', 'Update']);
  expect(objectOf(life, 'spike.app-2').spec?.managementPolicies).toEqual(['*']);
});

describe('a role that somebody else made under the name of the next login', () => {
  /** What provider-sql shows of a role that it found and did not make; `isThere` false when it is gone. */
  const meet = (life: Life, local: string, isThere = true): void => {
    const object = objectOf(life, `spike.${local}`);
    if (object === undefined) return;
    const { 'crossplane.io/external-create-succeeded': _, ...annotations } = object.metadata?.annotations ?? {};
    object.metadata = { ...object.metadata, annotations };
    const conditions = (object.status?.conditions ?? []) as object[];
    object.status = {
      atProvider: { configurationParameters: [] },
      conditions: isThere
        ? conditions
        : conditions.map((condition) => ({
            ...condition,
            ...('type' in condition &&
              condition.type === 'Synced' && {
                status: 'False',
                message: 'observe failed: external resource does not exist',
              }),
          })),
    };
  };
  const rounds = (life: Life, strangers: string[], isThere = true) =>
    Array.from({ length: 12 }, () => {
      for (const local of strangers) meet(life, local, isThere);

      return reconcile(life);
    });
  const actionOf = (life: Life) =>
    ((life.composite.status?.conditions ?? []) as { type: string; reason: string; message: string }[]).find(
      ({ type }) => type === 'ActionNeeded',
    );
  const emergency = { rotation: { notBefore: '2026-01-02T00:00:00Z' } };

  test('is passed over in an emergency, and what is suspect ends', () => {
    const life = begin({ zone: {} });
    edit(life, specOf({ postgres: emergency }));
    life.now = start + day;
    const done = rounds(life, ['app-2', 'app-3']);

    expect(done.filter(({ isFatal, reason }) => isFatal || reason !== undefined)).toEqual([]);
    expect(done.map(({ conditions }) => conditions.Accepted?.reason)).not.toContain('NameTaken');
    expect(secretOf(life)).toMatchObject({
      username: 'galaxy_billing_app_4',
      'migrator.username': 'galaxy_billing_migrator_2',
    });
    expect(logins(life).sort()).toEqual(['app-2', 'app-3', 'app-4', 'migrator-2', 'readonly-2']);
    for (const local of ['app-2', 'app-3']) {
      expect(objectOf(life, `spike.${local}`).spec).toMatchObject({
        managementPolicies: ['Observe'],
        forProvider: { privileges: expect.anything() },
      });
      expect(names(life)).not.toContain(`spike.${local}-in-writer`);
    }
    expect(actionOf(life)).toMatchObject({
      reason: 'Platform',
      message: expect.stringMatching(
        /^somebody else made galaxy_billing_app_2, galaxy_billing_app_3, so the next .* DROP ROLE galaxy_billing_app_2[.]$/,
      ),
    });
  });

  test('is forgotten when it is gone, and its name is not made again for it', () => {
    const life = begin({ zone: {} });
    edit(life, specOf({ postgres: emergency }));
    life.now = start + day;
    rounds(life, ['app-2']);
    const done = rounds(life, ['app-2'], false);

    expect(done.flatMap(({ created }) => created)).toEqual([]);
    expect(logins(life).sort()).toEqual(['app-3', 'migrator-2', 'readonly-2']);
    expect(actionOf(life)?.reason).toBe('Nobody');
  });

  test('refuses the document where it has the name of the first login, of which there is one', () => {
    const life = begin({ zone: {} });
    const done = rounds(life, ['app']);

    expect(done.at(-1)?.conditions.Accepted?.reason).toBe('NameTaken');
  });

  test('refuses the document when hardly a name is left', () => {
    const life = begin({ zone: {} });
    edit(life, specOf({ postgres: emergency }));
    life.now = start + day;
    const all = Array.from({ length: lastGeneration - 1 }, (_, index) => `app-${index + 2}`);
    const reasons = Array.from({ length: 30 }, () => rounds(life, all).at(-1)?.conditions.Accepted?.reason);

    expect(reasons).toContain('NameTaken');
    expect(secretOf(life).username).toBe('galaxy_billing_app');
  });
});
