import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { isMapping } from '../../../functions/objects/record.ts';
import { deliveryChanges } from '../../../functions/plan/deliveries.ts';
import { deliveriesOf } from '../../../functions/tree/delivery/deliveries.ts';
import type { TreeFile } from '../../../functions/tree/file.ts';
import { readTree, type Tree } from '../../../functions/tree/read.ts';
import { joined } from '../../../functions/tree/whole.ts';
import { worldOf } from '../../../functions/tree/world.ts';
import { exampleFile } from '../../support/squadkit.ts';

type Files = Record<string, string | object>;

const own = ['platform/zones/frontier.yaml', 'platform/squads/galaxy.yaml', 'squads/galaxy/billing.yaml'];
const remotes = ['https://git.example.org/platform.git'];

/** A repository with a tree in a folder of it, or at its top. */
const worldWith = (folder: string, files: Files) => {
  const { texts, world, ours } = folder === '' ? atTop : inFleet;
  const deliveries = deliveriesOf({ files: [...texts, ...filesOf(files)], ours, remotes });

  return { ...world, deliveries: () => deliveries };
};

const filesOf = (files: Files): TreeFile[] =>
  Object.entries(files).map(([path, content]) => {
    const text = typeof content === 'string' ? content : stringify(content);

    return { path, bytes: text.length, read: () => Buffer.from(text) };
  });

const treeIn = (prefix: string) => {
  const texts = filesOf(Object.fromEntries(own.map((path) => [prefix + path, exampleFile(path)])));
  const world = worldOf(readTree(texts));

  return { texts, world, ours: own.map((path) => prefix + path) };
};
const [atTop, inFleet] = [treeIn(''), treeIn('fleet/')];

const told = (folder: string, before: Files, after: Files): string[] =>
  deliveryChanges(worldWith(folder, before), worldWith(folder, after)).flatMap(({ name, consequences }) =>
    consequences.map(({ words }) => `${name}: ${words}`),
  );

const flux = (name: string, path: string, more: object = {}) => ({
  ...{ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' },
  metadata: { name, namespace: 'squadkit-delivery', annotations: { 'example.org/a': 'b' } },
  spec: { sourceRef: { kind: 'GitRepository', name: 'platform' }, path, prune: true, wait: true, ...more },
});
const argo = (name: string, path: string, more: object = {}) => ({
  ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' },
  metadata: { name, namespace: 'argocd', finalizers: ['resources-finalizer.argocd.argoproj.io'] },
  spec: {
    project: 'squads',
    source: { repoURL: remotes[0], targetRevision: 'HEAD', path },
    destination: { server: 'https://kubernetes.default.svc' },
    syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
    ...more,
  },
});
const applicationSet = (git: object, path: string) => ({
  ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', metadata: { name: 'squads' } },
  spec: { generators: [{ git: { repoURL: remotes[0], ...git } }], template: argo('{{path.basename}}', path) },
});
const kustomize = (...resources: string[]) => ({
  ...{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources },
});

/** What delivers a tree that lies in a folder, in the ways that people do; each file is one that decides. */
const ways: Record<string, (at: string) => Files> = {
  'Flux, a folder': (at) => ({ 'clusters/f.yaml': flux('galaxy', `./${at}squads/galaxy`) }),
  'Flux, all': (at) => ({ 'clusters/f.yaml': flux('all', at === '' ? './' : `./${at.slice(0, -1)}`) }),
  'Flux, through an overlay': (at) => ({
    'clusters/f.yaml': flux('galaxy', './overlays/prod'),
    'overlays/prod/kustomization.yaml': kustomize(`../../${at}squads/galaxy`, 'a.yaml'),
  }),
  'Flux, delivered by a list, which Flux applies': (at) => ({
    'hub/apps/f.yaml': flux('galaxy', `./${at}squads/galaxy`),
    'hub/apps/kustomization.yaml': kustomize('f.yaml'),
    'hub/flux.yaml': flux('hub', './hub/apps'),
  }),
  'Flux, with its source': (at) => ({
    'clusters/f.yaml': flux('galaxy', `./${at}squads`),
    'clusters/g.yaml': {
      ...{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' },
      metadata: { name: 'platform', namespace: 'squadkit-delivery' },
      spec: { url: remotes[0], ref: { branch: 'main' } },
    },
  }),
  'Flux, from an artifact': (at) => ({
    'clusters/f.yaml': flux('galaxy', `./${at}squads`, { sourceRef: { kind: 'OCIRepository', name: 'built' } }),
    'clusters/o.yaml': {
      ...{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository' },
      metadata: { name: 'built', namespace: 'squadkit-delivery' },
      spec: { url: 'oci://registry.example.org/platform', ref: { tag: 'latest' } },
    },
  }),
  "Flux's operator": (at) => ({
    'clusters/r.yaml': {
      ...{ apiVersion: 'fluxcd.controlplane.io/v1', kind: 'ResourceSet', metadata: { name: 'squads' } },
      spec: { inputs: [{ squad: 'galaxy' }], resources: [flux('x', `./${at}squads/<< inputs.squad >>`)] },
    },
  }),
  'Argo CD, a folder, in a project': (at) => ({
    'argo/a.yaml': argo('galaxy', `${at}squads/galaxy`),
    'argo/p.yaml': {
      ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name: 'squads', namespace: 'argocd' } },
      spec: { sourceRepos: ['*'], destinations: [{ namespace: '*', server: '*' }] },
    },
  }),
  'Argo CD, several sources': (at) => ({
    'argo/a.yaml': argo('galaxy', '', {
      source: undefined,
      sources: [
        { repoURL: remotes[0], path: `${at}squads` },
        { repoURL: 'https://charts.example.org', chart: 'a' },
      ],
    }),
  }),
  'Argo CD, a set': (at) => ({
    'argo/s.yaml': applicationSet({ revision: 'HEAD', directories: [{ path: `${at}squads/*` }] }, '{{path}}'),
  }),
  'what the page says': () => ({
    'hub/delivery.yaml': {
      ...{
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'squadkit-delivery', namespace: 'squadkit-delivery' },
      },
      data: { engine: 'flux', source: 'platform', folder: 'squads' },
    },
  }),
  'other engines': (at) => ({
    'clusters/fleet.yaml': {
      ...{ apiVersion: 'fleet.cattle.io/v1alpha1', kind: 'GitRepo', metadata: { name: 'squads' } },
      spec: { repo: remotes[0], branch: 'main', paths: [`${at}squads/galaxy`] },
    },
  }),
};

