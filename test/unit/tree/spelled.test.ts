import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { convertedBy } from '../../../functions/tree/rendering/left-out.ts';
import { exampleFile, git, treeOf, write } from '../../support/squadkit.ts';
import { other, own, problemsOf } from '../../support/tree-problems.ts';

describe('.gitattributes', () => {
  const attributes = [
    ...['working-tree-encoding=UTF-16', 'filter=a', 'ident', 'text eol=lf filter=a', '-text ident', 'filter'],
    ...['odd', 'text', 'text=auto eol=lf', 'diff=a merge=a', '-filter', '!filter', '-ident', 'binary', 'identity=a'],
  ];
  const patterns = [
    ...['*', '**', '*.yaml', '**/*.yaml', 'billing.yaml', '/squads/galaxy/*.yaml', 'squads/galaxy/billing.yaml'],
    ...['galaxy/*', '/squads/**', 'squads/**/billing.yaml', 'b?lling.yaml', '[b]illing.yaml', '[!x]illing.yaml'],
    ...['"billing.yaml"', '"b\\151lling.yaml"', 'b\\illing.yaml', '[[:alpha:]]illing.yaml', '/billing.yaml', '/*/*/*'],
    ...['*.png', 'squads/quasar/*', 'catalog.yaml', '!billing.yaml', 'billing.yaml/', 'squads/galaxy/', '*.YAML'],
  ];
  const lines: Record<string, (pattern: string, attribute: string) => string> = {
    'as it is': (pattern, attribute) => `${pattern} ${attribute}\n`,
    'with tabs and lines of Windows': (pattern, attribute) => `\t${pattern}\t${attribute}\r\n`,
    'after others': (pattern, attribute) => `# comment\n* text=auto\n\n${pattern} text ${attribute}`,
    'commented out': (pattern, attribute) => `# ${pattern} ${attribute}\n`,
  };
  const macro = '[attr]odd working-tree-encoding=UTF-16\n';

  test('that Git really follows is told, whatever its spelling and place', () => {
    const cases = ['', 'squads/', 'squads/galaxy/', 'squads/quasar/'].flatMap((folder) =>
      Object.values(lines).flatMap((spell) =>
        patterns.flatMap((pattern) =>
          attributes.map((attribute) => ({ folder, text: spell(pattern, attribute), isMacro: attribute === 'odd' })),
        ),
      ),
    );
    // Each in a folder of its own, so that Git is asked once.
    const tree = treeOf(
      Object.fromEntries(cases.map(({ folder, text }, index) => [`${index}/${folder}.gitattributes`, text])),
    );
    write(tree, { '.gitattributes': macro });
    git(tree, 'init', '-q');
    const asked = cases.map((_, index) => `${index}/${own}`).join('\n');
    const said = execFileSync(
      'git',
      ['-C', tree, 'check-attr', '--stdin', 'working-tree-encoding', 'filter', 'ident'],
      { encoding: 'utf8', input: asked, stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 },
    );
    // A filter that is only set, without a name, is none.
    const isFollowed = new Set(
      said
        .split('\n')
        .filter((line) => line !== '' && !/: (unspecified|unset)$|filter: set$/.test(line))
        .map((line) => Number(line.split('/')[0])),
    );
    const isTold = cases.map(
      ({ folder, text, isMacro }) =>
        convertedBy(text, folder.replace(/\/$/, ''), [own]) !== undefined ||
        (isMacro && convertedBy(macro, '', [own]) !== undefined),
    );
    const inDoubt = isTold.filter((told, index) => told && !isFollowed.has(index)).length;
    console.log(
      `${cases.length} lines of .gitattributes: Git follows ${isFollowed.size}, ${inDoubt} more are told in doubt`,
    );

    expect(isFollowed.size).toBeGreaterThan(500);
    expect(cases.filter((_, index) => isFollowed.has(index) && isTold[index] !== true).slice(0, 5)).toEqual([]);
    expect(inDoubt).toBeLessThan(cases.length / 4);
  });

  test.each(['*.png filter=lfs diff=lfs merge=lfs -text', '*.yaml text eol=lf', '# *.yaml filter=a', '*.jpg ident'])(
    'of ordinary kind is left alone: %s',
    (line) => expect(convertedBy(`${line}\n`, '', [own])).toBeUndefined(),
  );
});

