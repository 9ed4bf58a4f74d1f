import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drill, frontierNotBackedUp, frontierWithBackups } from '../../support/backups.ts';
import { exampleFile, exampleTree, type Files, goldenFiles, squadkit } from '../../support/squadkit.ts';

const billing = exampleFile('squads/galaxy/billing.yaml');
const catalog = exampleFile('squads/quasar/catalog.yaml');
const frontier = exampleFile('platform/zones/frontier.yaml');
const meadow = exampleFile('platform/zones/meadow.yaml');
const galaxy = exampleFile('platform/squads/galaxy.yaml');
const quasar = exampleFile('platform/squads/quasar.yaml');

const withPostgres = (settings: string): string =>
  billing.replace('provider: postgres', `provider: postgres\n          postgres: ${settings}`);

interface Case {
  /** The golden output's file name. */
  name: string;
  /** What there is, besides the examples. */
  base?: Files;
  /** What is changed then. */
  change: Files;
  args?: string[];
  status?: number;
}

const [backedUp, drilled] = [frontierWithBackups(), frontierWithBackups({ drill })];
/** The same with logins that are exchanged. */
const rotating = frontier.replace(
  / +adminRole:/,
  (indented) => `${indented.replace('adminRole:', 'credentials: { rotateEvery: 90d }')}\n${indented}`,
);

