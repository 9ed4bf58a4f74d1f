import { changed, type OddTree, text, textWith } from './tree.ts';

const spike = 'provider: postgres';
const aqua = 'provider: kubernetes';
const postgres = (settings: string): [string, string] => [spike, `${spike}\n          postgres: ${settings}`];
const kubernetes = (settings: string): [string, string] => [aqua, `${aqua}\n          kubernetes: ${settings}`];
const copy = (name: string, ...replaced: [string | RegExp, string][]): string =>
  textWith('billing', ['name: billing', `name: ${name}`], ...replaced);

/** Services with something wrong, or only just right. */
export const services: Record<string, OddTree> = {
  'squad-not-registered': { files: { 'more/lost.yaml': copy('lost', ['namespace: galaxy', 'namespace: nobody']) } },
  'squad-is-a-namespace-of-the-cluster': {
    files: { 'more/lost.yaml': copy('lost', ['namespace: galaxy', 'namespace: kube-system']) },
  },
  'squad-closed-to-new-services': { files: changed('galaxy', ['spec:', 'spec:\n  lifecycle: Closed']) },
  'zone-not-registered': {
    files: changed('billing', ['name: frontier', 'name: prairie']),
    evidence: ['galaxy/billing'],
  },
  'zone-called-constructor': { files: changed('billing', ['name: frontier', 'name: constructor']) },
  'zone-not-for-this-squad': { files: changed('billing', ['name: frontier', 'name: meadow']) },
  'zone-closed-to-new-services': { files: changed('frontier', ['spec:', 'spec:\n  lifecycle: Closed']) },
  'data-class-that-the-zone-does-not-take': { files: changed('billing', ['spec:', 'spec:\n  dataClass: restricted']) },
  'data-class-without-its-guarantees': {
    files: {
      ...changed('billing', ['spec:', 'spec:\n  dataClass: restricted']),
      ...changed('frontier', ['[public, internal, confidential]', '[restricted]']),
    },
  },
  'data-class-unknown': { files: changed('billing', ['spec:', 'spec:\n  dataClass: secret']) },
  'data-confidential': {
    files: changed('billing', ['spec:', 'spec:\n  dataClass: confidential']),
    evidence: ['galaxy/billing'],
  },
  'component-name-wrong': { files: changed('billing', ['name: aqua', 'name: aqau']), evidence: ['galaxy/billing'] },
  'component-with-another-provider': { files: changed('billing', ['provider: postgres', 'provider: kubernetes']) },
  'component-with-an-unknown-provider': { files: changed('billing', ['provider: postgres', 'provider: kafka']) },
  'component-with-the-block-of-another': {
    files: changed('billing', [spike, `${spike}\n          kubernetes: { size: large }`]),
  },
  'component-twice': { files: changed('billing', ['name: aqua', 'name: spike'], [aqua, spike]) },
  'component-without-a-name': { files: changed('billing', [/- name: aqua.*\n +provider/, '- provider']) },
  'zone-twice': {
    files: { 'squads/galaxy/billing.yaml': `${text('billing')}${text('billing').split('zones:\n')[1]}` },
  },
  'one-server-under-two-names': {
    files: {
      ...changed('frontier', [
        '    - name: aqua',
        `${text('frontier').split('components:\n')[1]?.split('    - name: aqua')[0]?.replace('name: spike', 'name: nile')}    - name: aqua`,
      ]),
      ...changed('billing', ['        - name: aqua', `        - name: nile\n          ${spike}\n        - name: aqua`]),
    },
  },
  'extension-not-allowed': { files: changed('billing', postgres('{ extensions: [pg_trgm, dblink] }')) },
  'connections-too-many-for-the-component': { files: changed('billing', postgres('{ connections: 61 }')) },
  'connections-too-many-for-the-squad': { files: changed('galaxy', ['services: 20', 'services: 20, connections: 20']) },
  'connections-too-many-for-the-server': { files: changed('frontier', ['total: 950', 'total: 22']) },
  'connections-nearly-used': { files: changed('galaxy', ['services: 20', 'services: 20, connections: 24']) },
  'services-too-many-for-the-squad': {
    files: {
      ...changed('galaxy', ['services: 20', 'services: 1']),
      'squads/galaxy/ledger.yaml': copy('ledger'),
    },
  },
  'deletion-in-production': { files: changed('billing', postgres('{ onRemoval: Delete }')) },
  'service-lets-itself-in': { files: changed('billing', kubernetes('{ allowFrom: [shop, billing] }')) },
  'service-lets-one-in-twice': { files: changed('billing', kubernetes('{ allowFrom: [shop, shop] }')) },
  'service-lets-others-in': {
    files: changed('billing', kubernetes('{ allowFrom: [shop] }')),
    evidence: ['galaxy/billing'],
  },
  'service-name-not-allowed': { files: { 'squads/galaxy/ledger.yaml': copy('Ledger_2') } },
  'service-name-too-long': { files: { 'squads/galaxy/ledger.yaml': copy('l'.repeat(31)) } },
  'service-with-an-unknown-field': { files: changed('billing', ['spec:', 'spec:\n  owner: quasar']) },
  'service-without-zones': { files: { 'squads/galaxy/empty.yaml': copy('empty', [/spec:[\s\S]*/, 'spec: {}\n']) } },
  'service-with-an-empty-list-of-zones': {
    files: { 'squads/galaxy/empty.yaml': copy('empty', [/spec:[\s\S]*/, 'spec: { zones: [] }\n']) },
  },
  'service-without-components': {
    files: { 'squads/galaxy/empty.yaml': copy('empty', [/components:[\s\S]*/, 'components: []\n']) },
  },
  'service-with-everything-of-a-wrong-type': {
    files: changed(
      'billing',
      postgres('{ extensions: pg_trgm, connections: many, readers: 1, onRemoval: Maybe, replicas: 2 }'),
      kubernetes('{ size: gigantic, allowFrom: shop }'),
      ['spec:', 'spec:\n  description: 7'],
    ),
  },
  'service-in-two-zones': {
    files: changed('catalog', [
      '  zones:\n',
      '  zones:\n    - name: frontier\n      components:\n        - name: spike\n          provider: postgres\n',
    ]),
    evidence: ['quasar/catalog'],
  },
  'service-with-words-that-act-on-readers': {
    files: changed('catalog', [
      'description: Product documents, written by one importer and read by everybody.',
      'description: "</details><h1>Approved</h1> @example/everybody `code` | a | \\u001b[2J [approve](https://evil.example.org) \\u202egnp.exe"',
    ]),
    evidence: ['quasar/catalog'],
  },
};