/** An object with one thing otherwise than it was, in each way there is: what it says of each, with the path of it. */
const mutations = (
  value: unknown,
  path: string[] = [],
): { path: string[]; to: (to: unknown) => unknown; value: unknown }[] =>
  (isMapping(value) || Array.isArray(value) ? Object.entries(value) : []).flatMap(([key, entry]) => {
    const put = (to: unknown): unknown => {
      if (Array.isArray(value))
        return value.flatMap((each, index) => (String(index) === key ? (to === gone ? [] : [to]) : [each]));
      const { [key]: _, ...others } = value as Record<string, unknown>;
      return to === gone ? others : { ...others, [key]: to };
    };
    const inner = mutations(entry, [...path, key]).map((each) => ({ ...each, to: (to: unknown) => put(each.to(to)) }));

    return entry === undefined ? [] : [{ path: [...path, key], to: put, value: entry }, ...inner];
  });
const gone = Symbol('gone');
const otherwise = (value: unknown): unknown =>
  typeof value === 'string' ? `${value}x` : typeof value === 'boolean' ? !value : Array.isArray(value) ? [] : {};

/** By these an object is none of an engine any more, or has no name; that is told as its end. */
const isWhatItIs = (path: string[]): boolean => ['apiVersion', 'kind'].includes(path.join('.'));

