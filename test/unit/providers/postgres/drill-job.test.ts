import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hubPattern, segmentPattern, servicePattern, squadPattern } from '../../../../functions/documents/names.ts';
import { nextIn } from '../../../../functions/documents/schedule.ts';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { backupName, subjectName } from '../../../../functions/providers/postgres/backup-job.ts';
import { drillName, drillSchedule } from '../../../../functions/providers/postgres/drill-job.ts';
import { backups, drill, zonesWithBackups } from '../../../support/backups.ts';
import { begin } from '../../../support/drills.ts';
import { exampleCertificate } from '../../../support/examples.ts';
import { type Life, reconcile, settle } from '../../../support/life.ts';
import { manifestsOf, squadWith, zonesWith } from '../../../support/registered.ts';

const drillsIn = (life: Life): string[] =>
  Object.keys(life.observed)
    .filter((name) => name.startsWith('frontier.spike.drill'))
    .sort();
const both = ['frontier.spike.drill-job', 'frontier.spike.drill-report'];
const manifestOf = (life: Life, local: string) =>
  manifestsOf(life.observed as never)[`frontier.spike.${local}`] as KubernetesObject;

interface Pod {
  containers: { image: string; args: string[]; volumeMounts: { name: string }[] }[];
  volumes: { name: string; secret?: { secretName: string; items?: object[] }; emptyDir?: object }[];
}
const jobOf = (life: Life) =>
  (manifestOf(life, 'drill-job').spec as { jobTemplate: { spec: { template: { spec: Pod } } } }).jobTemplate.spec;
const podOf = (life: Life): Pod => jobOf(life).template.spec;