describe('Kustomize', () => {
  const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
  /** Where it is, and how it lists both of our files. */
  const places: Record<string, string[]> = {
    '': [own, other],
    'squads/': ['galaxy/billing.yaml', './quasar/catalog.yaml'],
    'hub/': ['../squads/galaxy/billing.yaml', '../squads//quasar/catalog.yaml'],
  };
  /** All that changes what is built (sigs.k8s.io/kustomize/api 0.20, types.Kustomization), and what is no field of it. */
  const fields = [
    ...['namePrefix', 'nameSuffix', 'namespace', 'commonLabels', 'labels', 'commonAnnotations', 'patches', 'images'],
    ...['patchesStrategicMerge', 'patchesJson6902', 'replacements', 'replicas', 'vars', 'crds', 'generators'],
    ...['configMapGenerator', 'secretGenerator', 'helmGlobals', 'helmCharts', 'helmChartInflationGenerator'],
    ...['transformers', 'validators', 'configurations', 'openapi', 'generatorOptions', 'buildMetadata', 'imageTags'],
    ...['NamePrefix', 'Resources', 'sortOptions', 'inventory'],
  ];
  type Content = Record<string, unknown>;
  const spellings: Record<string, (content: Content) => string> = {
    'as JSON': (content) => JSON.stringify(content),
    'as YAML': (content) =>
      Object.entries(content)
        .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
        .join(''),
    'merged in': ({ resources, ...more }) => `<<: ${JSON.stringify(more)}\nresources: ${JSON.stringify(resources)}\n`,
    'with escapes': (content) =>
      JSON.stringify(content).replace(/"([A-Za-z])(\w+)":/g, (_, first: string, rest: string) => {
        return `"\\u00${first.charCodeAt(0).toString(16)}${rest}":`;
      }),
    'behind a line end': (content) => `\n# a\n---\n${JSON.stringify(content)}\n`,
  };

  test('is told of whatever it changes, wherever it is and however it is said', () => {
    const silent: string[] = [];
    let cases = 0;
    for (const name of names) {
      for (const [place, resources] of Object.entries(places)) {
        for (const field of fields) {
          for (const [how, spell] of Object.entries(spellings)) {
            const found = problemsOf({ [place + name]: spell({ resources, [field]: [{ name: 'a' }] }) });
            cases += 1;
            if (!found.some((message) => message.startsWith(place + name)))
              silent.push(`${field} ${how} in ${place}${name}`);
          }
        }
      }
    }
    console.log(`${cases} kustomizations that change something`);

    expect(silent.slice(0, 5)).toEqual([]);
  });

  test('may list every file once', () => {
    const found = names.flatMap((name) =>
      Object.entries(places).flatMap(([place, resources]) =>
        ['as JSON', 'as YAML'].flatMap((how) => problemsOf({ [place + name]: spellings[how]?.({ resources }) ?? '' })),
      ),
    );

    expect(found).toEqual([]);
  });

  /** How a path of the same folder can be written. */
  const written = (path: string): string[] => [path, `./${path}`, `.//${path}`, `../galaxy/${path}`, `${path}`];

  test('is told of a file that is listed twice', () => {
    const cases = names.flatMap((name) =>
      written('billing.yaml').flatMap((one) => [
        ...written('billing.yaml').map((two) => ({
          [`squads/galaxy/${name}`]: JSON.stringify({ resources: [one, two] }),
        })),
        {
          [`squads/galaxy/${name}`]: JSON.stringify({ resources: [one] }),
          [`hub/${name}`]: JSON.stringify({ resources: ['../squads/galaxy/billing.yaml'] }),
        },
        {
          [`squads/galaxy/${name}`]: JSON.stringify({ resources: [one] }),
          [`hub/${name}`]: JSON.stringify({ resources: ['../squads/galaxy/', '../squads/galaxy'] }),
        },
      ]),
    );
    console.log(`${cases.length} trees in which a file is listed twice`);
    const silent = cases.filter(
      (files) => !problemsOf(files).some((message) => /list it once, in one place$/.test(message)),
    );

    expect(silent).toEqual([]);
  });

  test('is told of what a squad lists of another squad', () => {
    const cases = names.flatMap((name) => [
      ...['../quasar/catalog.yaml', './../quasar//catalog.yaml', '../../squads/quasar/catalog.yaml'].map((path) => ({
        [`squads/galaxy/${name}`]: JSON.stringify({ resources: ['billing.yaml', path] }),
      })),
      {
        [`squads/quasar/${name}`]: JSON.stringify({ resources: ['catalog.yaml'] }),
        [`squads/galaxy/more/${name}`]: JSON.stringify({ resources: ['../../quasar'] }),
      },
    ]);
    const silent = cases.filter(
      (files) =>
        !problemsOf(files).some((message) =>
          message.includes(`lists ${other}, which is not in the folder of this squad`),
        ),
    );

    expect(silent).toEqual([]);
  });
});

describe('a file that Flux passes over by its ending', () => {
  const text = exampleFile(own).replace('name: billing', 'name: ledger');
  const json = JSON.stringify({
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    metadata: { name: 'ledger', namespace: 'galaxy' },
    spec: {},
  });

  test.each(['a.json', 'a.JSON', 'a.YAML', 'a.Yml'])('%s is told, unless a kustomization lists it', (name) => {
    const content = name.toLowerCase().endsWith('json') ? json : text;
    const path = `squads/galaxy/${name}`;
    const list = JSON.stringify({ resources: [name, 'billing.yaml'] });

    expect(problemsOf({ [path]: content })).toEqual([
      `${path}: Flux takes only files that end in .yaml or .yml, unless a kustomization lists them: rename it if Flux applies this tree`,
    ]);
    expect(problemsOf({ [path]: content, 'squads/galaxy/kustomization.yaml': list })).toEqual([]);
    expect(problemsOf({ 'squads/galaxy/a.yml': text })).toEqual([]);
  });
});