const cases: Case[] = [
  {
    name: 'new-service.txt',
    base: { 'squads/galaxy/billing.yaml': null },
    change: { 'squads/galaxy/billing.yaml': billing },
  },
  {
    name: 'new-service.md',
    base: { 'squads/galaxy/billing.yaml': null },
    change: { 'squads/galaxy/billing.yaml': billing },
    args: ['--format', 'markdown'],
  },
  {
    name: 'change-in-production.txt',
    change: {
      'squads/galaxy/billing.yaml': withPostgres('{ readers: true, connections: 55, extensions: [pg_trgm] }').replace(
        'spec:',
        'spec:\n  dataClass: confidential',
      ),
    },
  },
  {
    name: 'change-in-production.md',
    change: { 'squads/galaxy/billing.yaml': withPostgres('{ readers: true, connections: 55, extensions: [pg_trgm] }') },
    args: ['--format', 'markdown'],
  },
  { name: 'removal.txt', change: { 'squads/galaxy/billing.yaml': null } },
  { name: 'removal.md', change: { 'squads/galaxy/billing.yaml': null }, args: ['--format', 'markdown'] },
  {
    name: 'removal-with-data.txt',
    base: { 'squads/quasar/catalog.yaml': catalog.replace('readers: true', 'readers: true, onRemoval: Delete') },
    change: { 'squads/quasar/catalog.yaml': null },
  },
  {
    name: 'deletion-allowed.txt',
    change: { 'squads/quasar/catalog.yaml': catalog.replace('readers: true', 'readers: true, onRemoval: Delete') },
  },
  {
    name: 'extension-and-login-removed.txt',
    change: { 'squads/quasar/catalog.yaml': catalog.replace(', readers: true', '').replace('[pg_trgm]', '[]') },
  },
  {
    name: 'component-removed.txt',
    change: { 'squads/galaxy/billing.yaml': billing.replace(/ +- name: spike.*\n +provider: postgres\n/, '') },
  },
  {
    name: 'resources.txt',
    change: { 'squads/galaxy/billing.yaml': withPostgres('{ connections: 30 }') },
    args: ['--resources'],
  },
  { name: 'description.txt', change: { 'squads/quasar/catalog.yaml': catalog.replace('Product', 'All product') } },
  { name: 'moved-file.txt', change: { 'squads/quasar/catalog.yaml': null, 'squads/quasar/shop/all.yaml': catalog } },
  {
    name: 'renamed.txt',
    change: {
      'squads/galaxy/billing.yaml': null,
      'squads/galaxy/payments.yaml': billing.replace('name: billing', 'name: payments'),
    },
  },
  {
    name: 'given-to-another-squad.txt',
    change: {
      'squads/galaxy/billing.yaml': null,
      'squads/quasar/billing.yaml': billing.replace('namespace: galaxy', 'namespace: quasar'),
    },
  },
  {
    name: 'moved-to-the-same-server-in-another-zone.txt',
    base: { 'platform/zones/meadow.yaml': meadow.replaceAll('meadow-', '') },
    change: { 'squads/quasar/catalog.yaml': catalog.replace('name: meadow', 'name: frontier') },
  },
  {
    name: 'moved-to-another-server.txt',
    change: { 'squads/quasar/catalog.yaml': catalog.replace('name: meadow', 'name: frontier') },
  },
  {
    name: 'zone-changed.txt',
    change: { 'platform/zones/frontier.yaml': frontier.replace('default: 20, max: 60', 'default: 30, max: 80') },
  },
  {
    name: 'zone-leads-to-another-server.txt',
    change: { 'platform/zones/frontier.yaml': frontier.replace('spike-admin', 'nile-admin') },
  },
  {
    name: 'guarantees-lost.txt',
    base: { 'squads/galaxy/billing.yaml': billing.replace('spec:', 'spec:\n  dataClass: confidential') },
    change: {
      'squads/galaxy/ledger.yaml': billing.replace('name: billing', 'name: ledger'),
      'platform/zones/frontier.yaml': frontier
        .replace('retentionDays: 14', 'retentionDays: 3')
        .replace('pointInTimeRecovery: true', 'pointInTimeRecovery: false')
        .replace('guarantees: { encryptedAtRest: true }', 'guarantees: {}'),
    },
    status: 1,
  },
  {
    name: 'guarantees-changed.txt',
    change: {
      'platform/zones/frontier.yaml': frontier
        .replace('"15 2 * * *", retentionDays: 14', '"15 3 * * *", retentionDays: 7')
        .replace('guarantees: { encryptedAtRest: true }', 'guarantees: {}'),
    },
  },
  {
    name: 'logins-rotate.txt',
    change: {
      'platform/zones/frontier.yaml': rotating,
      'squads/galaxy/billing.yaml': withPostgres('{ rotation: { every: 30d } }'),
    },
  },
  { name: 'backups-begin.txt', change: { 'platform/zones/frontier.yaml': backedUp } },
  {
    name: 'backups-end.txt',
    base: { 'platform/zones/frontier.yaml': backedUp },
    change: { 'platform/zones/frontier.yaml': frontierNotBackedUp() },
  },
  {
    name: 'logins-end-at-once.txt',
    change: {
      'squads/galaxy/billing.yaml': withPostgres('{ rotation: { notBefore: "2026-11-27T21:00:00Z" } }'),
    },
  },
  {
    name: 'restore.txt',
    base: { 'platform/zones/frontier.yaml': drilled },
    change: { 'squads/galaxy/billing.yaml': withPostgres('{ restore: { at: "2026-11-28T02:37:04Z" } }') },
  },
  {
    // What was kept of a Service before it may be there, and in use when it comes back.
    name: 'restore-of-a-new-service.txt',
    base: { 'platform/zones/frontier.yaml': drilled },
    change: {
      'squads/galaxy/invoices.yaml': withPostgres('{ restore: { at: "2026-11-28T02:37:04Z" } }').replace(
        'name: billing',
        'name: invoices',
      ),
    },
  },
  {
    name: 'restore-taken-back.txt',
    base: {
      'platform/zones/frontier.yaml': drilled,
      'squads/galaxy/billing.yaml': withPostgres('{ restore: { at: "2026-11-28T02:37:04Z" } }'),
    },
    change: { 'squads/galaxy/billing.yaml': billing },
  },
  {
    name: 'restore-without-backups.txt',
    change: { 'squads/galaxy/billing.yaml': withPostgres('{ restore: { at: "2026-11-28T02:37:04Z" } }') },
    status: 1,
  },
  {
    name: 'zone-closed.txt',
    change: { 'platform/zones/frontier.yaml': frontier.replace('spec:', 'spec:\n  lifecycle: Closed') },
  },
  {
    name: 'deployers-by-group.txt',
    base: { 'platform/squads/galaxy.yaml': galaxy.replace('group: galaxy', 'deployerGroup: galaxy-pipelines') },
    change: { 'platform/zones/frontier.yaml': `${frontier}        deployers: group\n` },
  },
  {
    name: 'deployers-by-group-without-one.txt',
    change: { 'platform/zones/frontier.yaml': `${frontier}        deployers: group\n` },
    status: 1,
  },
  {
    name: 'deployers-by-token-again.txt',
    base: {
      'platform/squads/galaxy.yaml': galaxy.replace('group: galaxy', 'deployerGroup: galaxy-pipelines'),
      'platform/zones/frontier.yaml': `${frontier}        deployers: group\n`,
    },
    change: { 'platform/zones/frontier.yaml': frontier },
  },
  {
    name: 'zone-lets-more-in.txt',
    change: {
      'platform/zones/frontier.yaml': `${frontier.replace('[ingress]', '[ingress, monitoring]')}        podSecurity: { level: baseline }\n        sizes: { small: { cpu: 6 } }\n`,
    },
  },
  {
    name: 'squad-with-owners-and-guests.txt',
    change: {
      'platform/squads/quasar.yaml': quasar.replace('spec:', 'spec:\n  ownerGroup: heads\n  guestGroup: audit'),
    },
  },
  {
    name: 'service-lets-another-in.txt',
    change: { 'squads/quasar/catalog.yaml': catalog.replace('size: medium', 'size: medium, allowFrom: [shop]') },
  },
  {
    name: 'zone-in-use-removed.txt',
    change: { 'platform/zones/frontier.yaml': null },
    status: 1,
  },
  {
    name: 'component-in-use-removed.txt',
    change: { 'platform/zones/frontier.yaml': frontier.replace(/ +- name: aqua[\s\S]*$/, '') },
    status: 1,
  },
  {
    name: 'squad-with-other-people.txt',
    change: { 'platform/squads/galaxy.yaml': galaxy.replace('group: galaxy', 'group: milkyway') },
  },
  {
    name: 'squad-loses-a-zone.txt',
    change: { 'platform/squads/galaxy.yaml': galaxy.replace('environment: production', 'environment: engineering') },
    status: 1,
  },
  {
    name: 'refused.txt',
    change: { 'squads/galaxy/billing.yaml': withPostgres('{ extensions: [dblink] }') },
    status: 1,
  },
  {
    name: 'refused.md',
    change: { 'squads/galaxy/billing.yaml': withPostgres('{ extensions: [dblink] }') },
    args: ['--format', 'markdown'],
    status: 1,
  },
  {
    name: 'too-many-services.txt',
    base: { 'platform/squads/galaxy.yaml': galaxy.replace('services: 20', 'services: 2') },
    change: {
      'squads/galaxy/more.yaml': ['ledger', 'invoice']
        .map((name) => billing.replace('name: billing', `name: ${name}`))
        .join('---\n'),
    },
    status: 1,
  },
  {
    name: 'too-many-connections.txt',
    base: { 'platform/zones/frontier.yaml': frontier.replace('total: 950', 'total: 40') },
    change: { 'squads/galaxy/ledger.yaml': billing.replace('name: billing', 'name: ledger') },
    status: 1,
  },
  {
    name: 'connections-nearly-used.txt',
    base: { 'platform/squads/galaxy.yaml': galaxy.replace('services: 20', 'services: 20, connections: 50') },
    change: { 'squads/galaxy/ledger.yaml': billing.replace('name: billing', 'name: ledger') },
  },
  {
    name: 'refused-before.txt',
    base: { 'squads/galaxy/billing.yaml': withPostgres('{ extensions: [dblink] }') },
    change: { 'squads/quasar/catalog.yaml': catalog.replace('medium', 'large') },
  },
  {
    name: 'rules-changed.txt',
    change: {
      'approvals.yaml': exampleFile('approvals.yaml').replace('[squad, platform]', '[squad]'),
      'squads/galaxy/billing.yaml': null,
    },
  },
];

test.each(cases)('$name', async ({ name, base = {}, change, args = [], status = 0 }) => {
  const [before, after] = [exampleTree(base), exampleTree({ ...base, ...change })];
  const result = await squadkit(['plan', after, '--base', before, ...args], { [before]: 'before', [after]: 'after' });

  expect(result.error).toBe('');
  await expect(result.out).toMatchFileSnapshot(join(import.meta.dirname, 'outputs', name));
  expect(result.status).toBe(status);
});

test('every golden output is of a test', () => {
  expect(goldenFiles()).toEqual(cases.map(({ name }) => name).sort());
});
