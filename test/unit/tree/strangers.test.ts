import { expect, test } from 'vitest';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

const zone = exampleFile('platform/zones/meadow.yaml').replace('name: meadow', 'name: other');

/** What a squad's delivery may not apply. */
const strangers: Record<string, string> = {
  ...Object.fromEntries(
    [
      'v1 ConfigMap',
      'v1 Service',
      'batch/v1 Job',
      'apps/v1 Deployment',
      'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
      'admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy',
      'mutations.gatekeeper.sh/v1 Assign',
      'configsync.gke.io/v1beta1 RootSync',
      'config.projectsveltos.io/v1beta1 ClusterProfile',
      'platform.kratix.io/v1alpha1 Promise',
      'external-secrets.io/v1 ExternalSecret',
      'example.org/v1 Anything',
    ].map((name) => {
      const [apiVersion, kind] = name.split(' ');
      return [name, `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: other }\n`];
    }),
  ),
  'a Zone': zone,
  'a Squad': exampleFile('platform/squads/quasar.yaml').replace('name: quasar', 'name: other'),
  'rules of approval': exampleFile('approvals.yaml'),
};

const ways: Record<string, (text: string) => string> = {
  alone: (text) => text,
  'behind a Service': (text) =>
    `${exampleFile('squads/galaxy/billing.yaml').replace('name: billing', 'name: ledger')}---\n${text}`,
  'in a list': (text) =>
    `apiVersion: v1\nkind: List\nitems:\n${text
      .replaceAll(/^#.*\n/gm, '')
      .replaceAll(/^/gm, '    ')
      .replace('    ', '  - ')}`.trimEnd(),
};

test.each(Object.keys(strangers))("in a squad's folder only Services are applied: %s", async (what) => {
  for (const [way, put] of Object.entries(ways)) {
    for (const folder of ['squads/galaxy', 'squads/galaxy/more/and/more', 'hub/squads/quasar']) {
      const text = `${put(strangers[what] ?? '')}\n`;
      const moved = what === 'rules of approval' ? { 'approvals.yaml': null } : {};
      const { status, error } = await squadkit(['plan', exampleTree({ [`${folder}/other.yaml`]: text, ...moved })]);

      expect(error, `${way} ${text}`).toMatch(
        /other\.yaml:\d+:\d+: .*(may apply Services only, so nothing|holds Services only)/,
      );
      expect(status).toBe(1);
    }
  }
});

test.each([
  ['what is no object of Kubernetes', 'squads/galaxy/values.yaml', 'a: b\nc: [d]\n'],
  [
    'a kustomization',
    'squads/galaxy/kustomization.yaml',
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [billing.yaml]\n',
  ],
  [
    'a Service of a squad',
    'squads/galaxy/ledger.yaml',
    exampleFile('squads/galaxy/billing.yaml').replace('name: billing', 'name: ledger'),
  ],
  ['what lies outside', 'apps/deployment.yaml', strangers['apps/v1 Deployment'] ?? ''],
  ['the folder of nobody', 'squads/nobody/deployment.yaml', strangers['apps/v1 Deployment'] ?? ''],
])('%s is no problem', async (_, path, text) => {
  const { status, error } = await squadkit(['plan', exampleTree({ [path]: text })]);

  expect(error).toBe('');
  expect(status).toBe(0);
});
