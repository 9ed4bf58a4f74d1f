import { changed, type OddTree, paths, text, textWith, without } from './tree.ts';

const spike = 'provider: postgres';
const postgres = (settings: string): [string, string] => [spike, `${spike}\n          postgres: ${settings}`];
const confidential: [string, string] = ['spec:', 'spec:\n  dataClass: confidential'];
const renamed = {
  ...without('billing'),
  'squads/galaxy/payments.yaml': textWith('billing', ['name: billing', 'name: payments']),
};

/** Trees that are compared with another: a directory, or a commit of their repository. */
export const changes: Record<string, OddTree> = {
  'nothing-changed': { files: {}, base: {} },
  'service-new': { files: {}, base: without('billing') },
  'service-removed': { files: without('billing'), base: {} },
  'service-removed-with-its-data': {
    files: without('catalog'),
    base: changed('catalog', ['readers: true', 'readers: true, onRemoval: Delete']),
  },
  'service-renamed': { files: renamed, base: {}, evidence: ['galaxy/payments'] },
  'service-in-another-file': {
    files: { ...without('catalog'), 'squads/quasar/shop/all.yaml': text('catalog') },
    base: {},
  },
  'service-given-to-another-squad': {
    files: {
      ...without('billing'),
      'squads/quasar/billing.yaml': textWith('billing', ['namespace: galaxy', 'namespace: quasar']),
    },
    base: {},
  },
  'service-in-another-zone': { files: changed('catalog', ['name: meadow', 'name: frontier']), base: {} },
  'service-on-another-server': {
    files: changed('catalog', ['name: meadow', 'name: frontier']),
    base: changed('meadow', ['spike-admin', 'meadow-admin']),
  },
  'service-without-its-database': {
    files: changed('billing', [/ +- name: spike.*\n +provider: postgres\n/, '']),
    base: {},
    evidence: ['galaxy/billing'],
  },
  'service-with-more-of-everything': {
    files: changed('billing', postgres('{ readers: true, connections: 55, extensions: [pg_trgm] }'), confidential),
    base: {},
    evidence: ['galaxy/billing'],
  },
  'service-with-less-of-everything': {
    files: changed('catalog', [', readers: true', ''], ['[pg_trgm]', '[]'], ['size: medium', 'size: small']),
    base: {},
  },
  'service-refused-and-was-there': { files: changed('billing', ['name: frontier', 'name: prairie']), base: {} },
  'service-refused-before': { files: {}, base: changed('billing', ['name: frontier', 'name: prairie']) },
  'service-broken-before': { files: {}, base: { [paths.billing]: `${text('billing')}  - [` } },
  'zone-with-other-limits': { files: changed('frontier', ['default: 20, max: 60', 'default: 30, max: 80']), base: {} },
  'zone-that-leads-to-another-server': { files: changed('frontier', ['spike-admin', 'nile-admin']), base: {} },
  'zone-with-fewer-guarantees': {
    files: changed('frontier', ['retentionDays: 14', 'retentionDays: 3'], ['Recovery: true', 'Recovery: false']),
    base: changed('billing', confidential),
  },
  'zone-closed-in-use': { files: changed('frontier', ['spec:', 'spec:\n  lifecycle: Closed']), base: {} },
  'zone-removed-in-use': { files: without('frontier'), base: {} },
  'zone-without-a-component-in-use': { files: changed('frontier', [/ +- name: aqua[\s\S]*$/, '']), base: {} },
  'zone-new': { files: { 'platform/zones/delta.yaml': textWith('meadow', ['name: meadow', 'name: delta']) }, base: {} },
  'squad-new': { files: { 'platform/squads/nova.yaml': textWith('quasar', ['name: quasar', 'name: nova']) }, base: {} },
  'squad-removed-in-use': { files: without('galaxy'), base: {} },
  'squad-loses-a-zone': { files: changed('galaxy', ['environment: production', 'environment: engineering']), base: {} },
  'squad-with-other-people': { files: changed('galaxy', ['group: galaxy', 'group: constellation']), base: {} },
  'rules-changed': {
    files: changed('approvals', ['risk: destructive', 'risk: careful'], ['[squad, platform]', '[squad]']),
    base: {},
  },
  'rules-removed': { files: without('approvals'), base: {} },
  'git-without-a-change': { files: {}, commits: [], base: 'HEAD', evidence: ['galaxy/billing'] },
  'git-with-a-change-in-no-commit': {
    files: changed('billing', postgres('{ connections: 30 }')),
    commits: [changed('billing', postgres('{ connections: 25 }')), changed('catalog', ['Product', 'All product'])],
    base: 'HEAD~1',
    evidence: ['galaxy/billing', 'quasar/catalog'],
  },
  'git-with-a-renamed-service': { files: {}, commits: [renamed], base: 'HEAD~1', evidence: ['galaxy/payments'] },
  'git-with-a-base-that-is-not-there': { files: {}, commits: [], base: 'origin/main' },
  'everything-at-once': {
    files: {
      ...renamed,
      ...without('catalog'),
      ...changed('frontier', ['[ingress]', '[ingress, monitoring]'], ['default: 20', 'default: 21']),
      ...changed('quasar', ['spec:', 'spec:\n  guestGroup: audit']),
      'squads/quasar/shop.yaml': textWith(
        'catalog',
        ['name: catalog', 'name: shop'],
        ['name: meadow', 'name: frontier'],
      ),
    },
    base: {},
    evidence: ['galaxy/payments', 'quasar/shop'],
  },
};