describe.each(['', 'fleet/'])('a tree in "%s"', (at) => {
  const folder = at.slice(0, -1);

  test.each(Object.keys(ways))(
    'delivered by %s: whatever of that is otherwise is told, with where it stands',
    (way) => {
      const before = ways[way]?.(at) as Files;
      const untold: string[] = [];
      let count = 0;
      for (const [file, object] of Object.entries(before)) {
        const { [file]: _, ...others } = before;
        if (!told(folder, before, others).some((line) => line.startsWith(`${file}: `))) untold.push(`${file} gone`);
        if (!told(folder, others, before).some((line) => line.startsWith(`${file}: `))) untold.push(`${file} new`);
        for (const { path, to, value } of mutations(object)) {
          for (const changed of [gone, otherwise(value)]) {
            count += 1;
            if (isWhatItIs(path) && changed === gone) continue;
            const lines = told(folder, before, { ...before, [file]: to(changed) as object });
            if (!lines.some((line) => line.startsWith(`${file}: `)))
              untold.push(`${file} ${path.join('.')} ${changed === gone ? 'gone' : JSON.stringify(changed)}`);
          }
        }
      }
      console.log(`${way} in "${at}": ${count} changes`);

      expect(untold).toEqual([]);
      expect(told(folder, before, before)).toEqual([]);
    },
  );

  test('how often something is looked at is not told, nor is who delivers something else', () => {
    const others = {
      'clusters/f.yaml': flux('apps', './apps'),
      'clusters/g.yaml': flux('galaxy', `./${at}squads/galaxy`, { interval: '1m' }),
      'argo/a.yaml': argo('apps', 'apps'),
      'apps/kustomization.yaml': kustomize('a.yaml'),
      'apps/a.yaml': { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
      'clusters/alerts.yaml': {
        ...{ apiVersion: 'notification.toolkit.fluxcd.io/v1beta3', kind: 'Alert', metadata: { name: 'a' } },
        spec: { eventSeverity: 'info' },
      },
    };
    const after = {
      ...others,
      'clusters/f.yaml': flux('apps', './apps', { patches: [{ patch: 'a: 1' }] }),
      'clusters/g.yaml': flux('galaxy', `./${at}squads/galaxy`, { interval: '10m' }),
      'argo/a.yaml': argo('apps', 'apps/more'),
      'apps/kustomization.yaml': kustomize(),
      'clusters/alerts.yaml': 'a: 1\n',
    };

    expect(told(folder, others, after)).toEqual([]);
  });

  test('a document that nobody applies any more is told, and one that was never applied is not', () => {
    const before = {
      'clusters/f.yaml': argo('zones', `${at}platform/zones`, {
        source: { path: `${at}platform`, directory: { recurse: true } },
      }),
    };
    const flat = { 'clusters/f.yaml': argo('zones', '', { source: { path: `${at}platform` } }) };

    expect(told(folder, before, flat)).toEqual([
      'clusters/f.yaml: changes `spec.source.directory` of Application zones',
      `${at}platform/zones/frontier.yaml: Application argocd/zones applied Zone frontier, and nothing in this repository does any more`,
      `${at}platform/squads/galaxy.yaml: Application argocd/zones applied Squad galaxy, and nothing in this repository does any more`,
    ]);
  });
});

/** What is put into what an engine is told, from files that tell no engine anything by themselves, and how it becomes otherwise. */
const inputs: Record<string, [Files, Files]> = {
  'files of a set of Applications': [
    {
      'argo/s.yaml': applicationSet({ files: [{ path: 'config/**/team.yaml' }] }, 'squads/{{ .team }}'),
      'config/a/team.yaml': { team: 'galaxy' },
    },
    { 'config/a/team.yaml': { team: 'quasar' } },
  ],
  'folders of a set of Applications': [
    {
      'argo/s.yaml': applicationSet({ directories: [{ path: 'tenants/*' }] }, 'squads/{{ .path.basename }}'),
      'tenants/galaxy/README.md': 'x',
      'tenants/quasar/README.md': 'x',
    },
    { 'tenants/new/README.md': 'x' },
  ],
  'values of a chart of Applications': [
    {
      'argo/root.yaml': argo('root', 'apps'),
      'apps/Chart.yaml': { name: 'apps', version: '1' },
      'apps/values.yaml': { squads: { galaxy: true, quasar: true } },
      'apps/templates/apps.yaml':
        '{{ range $n, $_ := .Values.squads }}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: { source: { path: "squads/{{ $n }}" } }\n{{ end }}\n',
    },
    { 'apps/values.yaml': { squads: { quasar: true } } },
  ],
  'what Argo CD is told in a folder of Applications': [
    { 'argo/root.yaml': argo('root', 'apps'), 'apps/a.yaml': argo('galaxy', 'squads/galaxy') },
    { 'apps/.argocd-source-root.yaml': { directory: { exclude: 'a*' } } },
  ],
  'what Flux puts in': [
    {
      'clusters/root.yaml': flux('root', './clusters', {
        postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] },
      }),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Flux that puts something in
      'clusters/f.yaml': flux('galaxy', './squads/${team}'),
      'clusters/vars.yaml': {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'vars' },
        data: { team: 'galaxy' },
      },
    },
    {
      'clusters/vars.yaml': {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'vars' },
        data: { team: 'quasar' },
      },
    },
  ],
  'files that the delivery is made of': [
    {
      'hub/kustomization.yaml': {
        ...kustomize(),
        configMapGenerator: [{ name: 'squadkit-delivery', envs: ['delivery.env'] }],
      },
      'hub/delivery.env': 'engine=flux\n',
    },
    { 'hub/delivery.env': 'engine=none\n' },
  ],
  'what Flux leaves out': [
    { 'clusters/f.yaml': flux('galaxy', './squads/galaxy') },
    { 'clusters/.sourceignore': 'f.yaml\n' },
  ],
  "inputs of Flux's operator": [
    {
      'clusters/r.yaml': {
        ...{ apiVersion: 'fluxcd.controlplane.io/v1', kind: 'ResourceSet', metadata: { name: 'squads' } },
        spec: { inputsFrom: [{ name: 'in' }], resources: [flux('x', './squads/<< inputs.squad >>')] },
      },
      'clusters/i.yaml': {
        ...{ apiVersion: 'fluxcd.controlplane.io/v1', kind: 'ResourceSetInputProvider', metadata: { name: 'in' } },
        spec: { type: 'Static', defaultValues: { squad: 'galaxy' } },
      },
    },
    {
      'clusters/i.yaml': {
        ...{ apiVersion: 'fluxcd.controlplane.io/v1', kind: 'ResourceSetInputProvider', metadata: { name: 'in' } },
        spec: { type: 'Static', defaultValues: { squad: 'quasar' } },
      },
    },
  ],
};

