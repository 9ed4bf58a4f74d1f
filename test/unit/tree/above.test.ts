import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/folder.ts';
import { exampleFile, exampleRepository, git, squadkit, write } from '../../support/squadkit.ts';

const file = 'squads/galaxy/billing.yaml';
const zone = 'platform/zones/frontier.yaml';

/** A repository with its tree in a folder of it. */
const inFolder = (folder: string): string => {
  const repository = exampleRepository();
  for (const name of readdirSync(repository).filter((name) => name !== '.git')) {
    write(repository, { [`${folder}/keep.txt`]: 'x' });
    git(repository, 'mv', name, `${folder}/${name}`);
  }
  commit(repository, 'In a folder');

  return repository;
};

const commit = (repository: string, message: string): void => {
  git(repository, 'add', '-A');
  git(repository, 'commit', '-qm', message);
};

const planned = async (repository: string, folder: string) => {
  const { status, out, error } = await squadkit(['plan', join(repository, folder), '--base', 'main'], {
    [repository]: 'repository',
  });

  return { status, said: `${out}${error}` };
};

describe('what lies above a tree holds in it', () => {
  const words = [
    { name: '.sourceignore', text: (path: string) => `/${path}\n`, want: /Flux leaves \S+ out, as it is told here/ },
    { name: '.sourceignore', text: () => 'billing.yaml\n', want: /Flux leaves \S+ out, as it is told here/ },
    { name: '.gitattributes', text: () => 'billing.yaml filter=lfs\n', want: /Git makes something else of \S+ than/ },
    {
      name: '.gitattributes',
      text: () => '*.yaml working-tree-encoding=UTF-16\n',
      want: /Git makes something else of /,
    },
  ];
  const places = words.flatMap((word) => ['', 'one', 'one/two', 'other'].map((place) => ({ ...word, place })));

  test.each(places)('$name in "$place"', async ({ name, text, want, place }) => {
    const repository = inFolder('one/two');
    // A pattern with a path is one from where it is written.
    const path = place === '' ? `one/two/${file}` : `one/two/${file}`.replace(`${place}/`, '');
    write(repository, { [join(place, name)]: text(path) });
    const { status, said } = await planned(repository, 'one/two');

    if (place === 'other') {
      expect(said).toContain('Nothing changes.');
      return;
    }
    expect(said).toMatch(want);
    expect(said).toContain(`repository/${join(place, name)}`);
    expect(status).toBe(1);
  });
});

