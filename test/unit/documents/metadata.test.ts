import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { notOurs, unwelcome } from '../../../functions/documents/metadata.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

interface Policy {
  spec?: { validations?: { message?: string }[] };
}

test('the plan says what the admission policies say, word for word', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../package/install/hub/only-crossplane.yaml'), 'utf8');
  const messages = parseAllDocuments(text)
    .map((document) => document.toJS() as Policy)
    .flatMap(({ spec }) => spec?.validations ?? [])
    .map(({ message }) => message);

  expect(messages).toEqual([notOurs.link, notOurs.marks, notOurs.ends, notOurs.status]);
});

/** What stands in a document, and the one sentence that it gets. */
const fields: Record<string, [place: string, want: string]> = {
  uid: ['metadata', 'leave metadata.uid out'],
  resourceVersion: ['metadata', 'leave metadata.resourceVersion out'],
  generation: ['metadata', 'leave metadata.generation out'],
  creationTimestamp: ['metadata', 'leave metadata.creationTimestamp out'],
  deletionTimestamp: ['metadata', 'leave metadata.deletionTimestamp out'],
  managedFields: ['metadata', 'leave metadata.managedFields out'],
  finalizers: ['metadata', notOurs.ends],
  ownerReferences: ['metadata', notOurs.ends],
  generateName: ['metadata', 'each delivery would make another one'],
  'crossplane.io/paused': ['annotations', notOurs.marks],
  'crossplane.io/external-name': ['annotations', notOurs.marks],
  'crossplane.io/composite': ['labels', notOurs.marks],
  'protection.crossplane.io/in-use': ['labels', notOurs.marks],
  'kubectl.kubernetes.io/last-applied-configuration': ['annotations', 'tools apply, keep or remove'],
  'argocd.argoproj.io/sync-options': ['annotations', 'tools apply, keep or remove'],
  'argocd.argoproj.io/hook': ['annotations', 'tools apply, keep or remove'],
  'argocd.argoproj.io/compare-options': ['annotations', 'tools apply, keep or remove'],
  'kustomize.toolkit.fluxcd.io/prune': ['annotations', 'tools apply, keep or remove'],
  'kustomize.toolkit.fluxcd.io/reconcile': ['labels', 'tools apply, keep or remove'],
  'kustomize.toolkit.fluxcd.io/ssa': ['annotations', 'tools apply, keep or remove'],
  'config.kubernetes.io/local-config': ['annotations', 'tools apply, keep or remove'],
  'helm.sh/hook': ['annotations', 'tools apply, keep or remove'],
  'kapp.k14s.io/delete-strategy': ['annotations', 'tools apply, keep or remove'],
  'client.lifecycle.config.k8s.io/deletion': ['annotations', 'tools apply, keep or remove'],
  'cleanup.kyverno.io/ttl': ['labels', 'tools apply, keep or remove'],
  'janitor/ttl': ['annotations', 'tools apply, keep or remove'],
  'configmanagement.gke.io/managed': ['annotations', 'tools apply, keep or remove'],
  'configsync.gke.io/cluster-name-selector': ['annotations', 'tools apply, keep or remove'],
  'kluctl.io/skip-delete': ['annotations', 'tools apply, keep or remove'],
  'werf.io/deploy-policy': ['annotations', 'tools apply, keep or remove'],
  'Cleanup.Kyverno.io/ttl': ['annotations', 'tools apply, keep or remove'],
  'cluster.x-k8s.io/managed-by': ['annotations', 'tools apply, keep or remove'],
  status: ['top', notOurs.status],
  more: ['top', 'leave more out'],
  crossplane: ['spec', notOurs.link],
};

const kinds = ['Service', 'Zone', 'Squad'];

const put = (kind: string, place: string, field: string): KubernetesObject => {
  const value = ['labels', 'annotations'].includes(place) ? 'x' : {};
  const own = (where: string) => (where === place ? { [field]: value } : {});

  return {
    apiVersion: 'squadkit.io/v1alpha1',
    kind,
    metadata: { name: 'a', ...own('metadata'), labels: own('labels'), annotations: own('annotations') },
    spec: own('spec'),
    ...own('top'),
  } as unknown as KubernetesObject;
};

