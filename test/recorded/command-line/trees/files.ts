import { type OddTree, paths, text, textWith } from './tree.ts';

const billing = text('billing');
const named = (name: string): string => textWith('billing', ['name: billing', `name: ${name}`]);
const service = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'refund', namespace: 'galaxy' },
};
const spec = { zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] }] };
const indented = (lines: string): string => lines.replace(/^(?=.)/gm, '    ').replace('    ', '  - ');
const bomb = [...'bcdefghij'].map(
  (key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]`,
);

/** Files that are written in an odd way, or cannot be read. */
export const files: Record<string, OddTree> = {
  'file-broken': {
    files: { 'squads/galaxy/broken.yaml': 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: [\n' },
    evidence: ['galaxy/billing'],
  },
  'file-broken-without-saying-whose': { files: { 'squads/galaxy/broken.yaml': 'a: b: c\n' } },
  'file-with-a-key-twice': { files: { [paths.billing]: billing.replace('spec:', 'spec: {}\nspec:') } },
  'file-nested-too-deep': { files: { 'squads/galaxy/deep.yaml': { repeat: '[', times: 20_000 } } },
  'file-with-aliases-that-multiply': { files: { 'squads/galaxy/bomb.yaml': ['a: &a [x, x]', ...bomb, ''] } },
  'file-with-aliases': {
    files: {
      [paths.catalog]: text('catalog')
        .replace('components:', 'components: &both')
        .concat('    - name: frontier\n      components: *both\n'),
    },
    evidence: ['quasar/catalog'],
  },
  'file-with-merge-keys': {
    files: {
      [paths.catalog]: text('catalog').replace('postgres: {', 'postgres: { <<: { readers: false },'),
    },
  },
  'file-empty': { files: { 'squads/galaxy/empty.yaml': '', 'platform/zones/nothing.yaml': '# squadkit.io/\n' } },
  'file-with-a-list-at-its-top': { files: { 'squads/galaxy/list.yaml': '- squadkit.io/\n- b\n' } },
  'file-with-a-byte-order-mark': { files: { [paths.billing]: `\ufeff${billing}` }, evidence: ['galaxy/billing'] },
  'file-with-carriage-returns': {
    files: {
      [paths.billing]: billing.replaceAll('\n', '\r\n'),
      [paths.frontier]: text('frontier').replaceAll('\n', '\r\n'),
    },
    evidence: ['galaxy/billing'],
  },
  'file-with-carriage-returns-and-a-mistake': {
    files: { [paths.billing]: billing.replace('name: aqua', 'name: aqau').replaceAll('\n', '\r\n') },
  },
  'file-in-utf-16': {
    files: { [paths.billing]: { base64: Buffer.from(`\ufeff${billing}`, 'utf16le').toString('base64') } },
  },
  'file-in-latin-1': {
    files: {
      'squads/galaxy/latin.yaml': { base64: Buffer.from('# Z\u00fcrich\na: b\n', 'latin1').toString('base64') },
    },
  },
  'file-too-large': { files: { 'squads/galaxy/large.yaml': { repeat: '# squadkit.io/\n', times: 80_000 } } },
  'file-of-a-template': {
    files: {
      'squads/galaxy/chart/templates/service.yaml': 'a: {{ .Values.a }}\n  b: [\n',
      'squads/galaxy/chart/templates/ours.yaml': billing.replace('name: billing', 'name: {{ .Values.name }}'),
    },
  },
  'file-of-other-kinds': {
    files: {
      'apps/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: squadkit.io/}\n',
      'apps/broken.yaml': 'a: b: c',
      'node_modules/squadkit/billing.yaml': billing,
      '.cache/billing.yaml': billing,
    },
  },
  'file-with-several-documents': {
    files: {
      [paths.billing]: ['---', billing, '---', named('ledger'), '...', '---', '# nothing', '---', named('shop')],
    },
    evidence: ['galaxy/ledger'],
  },
  'file-with-a-mistake-in-its-second-document': {
    files: { [paths.billing]: `${billing}---\n${named('ledger').replace('name: aqua', 'name: aqau')}` },
  },
  'file-with-a-list-of-kubernetes': {
    files: {
      'list.yaml': `apiVersion: v1\nkind: List\nitems:\n${indented(named('ledger'))}${indented(named('shop').replace('provider: postgres', 'provider: kafka'))}`,
    },
  },
  'file-in-json': {
    files: {
      'deep/er/refund.json': JSON.stringify({ ...service, spec }),
      'deep/er/wrong.json': JSON.stringify(
        { ...service, metadata: { name: 'wrong', namespace: 'galaxy' }, spec: [] },
        null,
        2,
      ),
    },
  },
  'file-with-yes-and-no': {
    files: { [paths.catalog]: text('catalog').replace('readers: true', 'readers: yes'), 'more/on.yaml': named('on') },
  },
  'service-twice': { files: { 'squads/galaxy/copy.yaml': `# a copy\n${billing}` } },
  'zone-in-two-files': { files: { 'zones.yaml': `---\n${text('frontier')}` } },
  'service-in-the-folder-of-another-squad': { files: { 'squads/quasar/more/billing.yaml': named('other') } },
  'kind-unknown': { files: { [paths.billing]: billing.replace('kind: Service', 'kind: Servise') } },
  'kind-missing': { files: { [paths.billing]: billing.replace('kind: Service\n', '') } },
  'version-unknown': { files: { [paths.billing]: billing.replace('v1alpha1', 'v1') } },
  'metadata-missing': { files: { [paths.billing]: billing.replace(/metadata:.*\n/, '') } },
  'name-that-is-a-number': { files: { [paths.billing]: billing.replace('name: billing', 'name: 7') } },
  'squad-missing-in-a-service': { files: { [paths.billing]: billing.replace(', namespace: galaxy', '') } },
  'spec-missing': { files: { [paths.billing]: billing.replace(/spec:[\s\S]*/, '') } },
};