// Guard rail: postgres-backed-up
describe('a database of a Zone that says drill', () => {
  const life = begin();

  test('has a CronJob for it and a ConfigMap with what came of it, which stay when the Service goes', () => {
    expect(drillsIn(life)).toEqual(both);
    for (const name of both)
      expect(life.observed[name]?.resource).toHaveProperty(
        'spec',
        expect.objectContaining({
          managementPolicies: ['Observe', 'Create', 'Update'],
          providerConfigRef: { kind: 'ClusterProviderConfig', name: 'frontier.spike.backups' },
        }),
      );
    for (const local of ['drill-job', 'drill-report']) {
      expect(manifestOf(life, local).metadata).toEqual({
        ...{ name: expect.stringMatching(/^galaxy-billing-[0-9a-f]{16}-drill$/), namespace: 'squadkit-backups' },
      });
      expect(JSON.stringify(manifestOf(life, local))).not.toContain('squadkit.io');
    }
  });

  test('in a pod that may do nothing but that, with a server that has room and no more', () => {
    expect(manifestOf(life, 'drill-job').spec).toMatchObject({
      ...{ timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 14_400 },
      jobTemplate: {
        spec: {
          backoffLimit: 2,
          template: {
            spec: {
              activeDeadlineSeconds: 15_000,
              ...{ serviceAccountName: 'drill', restartPolicy: 'Never', enableServiceLinks: false },
              securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
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
    expect(podOf(life).volumes).toContainEqual({ name: 'work', emptyDir: { sizeLimit: '20Gi' } });
  });

  test('which has the keys of drills, and no login of a database and no key of the writer', () => {
    expect(podOf(life).volumes.flatMap(({ secret }) => secret?.secretName ?? [])).toEqual(['frontier-drill']);
    expect(JSON.stringify(manifestOf(life, 'drill-job'))).not.toContain('frontier-backups-writer');
    for (const local of ['backup-job', 'backup-secret', 'backup-report'])
      expect(JSON.stringify(manifestOf(life, local))).not.toContain('frontier-drill');
  });

  test('by arguments that the program takes: it fails only for want of its Secret', async () => {
    const program = resolve(import.meta.dirname, '../../../../functions/drill.ts');
    const args = [
      '--import',
      'tsx',
      program,
      ...(podOf(life).containers[0]?.args ?? []),
      '--hub',
      'https://localhost:1',
    ];
    const child = spawn(process.execPath, [...args, '--hub-token-file', '/nowhere'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [written] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    child.kill('SIGKILL');

    expect(written).toMatch(/"message":"not proven","of":"[a-z]+\/frontier.spike\/galaxy\/billing"/);
    expect(written).toContain('/squadkit/reader/identity');
  }, 60_000);
});

test('what the Zone says of room, time and image counts, and of the Secret of the backup only the authority of the store is there', () => {
  const settings = { ...backups, store: { ...backups.store, caBundle: exampleCertificate() } };
  const image = `registry.example.org/drill@sha256:${'a'.repeat(64)}`;
  const life = begin(
    zonesWith({
      postgres: {
        backups: { ...settings, drill: { ...drill, gibibytes: 7, minutes: 30, image } },
        guarantees: { encryptedAtRest: true },
      },
    }),
  );
  const { containers, volumes } = podOf(life);

  expect(jobOf(life)).toMatchObject({ template: { spec: { activeDeadlineSeconds: 2400 } } });
  expect(containers[0]?.image).toBe(image);
  expect(containers[0]?.args.join(' ')).toMatch(
    /--store-authority-file \/squadkit\/store\/store[.]crt .*--most-minutes 30/,
  );
  expect(volumes).toContainEqual({ name: 'work', emptyDir: { sizeLimit: '7Gi' } });
  expect(volumes.find(({ name }) => name === 'store')?.secret).toEqual({
    ...{ secretName: manifestOf(life, 'backup-secret').metadata?.name, defaultMode: 0o440 },
    items: [{ key: 'store.crt', path: 'store.crt' }],
  });
});

test('where the Zone says no drill, backups are composed as ever and nothing else', () => {
  const [without, drilled] = [begin(zonesWithBackups()), begin()].map(({ observed }) => manifestsOf(observed as never));

  expect(Object.keys(without as object)).not.toContain(both[0]);
  expect({ ...without }).toEqual(
    Object.fromEntries(Object.entries(drilled as object).filter(([name]) => !both.includes(name))),
  );
});

describe.each([
  ['of drills', zonesWithBackups()],
  ['of backups', zonesWith({})],
])('when the Zone says nothing %s any more', (_, zones) => {
  const life = begin();
  life.registry = [...zones, squadWith('galaxy')];

  test('what proves them is first made to end, and then it goes', () => {
    const { desired } = reconcile(life);
    for (const name of both) expect(desired[name]?.spec?.managementPolicies).toEqual(['*']);
    settle(life);

    expect(drillsIn(life)).toEqual([]);
  });
});

const named = (pattern: string) => fc.stringMatching(new RegExp(pattern));
const subject = fc
  .tuple(named(hubPattern), named(segmentPattern), named(segmentPattern), named(squadPattern), named(servicePattern))
  .map(
    ([hub, zone, component, squad, service]) =>
      ({ hub, zone: { name: zone }, component, squad: { name: squad }, service }) as never,
  );

test('no two databases share a name, none is one of a backup, and each fits Kubernetes', () =>
  fc.assert(
    fc.property(subject, subject, (one, other) => {
      expect(drillName(one)).toMatch(/^[a-z][a-z0-9-]{0,50}[a-z0-9]$/);
      expect(drillName(one) === drillName(other)).toBe(subjectName(one) === subjectName(other));
      expect([backupName(one), backupName(other)]).not.toContain(drillName(one));
      expect(backupName(one)).not.toMatch(/-drill$/);
    }),
  ));

test('each is drilled once in every month, at the same moment of it', () =>
  fc.assert(
    fc.property(
      subject,
      fc.date({ min: new Date('2026-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
      (one, date) => {
        const schedule = drillSchedule(one);
        const first = nextIn(schedule, date.getTime()) ?? 0;
        const second = nextIn(schedule, first) ?? 0;
        const [from, to] = [new Date(first), new Date(second)];

        expect(schedule).toMatch(/^\d+ \d+ \d+ \* \*$/);
        expect((to.getUTCMonth() - from.getUTCMonth() + 12) % 12).toBe(1);
        expect([to.getUTCDate(), to.getUTCHours()]).toEqual([from.getUTCDate(), from.getUTCHours()]);
        expect(second - first).toBeLessThanOrEqual(31 * 24 * 3_600_000);
      },
    ),
  ));

test('not all of them are drilled on one day', () => {
  const days = new Set(
    Array.from(
      { length: 280 },
      (_, index) =>
        drillSchedule({
          ...{ hub: 'main', zone: { name: 'frontier' }, component: 'spike' },
          ...{ squad: { name: 'galaxy' }, service: `s${index}` },
        } as never).split(' ')[2],
    ),
  );

  expect(days.size).toBe(28);
});