test('each thing that others write, or that changes what is applied, gets one sentence in each kind', () => {
  const all = kinds.flatMap((kind) =>
    Object.entries(fields).map(([field, [place, want]]) => ({ kind, field, place, want })),
  );
  for (const { kind, field, place, want } of all) {
    expect(unwelcome(put(kind, place, field))).toEqual([
      { path: expect.arrayContaining([field]), message: expect.stringContaining(want) },
    ]);
  }
  console.log(`${kinds.length} kinds x ${Object.keys(fields).length} fields = ${all.length} cases`);
});

test('what only orders or describes is welcome', () => {
  const metadata = {
    name: 'a',
    labels: { 'app.kubernetes.io/part-of': 'shop', team: 'a' },
    annotations: { 'argocd.argoproj.io/sync-wave': '1', note: 'b', 'example.org/cost-centre': '7' },
  };

  expect(unwelcome({ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', metadata, spec: {} })).toEqual([]);
});

/** Whether somebody reads a key. */
const keys: Record<string, boolean> = {
  team: false,
  'app.kubernetes.io/part-of': false,
  'example.org/cost-centre': false,
  'billing.example.com/team': false,
  'reloader.stakater.com/auto': true,
  'notexample.org/team': true,
  'squadkit.io/x': true,
  'a/b': true,
};

test.each(Object.entries(keys))('%s is read by other programs: %s', async (key, isRead) => {
  const put = (kind: 'labels' | 'annotations', file: string): string =>
    exampleFile(file).includes('metadata: {')
      ? exampleFile(file).replace(' namespace: galaxy }', ` namespace: galaxy, ${kind}: { ${key}: x } }`)
      : exampleFile(file).replace('metadata:', `metadata:\n  ${kind}: { ${key}: x }`);
  for (const file of ['squads/galaxy/billing.yaml', 'platform/zones/meadow.yaml', 'platform/squads/galaxy.yaml']) {
    for (const kind of ['labels', 'annotations'] as const) {
      const [with_, without] = [exampleTree({ [file]: put(kind, file) }), exampleTree()];
      for (const [tree, base] of [
        [with_, without],
        [without, with_],
      ]) {
        const { out, status } = await squadkit(['plan', tree ?? '', '--base', base ?? '']);

        expect(status).toBe(0);
        expect(out.includes(`careful: ${key} is read by other programs`), out).toBe(isRead);
        // A change of a Zone or a Squad is careful anyway.
        if (isRead || file.includes('billing')) expect(out).toContain(isRead ? 'Risk: careful' : 'Risk: none');
      }
    }
  }
});

test.each(['plan', 'validate'])('%s says them all, where they are', async (command) => {
  const exported = exampleFile('squads/galaxy/billing.yaml')
    .replace(/metadata: .*/, 'metadata:\n  name: billing\n  namespace: galaxy\n  uid: a\n  finalizers: [b]')
    .replace('spec:', 'spec:\n  crossplane: { compositionUpdatePolicy: Manual }');
  const tree = exampleTree({ 'squads/galaxy/billing.yaml': exported });
  const { status, error } = await squadkit([command, tree], { [tree]: 'tree' });

  expect(error).toContain('tree/squads/galaxy/billing.yaml:6:8: leave metadata.uid out');
  expect(error).toContain('leave metadata.finalizers and metadata.ownerReferences out');
  expect(error).toContain(notOurs.link);
  expect(status).toBe(1);
});

test('what a base has of it is still there: its removal is no creation', async () => {
  const billing = exampleFile('squads/galaxy/billing.yaml');
  const before = exampleTree({ 'squads/galaxy/billing.yaml': `${billing}status: {}\n` });
  const { status, out } = await squadkit(['plan', exampleTree(), '--base', before]);

  expect(out).not.toContain('new in frontier');
  expect(status).toBe(0);
});
