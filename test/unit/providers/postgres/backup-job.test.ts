import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hubPattern, segmentPattern, servicePattern, squadPattern } from '../../../../functions/documents/names.ts';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { backupName, subjectName } from '../../../../functions/providers/postgres/backup-job.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { drill, recipient, zonesWithBackups } from '../../../support/backups.ts';
import { exampleCertificate } from '../../../support/examples.ts';
import { edit, type Life, reconcile, settle } from '../../../support/life.ts';
import { manifestsOf, squadWith, zonesWith } from '../../../support/registered.ts';

const zones = (settings: object) => [
  { name: 'frontier', components: [{ name: 'spike', provider: 'postgres', postgres: settings }] },
];

/** Zones of which none is production. */
const forEngineering = (registered: KubernetesObject[]): KubernetesObject[] =>
  registered.map((zone) => ({ ...zone, spec: { ...zone.spec, environment: 'engineering' } }));

/** A Service that was accepted and made. */
const begin = ({ registered = zonesWithBackups(), settings = {} } = {}): Life => {
  const life: Life = {
    composite: {
      ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service' },
      metadata: { name: 'billing', namespace: 'galaxy', generation: 1 },
      spec: { zones: zones(settings) },
    },
    ...{ observed: {}, had: new Set<string>(), now: Date.parse('2026-01-01T00:00:00Z') },
    registry: [...registered, squadWith('galaxy')],
  };
  settle(life);

  return life;
};

const resourcesOf = (life: Life): Record<string, KubernetesObject> =>
  Object.fromEntries(
    Object.entries(life.observed).map(([name, { resource }]) => [
      name.replace('frontier.spike.', ''),
      resource as unknown as KubernetesObject,
    ]),
  );

const backupsIn = (life: Life): string[] =>
  Object.keys(resourcesOf(life))
    .filter((name) => name.startsWith('backup'))
    .sort();

const all = [
  ...['backup', 'backup-connect', 'backup-job', 'backup-report'],
  ...['backup-secret', 'backup-sequences', 'backup-tables', 'backup-usage'],
];
const manifestOf = (life: Life, local: string) =>
  manifestsOf(life.observed as never)[`frontier.spike.${local}`] as KubernetesObject;
const argsOf = (life: Life): string[] => {
  const { jobTemplate } = manifestOf(life, 'backup-job').spec as {
    jobTemplate: { spec: { template: { spec: { containers: { args: string[] }[] } } } };
  };

  return jobTemplate.spec.template.spec.containers[0]?.args as string[];
};