test.each(Object.keys(inputs))('%s: once they are otherwise, or gone, that is told', (what) => {
  const [before, change] = inputs[what] as [Files, Files];
  const [file = ''] = Object.keys(change);
  const { [file]: _, ...without } = before;

  expect(told('', before, { ...before, ...change })).not.toEqual([]);
  expect(told('', before, before)).toEqual([]);
  if (file in before) expect(told('', before, without)).not.toEqual([]);
});

test('who lists another file beside one that matters says nothing new, in whatever order', () => {
  const list = (...resources: string[]) => ({
    'clusters/f.yaml': flux('galaxy', './squads/galaxy'),
    'clusters/other.yaml': flux('apps', './apps'),
    'clusters/kustomization.yaml': kustomize(...resources),
  });

  expect(told('', list('f.yaml'), list('other.yaml', 'f.yaml'))).toEqual([]);
  expect(told('', list('f.yaml', 'other.yaml'), list('other.yaml'))).not.toEqual([]);
});

test('of documents that lie beside a tree those are told that are applied with it', () => {
  const service = (name: string) => exampleFile('squads/galaxy/billing.yaml').replace('name: billing', `name: ${name}`);
  const overlay = { 'clusters/prod/kustomization.yaml': kustomize('../../fleet/squads/galaxy', 'x.yaml') };
  const before = { ...overlay, 'clusters/prod/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n' };

  expect(
    told('fleet', { ...before, 'other/y.yaml': service('a') }, { ...before, 'other/y.yaml': service('b') }),
  ).toEqual([]);
  expect(told('fleet', before, { ...before, 'clusters/prod/x.yaml': service('evil') })).toEqual([
    'clusters/prod/kustomization.yaml: changes `resources` of this kustomization',
    'clusters/prod/x.yaml: what lies beside this tree and is applied with it is new among what decides what is applied of this tree',
  ]);
});

test('what is told of one repository is told, whatever is called the same in that of the platform', () => {
  const at = (folder: string, files: Files): Tree => {
    const { world } = folder === '' ? atTop : inFleet;

    return { documents: [], problems: [], files: world.files, deliveries: worldWith(folder, files).deliveries };
  };
  const list = (path: string) => ({ 'clusters/f.yaml': flux('galaxy', path) });
  const both = (path: string) => worldOf(joined(at('', list(path)), at('fleet', list('./fleet/squads'))));

  expect(deliveryChanges(both('./squads'), both('./docs')).map(({ name }) => name)).toEqual(['clusters/f.yaml']);
  expect(deliveryChanges(both('./squads'), both('./squads'))).toEqual([]);
});
