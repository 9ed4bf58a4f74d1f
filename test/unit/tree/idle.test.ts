import { describe, expect, test } from 'vitest';
import { other, own, problemsOf } from '../../support/tree-problems.ts';

const file = 'clusters/hub/apps.yaml';

/** What a tree says whose engine is told this. */
const saidOf = (apiVersion: string, kind: string, spec: object, more: Record<string, string> = {}): string[] =>
  problemsOf({ [file]: JSON.stringify({ apiVersion, kind, metadata: { name: 'apps' }, spec }), ...more });

const flux = (spec: object) => saidOf('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', { path: './squads', ...spec });
const keeps = 'takes nothing away: what goes from here stays on the cluster, with its access';

describe('what Flux is told not to do', () => {
  test.each<[string, object, string[]]>([
    ['it applies and prunes', { prune: true }, []],
    ['it goes on', { prune: true, suspend: false, force: false }, []],
    [
      'it is suspended',
      { prune: true, suspend: true },
      ['is suspended: nothing of this is applied until somebody resumes it'],
    ],
    ['it does not prune', { prune: false }, [`${keeps}, because spec.prune is not true`]],
    ['nobody says whether it prunes', {}, [`${keeps}, because spec.prune is not true`]],
    ['it does neither', { suspend: true }, ['is suspended', keeps]],
    ['it is about others', { path: './docs', suspend: true }, []],
  ])('%s', (_, spec, expected) => {
    const said = flux(spec);

    expect(said).toEqual(expected.map((words) => expect.stringContaining(`${file}: Kustomization apps ${words}`)));
  });

  test('what it cannot change it deletes and makes again: that is no plan of a Service', () => {
    expect(flux({ prune: true, force: true })).toEqual([
      expect.stringMatching(
        /^clusters\/hub\/apps.yaml: Kustomization changes documents when it applies them, by force: /,
      ),
    ]);
  });
});

describe('what Argo CD is told not to do', () => {
  const automated = { syncPolicy: { automated: { prune: true } } };
  const all = { path: 'squads', directory: { recurse: true } };
  const [manual, unpruned] = [
    'applies nothing by itself: somebody has to sync it',
    `${keeps}, because spec.syncPolicy.automated.prune is not true`,
  ];
  const shallow = (missed: string) => `does not look into folders, and so not at ${missed}: set directory.recurse`;
  const cases: [string, object, string[]][] = [
    ['it syncs, prunes and looks everywhere', { source: all, ...automated }, []],
    ['somebody syncs', { source: all }, [manual]],
    [
      'it is switched off',
      { source: all, syncPolicy: { automated: { enabled: false, prune: true } } },
      ['is not synced by itself'],
    ],
    ['it does not prune', { source: all, syncPolicy: { automated: {} } }, [unpruned]],
    ['it does not look into folders', { source: { path: 'squads' }, ...automated }, [shallow(own)]],
    [
      'it looks at one folder of two',
      { sources: [{ path: 'squads' }, { path: 'squads/galaxy' }], ...automated },
      [shallow(other)],
    ],
    ['its folder is filled in later', { source: { path: '{{ path }}' }, ...automated }, []],
    ['it has values for a chart', { sources: [all, { ref: 'values' }], ...automated }, []],
    ['it is about others', { source: { path: 'docs' } }, []],
  ];

  test.each(
    cases.flatMap(([what, spec, expected]) => [
      { what, kind: 'Application', spec, expected },
      { what, kind: 'ApplicationSet', spec: { template: { spec } }, expected },
    ]),
  )('$kind: $what', ({ kind, spec, expected }) => {
    expect(saidOf('argoproj.io/v1alpha1', kind, spec)).toEqual(
      expected.map((words) => expect.stringContaining(`${file}: ${kind} apps ${words}`)),
    );
  });

  test('a folder with a kustomization is followed as that says', () => {
    const kustomization = 'resources: [galaxy/billing.yaml, quasar/catalog.yaml]\n';
    const said = saidOf(
      'argoproj.io/v1alpha1',
      'Application',
      { source: { path: 'squads' }, ...automated },
      { 'squads/kustomization.yaml': kustomization },
    );

    expect(said).toEqual([]);
  });
});