// Guard rail: postgres-backed-up
describe('a database of a Zone that registers a store', () => {
  const life = begin();

  test('is backed up without a word from its squad', () => expect(backupsIn(life)).toEqual(all));

  test('by a login of its own, which sees all rows, can write none, and is a member of nothing', () => {
    const { spec } = resourcesOf(life).backup as KubernetesObject;
    const { privileges, connectionLimit, configurationParameters } = (spec?.forProvider ?? {}) as {
      privileges: Record<string, boolean>;
      connectionLimit: number;
      configurationParameters: { name: string; value: string }[];
    };
    const may = Object.keys(privileges).filter((name) => privileges[name]);
    const grants = Object.values(resourcesOf(life)).filter(
      ({ spec: own }) => (own?.forProvider as { role?: string } | undefined)?.role === 'galaxy_billing_backup',
    );

    expect(may.sort()).toEqual(['bypassRls', 'inherit', 'login']);
    expect(connectionLimit).toBe(3);
    expect(configurationParameters).toContainEqual({ name: 'default_transaction_read_only', value: 'on' });
    expect(
      grants
        .map(({ kind, spec: own }) => {
          const given = (own?.forProvider ?? {}) as Record<string, unknown>;
          const { privileges: granted, memberOf, objectType, schema } = given;

          return [kind, objectType ?? schema, memberOf, String(granted)];
        })
        .sort(),
    ).toEqual([
      ['DefaultPrivileges', 'sequence', undefined, 'SELECT'],
      ['DefaultPrivileges', 'table', undefined, 'SELECT'],
      ['Grant', undefined, undefined, 'CONNECT'],
      ['Grant', 'app', undefined, 'USAGE'],
    ]);
  });

  test('stays so when the Service goes: nothing of it is deleted with its managed resource', () => {
    const policies = all.map((name) => resourcesOf(life)[name]?.spec?.managementPolicies);

    expect(policies).toEqual(all.map(() => ['Observe', 'Create', 'Update']));
  });

  test.each(['Retain', 'Delete'])('with onRemoval: %s all of it stays or goes as its database does', (onRemoval) => {
    const removed = begin({ registered: forEngineering(zonesWithBackups({ drill })), settings: { onRemoval } });
    const isDeleted = (name: string) => {
      const policies = resourcesOf(removed)[name]?.spec?.managementPolicies as string[] | undefined;

      return ['*', 'Delete'].some((policy) => policies?.includes(policy));
    };
    const hub = ['backup-job', 'backup-secret', 'backup-report', 'drill-job', 'drill-report'];

    expect(['database', 'backup', ...hub].map(isDeleted)).toEqual(Array(7).fill(onRemoval === 'Delete'));
    // One that is somebody else's now is not dropped, so its backups go on.
    const mark = removed.observed['frontier.spike.mark']?.resource as unknown as KubernetesObject;
    mark.status = { conditions: [{ type: 'Synced', status: 'False', reason: 'ReconcileError', message: 'away' }] };
    reconcile(removed);
    settle(removed);
    expect(hub.map(isDeleted)).toEqual(hub.map(() => isDeleted('database')));
  });

  test('on the hub, where no squad has a right, by the provider config that its Zone composes', () => {
    for (const local of ['backup-job', 'backup-secret', 'backup-report']) {
      expect(resourcesOf(life)[local]?.spec?.providerConfigRef).toEqual({
        ...{ kind: 'ClusterProviderConfig', name: 'frontier.spike.backups' },
      });
      expect(manifestOf(life, local).metadata).toMatchObject({
        ...{ name: expect.stringMatching(/^galaxy-billing-[0-9a-f]{16}$/), namespace: 'squadkit-backups' },
      });
    }
  });

  test('with labels of Squadkit nowhere inside, since only Crossplane may write these', () => {
    for (const local of ['backup-job', 'backup-secret', 'backup-report']) {
      const { metadata, ...rest } = manifestOf(life, local);

      expect(JSON.stringify([rest, metadata?.labels])).not.toContain('squadkit.io');
    }
  });

  test('with no password in what is composed: the reference to it comes when the Secret is there', () => {
    const fresh = begin();
    fresh.observed = {};
    const seen: string[] = [];
    for (let round = 0; round < 15; round += 1) {
      const { desired } = reconcile(fresh);
      const { metadata, spec } = desired['frontier.spike.backup-secret'] ?? {};
      if (metadata === undefined) continue;
      const { references } = spec as { references?: object[] };
      seen.push(references === undefined ? 'none' : `${references.length} references`);
      const objects = Object.values(desired).filter(({ kind }) => kind === 'Object');
      expect(JSON.stringify(objects)).not.toContain(Buffer.from('simulated').toString('base64'));
    }

    expect([...new Set(seen)]).toEqual(['none', '4 references']);
    expect(seen[0]).toBe('none');
  });

  test('in a pod that may do nothing but that', () => {
    const { spec } = manifestOf(life, 'backup-job');

    expect(spec).toMatchObject({
      ...{ schedule: '15 2 * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 14_400 },
      jobTemplate: {
        spec: {
          // Twelve hours more for its place among four: the time of its pod is its own.
          activeDeadlineSeconds: 64_800,
          podFailurePolicy: { rules: [{ action: 'Ignore' }, { action: 'FailJob', onExitCodes: { values: [3] } }] },
          template: {
            spec: {
              activeDeadlineSeconds: 21_600,
              ...{ serviceAccountName: 'backup', restartPolicy: 'Never', enableServiceLinks: false },
              securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
              containers: [
                {
                  resources: { requests: expect.anything(), limits: expect.anything() },
                  securityContext: {
                    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
                    capabilities: { drop: ['ALL'] },
                  },
                },
              ],
            },
          },
        },
      },
    });
  });

  test('by arguments that the program takes: it fails only for want of its Secret', async () => {
    const program = resolve(import.meta.dirname, '../../../../functions/backup.ts');
    const args = ['--import', 'tsx', program, ...argsOf(life), '--hub', 'https://localhost:1'];
    const child = spawn(process.execPath, [...args, '--hub-token-file', '/nowhere'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [written] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    child.kill('SIGKILL');

    expect(argsOf(life).join(' ')).toContain(
      `--recipient ${recipient} --keep-days 14 --report squadkit-backups/galaxy-b`,
    );
    expect(written).toMatch(/"message":"not backed up","of":"[a-z]+\/frontier.spike\/galaxy\/billing"/);
  }, 60_000);
});

test('where no Zone says anything of backups, nothing is composed', () =>
  expect(backupsIn(begin({ registered: zonesWith({}) }))).toEqual([]));

test('a login that only reads comes before it on everything that both change', () => {
  const life = begin({ settings: { readers: true } });

  expect(backupsIn(life)).toEqual(all);
});

test('an address of its own is delivered too, and so are the authorities of both ends', () => {
  const caBundle = exampleCertificate();
  const registered = zonesWith({
    postgres: {
      ...{ endpoint: { host: 'spike.example.org', port: 6432 }, guarantees: {} },
      backups: {
        store: {
          ...{ endpoint: 'https://s3.example.org', region: 'eu-west-1', bucket: 'abc', caBundle },
          secretRef: { name: 'writer' },
        },
        ...{ recipients: [recipient], schedule: '15 2 * * *', retentionDays: 30, image: 'registry.example.org/b:v1' },
      },
    },
  });
  const life = begin({
    registered: registered.map((zone) => ({ ...zone, spec: { ...zone.spec, dataClasses: ['internal'] } })),
  });
  const { data } = manifestOf(life, 'backup-secret') as { data?: Record<string, string> };
  const read = (key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString();

  expect([read('endpoint'), read('port'), read('username')]).toEqual(['spike.example.org', '6432', '']);
  expect([read('ca.crt'), read('store.crt')]).toEqual([caBundle, caBundle]);
  expect(argsOf(life)).toContain('--store-authority-file');
});

describe('when the Zone says nothing of backups any more', () => {
  const life = begin();
  life.registry = [...zonesWith({}), squadWith('galaxy')];
  const { desired } = reconcile(life);
  const policies = (local: string) => desired[`frontier.spike.${local}`]?.spec?.managementPolicies;

  test('what makes them and what lets the login in is first made to end', () => {
    for (const local of ['backup-job', 'backup-secret', 'backup-report', 'backup-connect', 'backup-usage'])
      expect(policies(local)).toEqual(['*']);
  });

  test('the Secret refers no more to that of the login, which may log in no more before it is let go', () => {
    expect(begin().observed['frontier.spike.backup-secret']?.resource?.spec).toHaveProperty('references');
    expect(desired['frontier.spike.backup-secret']?.spec).not.toHaveProperty('references');
    expect(desired['frontier.spike.backup']?.spec?.forProvider).toMatchObject({ privileges: { login: false } });
    expect(policies('backup')).toEqual(['Observe', 'Create', 'Update']);
  });

  test('and then it goes', () => {
    settle(life);

    expect(backupsIn(life)).toEqual([]);
  });
});

test('a Service that is edited keeps what it has', () => {
  const life = begin();
  edit(life, { zones: zones({ connections: 10 }) });
  settle(life);

  expect(backupsIn(life)).toEqual(all);
});

test('no two databases share a name, and each fits Kubernetes', () => {
  const named = (pattern: string) => fc.stringMatching(new RegExp(pattern));
  const subject = fc
    .tuple(named(hubPattern), named(segmentPattern), named(segmentPattern), named(squadPattern), named(servicePattern))
    .map(([hub, zone, component, squad, service]) => ({
      hub,
      zone: { name: zone },
      component,
      squad: { name: squad },
      service,
    }));

  fc.assert(
    fc.property(subject, subject, (one, other) => {
      const [first, second] = [one, other].map((each) => backupName(each as never)) as [string, string];

      expect(first).toMatch(/^[a-z][a-z0-9-]{0,50}[a-z0-9]$/);
      expect(first === second).toBe(subjectName(one as never) === subjectName(other as never));
    }),
  );
});

describe('the Zone', () => {
  const composedBy = (registered: KubernetesObject[]) => {
    const zone = registered.find(({ metadata }) => metadata?.name === 'frontier') as KubernetesObject;

    return simulate(zone, registered).response.desired?.resources ?? {};
  };

  test('composes the provider config for it, and only if it says so', () => {
    expect(composedBy(zonesWithBackups())['further.spike.backups']?.resource).toMatchObject({
      ...{ kind: 'ClusterProviderConfig', metadata: { name: 'frontier.spike.backups' } },
      spec: { credentials: { source: 'InjectedIdentity' } },
    });
    expect(Object.keys(composedBy(zonesWith({})))).not.toContain('further.spike.backups');
  });

  test('keeps the provider config when it says so no more: Services end by it what they have', () => {
    const made = simulate(zonesWithBackups()[0] as KubernetesObject, zonesWithBackups());
    const without = zonesWith({});
    const { response } = simulate(without[0] as KubernetesObject, without, made.observed);

    expect(made.response.desired?.resources['further.spike.backups']?.resource).toBeDefined();
    expect(response.desired?.resources['further.spike.backups']?.resource).toEqual(
      made.response.desired?.resources['further.spike.backups']?.resource,
    );
  });

  test('has backups that are enforced and no longer declared, and that count for classes of data', () => {
    const life = begin();
    const { zones: said } = life.composite.status as {
      zones: { components: { declared: object; enforced: object }[] }[];
    };

    expect(said[0]?.components[0]).toMatchObject({
      enforced: { tls: 'verify-full', backups: { schedule: '15 2 * * *', retentionDays: 14 } },
      declared: { encryptedAtRest: true, pointInTimeRecovery: false },
    });
    expect(said[0]?.components[0]?.declared).not.toHaveProperty('backups');
  });

  test.each([
    { retentionDays: 6, isAccepted: false },
    { retentionDays: 7, isAccepted: true },
  ])('takes confidential data with backups of $retentionDays days: $isAccepted', ({ retentionDays, isAccepted }) => {
    const life = begin();
    life.registry = [...zonesWithBackups({ retentionDays }), squadWith('galaxy')];
    edit(life, { dataClass: 'confidential', zones: zones({}) });

    expect(reconcile(life).conditions.Accepted?.status === 2).toBe(isAccepted);
  });
});