describe('what lies beside a tree in its repository, and is about it, holds too', () => {
  const kustomization = (content: string) =>
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${content}`;
  const prefix = 'namePrefix: a-\n';
  const flux = (spec: object) =>
    `${JSON.stringify({ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: 'apps' }, spec: { prune: true, ...spec } })}\n`;
  const argo = (source: object) =>
    `${JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'apps' }, spec: { source, syncPolicy: { automated: { prune: true } } } })}\n`;
  const byKustomize = /Kustomize makes other documents of those of this tree, by namePrefix: /;
  const byEngine = /(Kustomization|Application) changes documents when it applies them, by \S+: /;
  const cases: [what: string, files: Record<string, string>, want: RegExp | undefined, isProblem?: boolean][] = [
    [
      'a kustomization above lists a file',
      { 'kustomization.yaml': kustomization(`resources: [one/two/${file}]\n${prefix}`) },
      byKustomize,
    ],
    [
      'one beside lists the folder',
      { 'overlays/kustomization.yml': kustomization(`resources: [../one/two]\n${prefix}`) },
      byKustomize,
    ],
    [
      'one beside lists one that lists it',
      {
        'overlays/kustomization.yaml': kustomization(`resources: [../all]\n${prefix}`),
        'all/kustomization.yaml': kustomization(`resources: [../one/two/${file}]\n`),
      },
      byKustomize,
    ],
    [
      'one above lists it plainly',
      { 'kustomization.yaml': kustomization(`resources: [one/two/${file}]\n`) },
      undefined,
    ],
    [
      'one beside is about others',
      { 'overlays/kustomization.yaml': kustomization(`resources: [a.yaml]\n${prefix}`), 'overlays/a.yaml': 'a: 1\n' },
      undefined,
    ],
    ['Flux patches the folder', { 'clusters/hub.yaml': flux({ path: './one/two/squads', patches: [] }) }, byEngine],
    ['Flux patches what is around', { 'clusters/hub.yaml': flux({ path: './one', targetNamespace: 'a' }) }, byEngine],
    [
      'Flux is told inside of the tree, with the path from the top',
      { 'one/two/clusters/hub.yaml': flux({ path: './one/two/squads', patches: [] }) },
      byEngine,
    ],
    ['Flux patches others', { 'clusters/hub.yaml': flux({ path: './apps', patches: [] }) }, undefined],
    [
      'Flux patches it knows not what',
      { 'clusters/hub.yaml': flux({ patches: [] }) },
      /Note: .*changes documents/,
      false,
    ],
    [
      'Flux patches a list that brings it',
      {
        'clusters/hub.yaml': flux({ path: './overlays', patches: [] }),
        'overlays/kustomization.yaml': kustomization('resources: [../one/two/squads]\n'),
        'one/two/squads/kustomization.yaml': kustomization('resources: [galaxy/billing.yaml, quasar/catalog.yaml]\n'),
      },
      byEngine,
    ],
    [
      'Flux patches all of this repository',
      {
        'clusters/hub.yaml': `${flux({ path: './', patches: [], sourceRef: { kind: 'GitRepository', name: 'here' } })}---\n${JSON.stringify(
          {
            ...{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', metadata: { name: 'here' } },
            spec: { url: 'https://git.example.org/platform.git' },
          },
        )}\n`,
      },
      byEngine,
    ],
    [
      'Flux makes a Service of something else, by a patch',
      {
        'clusters/hub.yaml': flux({
          path: './apps',
          patches: [{ patch: '- {op: replace, path: /kind, value: Service}' }],
        }),
      },
      /Kustomization may make any document here, by patches: /,
    ],
    [
      'Flux is suspended',
      { 'clusters/hub.yaml': flux({ path: './one/two', suspend: true }) },
      /Note: .*is suspended/,
      false,
    ],
    [
      'Argo CD renames',
      { 'apps/hub.json': argo({ path: 'one/two/squads', kustomize: { namePrefix: 'a-' } }) },
      byEngine,
    ],
    [
      'Argo CD renames by one source, and has a chart of elsewhere by another',
      {
        'apps/hub.json': argo({ path: 'one/two/squads', kustomize: { namePrefix: 'a-' } }).replace(
          /"source":(\{.*?\}\})/,
          '"sources":[$1,{"chart":"other"}]',
        ),
      },
      /Application changes documents when it applies them, by kustomize, chart: /,
    ],
    [
      'Argo CD does not look into folders',
      { 'apps/hub.json': argo({ path: 'one/two' }) },
      /Note: .*does not look into folders/,
      false,
    ],
    ['Argo CD does', { 'apps/hub.json': argo({ path: 'one/two', directory: { recurse: true } }) }, undefined],
  ];

  test.each(cases)('%s', async (_, files, want, isProblem = true) => {
    const repository = inFolder('one/two');
    git(repository, 'remote', 'add', 'origin', 'git@git.example.org:platform.git');
    write(repository, files);
    const { status, said } = await planned(repository, 'one/two');

    if (want === undefined) {
      expect(said).not.toMatch(/(Kustomize|Kustomization|Application) (makes|changes)|Note: .*(Kustomiz|Application)/);
    } else {
      expect(said).toMatch(want);
      expect(said).toContain(`repository/${Object.keys(files)[0]}`);
    }
    expect(status).toBe(want !== undefined && isProblem ? 1 : 0);
  });
});

describe('a tree that is somewhere else in its base is not new', () => {
  const move = (repository: string, from: string, to: string): void => {
    write(repository, { [join(to, 'keep.txt')]: 'x' });
    rmSync(join(repository, to), { recursive: true });
    git(repository, 'mv', from, to);
  };

  test('it was moved as a whole: the engine that applied it removes what lay there', async () => {
    const repository = inFolder('deploy');
    git(repository, 'checkout', '-qb', 'change');
    move(repository, 'deploy', 'deployed');
    commit(repository, 'Move it');
    const { status, said } = await planned(repository, 'deployed');

    expect(said).toContain('Service galaxy/billing moves out of deploy/squads/galaxy/, and the engine that applies');
    expect(said).toContain('Zone frontier moves out of deploy/platform/');
    expect(status).toBe(1);
  });

  test('it is reached by a link of its old name: what is taken away is told', async () => {
    const repository = inFolder('deploy');
    git(repository, 'checkout', '-qb', 'change');
    write(repository, { 'x/keep.txt': 'x' });
    git(repository, 'mv', 'deploy', 'x/deploy');
    symlinkSync('x/deploy', join(repository, 'deploy'));
    write(repository, { [`x/deploy/${file}`]: null });
    commit(repository, 'Behind a link');
    const { said } = await planned(repository, 'deploy');

    expect(said).toContain('Service galaxy/billing: removed from frontier (production)');
    expect(said).toContain('Risk: destructive');
  });

  test('beside it there is another one: the new one is new, and that is said', async () => {
    const repository = inFolder('deploy');
    git(repository, 'checkout', '-qb', 'change');
    write(repository, {
      [`second/${file}`]: exampleFile(file),
      [`second/${zone}`]: exampleFile(zone),
      'second/platform/squads/galaxy.yaml': exampleFile('platform/squads/galaxy.yaml'),
    });
    commit(repository, 'Another one');
    const { status, said } = await planned(repository, 'second');

    expect(said).toContain('Note: main has no directory repository/second: what is in it counts as new');
    expect(said).toContain('+ Service galaxy/billing: new in frontier');
    expect(status).toBe(0);
  });
});

test.each(['removed', 'changed'])('what is missing in a clone is not taken for nothing: it is %s', async (how) => {
  const clone = exampleRepository();
  git(clone, 'checkout', '-qb', 'change');
  const blob = git(clone, 'rev-parse', `main:${file}`).trim();
  write(clone, { [file]: how === 'removed' ? null : `${exampleFile(file)}# more\n` });
  commit(clone, 'Change it');
  rmSync(join(clone, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  const { status, said } = await planned(clone, '.');

  expect(said).toMatch(/^squadkit: cannot read the files of commit [0-9a-f]{7}: they were not fetched/);
  expect(status).toBe(1);
});

describe('what may be made apart from our documents, and was so before', () => {
  const kustomization = (resource: string, more = '') =>
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [${resource}]\n${more}`;
  const chart = (version: string) =>
    `${JSON.stringify({
      ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'monitoring' } },
      spec: {
        source: { repoURL: 'https://charts.example.org', chart: 'prometheus', targetRevision: version, helm: {} },
      },
    })}\n`;
  const url = 'https://example.org/gateway/standard-install.yaml';
  const cases: [string, Record<string, string>, Record<string, string>, RegExp][] = [
    [
      'a file of elsewhere',
      { 'infra/gw/README.md': 'The gateway.\n', 'infra/gw/kustomization.yaml': kustomization(url) },
      { 'infra/gw/kustomization.yaml': kustomization(`${url}?v=2`) },
      /brings is not in this tree/,
    ],
    [
      'a chart',
      { 'infra/kustomization.yaml': kustomization('', 'helmCharts: [{name: cert-manager}]\n') },
      { 'infra/values.yaml': 'a: 1\n' },
      /may make any document here, by helmCharts/,
    ],
    [
      "an Application's",
      { 'apps/monitoring.json': chart('1') },
      { 'apps/monitoring.json': chart('2') },
      /by helm, chart/,
    ],
  ];

  test.each(cases)('%s is a note, and a problem once anything of it changes', async (_, before, change, want) => {
    const repository = exampleRepository();
    write(repository, before);
    commit(repository, 'Bring it');
    git(repository, 'checkout', '-qb', 'change');
    const asBefore = await planned(repository, '.');
    write(repository, change);
    const changed = await planned(repository, '.');

    expect(asBefore.said).toMatch(new RegExp(`Note: as before, .*${want.source}`));
    expect(asBefore.said).toContain('Nothing changes.');
    expect([asBefore.status, changed.status]).toEqual([0, 1]);
    expect(changed.said).toMatch(want);
    const { status } = await squadkit(['validate', repository], { [repository]: 'repository' });
    expect(status).toBe(1);
  });
});

test('where what lies beside a tree was not fetched, the tree is planned, and it says what is not compared', async () => {
  const repository = inFolder('fleet');
  write(repository, { 'clusters/hub.yaml': 'apiVersion: v1\n' });
  commit(repository, 'Beside');
  git(repository, 'config', 'uploadpack.allowFilter', 'true');
  const clone = join(temporaryDirectory(), 'partial');
  git(repository, 'clone', '-q', '--filter=blob:none', '--sparse', `file://${repository}`, clone);
  git(clone, 'sparse-checkout', 'set', 'fleet');
  const { status, said } = await planned(clone, 'fleet');

  expect(said).toMatch(/Note: what tells engines what to apply lies beside this tree too, and is not compared: /);
  expect(said).toContain('Nothing changes.');
  expect(status).toBe(0);
});
