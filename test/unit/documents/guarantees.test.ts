import { describe, expect, test } from 'vitest';
import { type DataClass, lackingFor } from '../../../functions/documents/data-classes.ts';
import {
  declaredFacts,
  type Guarantees,
  guaranteeFacts,
  guaranteeStatus,
} from '../../../functions/documents/guarantees.ts';
import { providerOf } from '../../../functions/providers/index.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { example, exampleCertificate, exampleRegistry } from '../../support/examples.ts';

const nothing: Guarantees = {
  tls: 'verify-full',
  encryptedAtRest: false,
  recovery: { backups: undefined, pointInTimeRecovery: false },
};
const database = (encryptedAtRest: boolean, retentionDays: number, pointInTimeRecovery: boolean): Guarantees => ({
  tls: 'verify-full',
  encryptedAtRest,
  recovery: { backups: { schedule: '15 2 * * *', retentionDays }, pointInTimeRecovery },
});
const place = (encryptedAtRest: boolean): Guarantees => ({ tls: 'verify-full', encryptedAtRest });

test.each<{ dataClass: DataClass; of: string; guarantees: Guarantees; want: string[] }>([
  { dataClass: 'public', of: 'a database without any', guarantees: nothing, want: [] },
  { dataClass: 'internal', of: 'a database without any', guarantees: nothing, want: [] },
  {
    dataClass: 'confidential',
    of: 'a database without any',
    guarantees: nothing,
    want: ['encryption at rest', 'backups kept for 7 days'],
  },
  {
    dataClass: 'restricted',
    of: 'a database without any',
    guarantees: nothing,
    want: ['encryption at rest', 'backups kept for 30 days', 'recovery to any moment'],
  },
  {
    dataClass: 'confidential',
    of: 'backups of 6 days',
    guarantees: database(true, 6, true),
    want: ['backups kept for 7 days'],
  },
  { dataClass: 'confidential', of: 'backups of 7 days', guarantees: database(true, 7, false), want: [] },
  {
    dataClass: 'restricted',
    of: 'backups of 30 days without recovery',
    guarantees: database(true, 30, false),
    want: ['recovery to any moment'],
  },
  { dataClass: 'restricted', of: 'backups of 30 days', guarantees: database(true, 30, true), want: [] },
  { dataClass: 'restricted', of: 'an encrypted place that keeps no data', guarantees: place(true), want: [] },
  { dataClass: 'confidential', of: 'a place on plain disks', guarantees: place(false), want: ['encryption at rest'] },
  // Guard rail: data-classes
])('$dataClass data and $of: $want', ({ dataClass, guarantees, want }) => {
  expect(lackingFor(dataClass, guarantees)).toEqual(want);
});

test('a Service shows what is declared apart from what is enforced', () => {
  const { response } = simulate(example('Service', 'billing'), exampleRegistry());
  const status = response.desired?.composite?.resource?.status as { zones: { components: object[] }[] };

  expect(status.zones[0]?.components).toEqual([
    {
      name: 'spike',
      provider: 'postgres',
      database: 'galaxy_billing',
      version: 18,
      connections: 23,
      declared: {
        encryptedAtRest: true,
        backups: { schedule: '15 2 * * *', retentionDays: 14 },
        pointInTimeRecovery: true,
      },
      enforced: { tls: 'verify-full' },
    },
    {
      name: 'aqua',
      provider: 'kubernetes',
      namespace: 'galaxy-billing',
      server: 'https://aqua.example.org:6443',
      size: 'small (4 CPU, 16 GiB memory, 50 GiB volumes, 40 pods)',
      podSecurity: 'restricted v1.35',
      secrets: ['spike', 'spike.migrator'],
      kubeconfigSecret: 'billing.frontier.aqua.kubeconfig',
      declared: { encryptedAtRest: true },
      enforced: { tls: 'verify-full' },
    },
  ]);
  expect(guaranteeStatus(nothing).declared).toEqual({ encryptedAtRest: false, pointInTimeRecovery: false });
});

describe('what a database server may declare', () => {
  const settings = {
    credentialsSecretRef: { namespace: 'squadkit-system', name: 'spike-admin' },
    adminRole: 'squadkit_admin',
    version: 18,
    caBundle: exampleCertificate(),
  };
  const problem = (guarantees: object) =>
    providerOf('postgres').zoneSettings.safeParse({ ...settings, guarantees }).error?.issues[0]?.message;
  const backups = (schedule: string) => ({ backups: { schedule, retentionDays: 7 } });

  test.each([
    '15 2 * * *',
    '0 0 1 1 0',
    '*/15 * * * *',
    '0,30 8-18 * * 1-5',
    '59 23 31 12 7',
    '0  3 * * 6',
    '0 */6 * * *',
  ])('backups at %j', (schedule) => {
    expect(problem(backups(schedule))).toBeUndefined();
  });

  test.each([
    '',
    'daily',
    '@daily',
    '* * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '0 0 * * MON',
    '0 0 * * * *',
    ' 0 0 * * *',
    '0 0 * * *\n',
    '*/0 * * * *',
  ])('not backups at %j', (schedule) => {
    expect(problem(backups(schedule))).toMatch(/^write a schedule of cron in figures/);
  });

  test('not recovery to any moment without backups', () => {
    expect(problem({ pointInTimeRecovery: true })).toBe(
      'pointInTimeRecovery needs guarantees.backups to start from: describe them too, or leave it out where Squadkit makes the backups',
    );
    expect(problem({ pointInTimeRecovery: true, ...backups('15 2 * * *') })).toBeUndefined();
  });
});

const ours = { schedule: '15 2 * * *', retentionDays: 14 };
const enforced: Guarantees = {
  ...{ tls: 'verify-full', encryptedAtRest: true },
  recovery: { backups: undefined, enforcedBackups: ours, pointInTimeRecovery: false },
};

test('backups that Squadkit makes are enforced, and nothing that is only declared', () => {
  expect(guaranteeStatus(enforced)).toEqual({
    declared: { encryptedAtRest: true, pointInTimeRecovery: false },
    enforced: { tls: 'verify-full', backups: ours },
  });
  expect(declaredFacts(enforced).map(({ label }) => label)).toEqual(['encryption at rest', 'recovery to any moment']);
  expect(guaranteeFacts(enforced).map(({ label, value }) => `${label} ${value}`)).toContain('backups enforced');
  expect(lackingFor('confidential', enforced)).toEqual([]);
  expect(lackingFor('restricted', enforced)).toEqual(['backups kept for 30 days', 'recovery to any moment']);
});
