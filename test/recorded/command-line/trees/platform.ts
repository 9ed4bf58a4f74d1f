import { changed, type OddTree, text, textWith, without } from './tree.ts';

/** Zones, Squads and rules of approval that are wrong, closed, not there, or otherwise than in the examples. */
export const platform: Record<string, OddTree> = {
  'no-squads': { files: { ...without('galaxy'), ...without('quasar') } },
  'no-zones': { files: { ...without('frontier'), ...without('meadow') } },
  'no-platform': { files: { 'squads/galaxy/billing.yaml': text('billing') }, bare: true },
  'no-services': { files: { ...without('billing'), ...without('catalog') } },
  'no-approvals': { files: without('approvals'), evidence: ['galaxy/billing'] },
  'squad-name-reserved': {
    files: { 'platform/squads/postgres.yaml': textWith('quasar', ['name: quasar', 'name: postgres']) },
  },
  'squad-group-of-kubernetes': {
    files: changed('galaxy', ['group: galaxy', 'group: galaxy\n  ownerGroup: "system:authenticated"']),
  },
  'squad-deployers-are-people': {
    files: changed('galaxy', ['group: galaxy', 'group: galaxy\n  deployerGroup: galaxy']),
  },
  'squad-with-every-group': {
    files: changed('quasar', ['spec:', 'spec:\n  ownerGroup: heads\n  guestGroup: audit\n  deployerGroup: pipelines']),
    evidence: ['quasar/catalog'],
  },
  'squad-with-wrong-fields': {
    files: changed('galaxy', ['services: 20', 'services: many, pods: 3'], ['matchLabels:', 'matchLabel:']),
  },
  'squad-with-a-namespace': { files: changed('galaxy', ['name: galaxy', 'name: galaxy\n  namespace: galaxy']) },
  'squads-closed': {
    files: {
      ...changed('galaxy', ['spec:', 'spec:\n  lifecycle: Closed']),
      ...changed('quasar', ['spec:', 'spec:\n  lifecycle: Closed']),
    },
    base: {},
  },
  'zone-without-a-block': {
    files: {
      'platform/zones/delta.yaml': textWith(
        'frontier',
        ['name: frontier', 'name: delta'],
        [/ {6}postgres:[\s\S]*(?= {4}- name: aqua)/, ''],
      ),
    },
  },
  'zone-with-an-unknown-environment': { files: changed('frontier', ['environment: production', 'environment: prod']) },
  'zone-with-wrong-fields': {
    files: changed(
      'frontier',
      ['version: 18', 'version: eighteen'],
      ['default: 20, max: 60', 'default: 60, max: 20'],
      ['"15 2 * * *"', '"at night"'],
      ['https://aqua.example.org:6443', 'aqua.example.org'],
    ),
    evidence: ['galaxy/billing'],
  },
  'zone-with-a-component-twice': { files: changed('meadow', ['name: aqua', 'name: spike']) },
  'zone-without-components': { files: changed('meadow', [/components:[\s\S]*/, 'components: []\n']) },
  'zone-name-not-allowed': { files: changed('meadow', ['name: meadow', 'name: Meadow.1']) },
  'zone-with-labels-that-are-no-text': {
    files: changed('meadow', ['name: meadow', 'name: meadow\n  labels: { tier: 1 }']),
  },
  'zone-without-guarantees': {
    files: {
      ...changed('frontier', [/ +guarantees: # declared[\s\S]*?pointInTimeRecovery: true\n/, '']),
      ...changed('billing', ['spec:', 'spec:\n  dataClass: confidential']),
    },
    evidence: ['galaxy/billing'],
  },
  'zone-with-deployers-by-group': {
    files: { 'platform/zones/frontier.yaml': `${text('frontier')}        deployers: group\n` },
  },
  'zone-with-deployers-by-group-that-exist': {
    files: {
      'platform/zones/frontier.yaml': `${text('frontier')}        deployers: group\n`,
      ...changed('galaxy', ['group: galaxy', 'group: galaxy\n  deployerGroup: galaxy-pipelines']),
    },
    evidence: ['galaxy/billing'],
  },
  'zone-with-sizes-of-its-own': {
    files: {
      'platform/zones/frontier.yaml': `${text('frontier')}        podSecurity: { level: baseline }\n        sizes: { small: { cpu: 6 } }\n`,
    },
    evidence: ['galaxy/billing'],
  },
  'approvals-that-nobody-can-follow': { files: changed('approvals', ['[security]', '[auditors]']) },
  'approvals-of-another-house': {
    files: changed('approvals', ['"@example/{squad}"', '"@house/{squad}-owners"'], ['"@example/security"', '"@ciso"']),
    evidence: ['quasar/catalog'],
  },
  'approvals-twice': { files: { 'more/approvals.yaml': text('approvals') } },
};
