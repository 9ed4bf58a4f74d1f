import { afterAll, describe, expect, test } from 'vitest';
import { runtimesOf } from '../../../functions/doctor/runtime.ts';
import { hubManifests } from '../../../functions/evidence/register/manifests.ts';
import { isMapping } from '../../../functions/objects/record.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { changedAt, otherThan, type Place, placesIn, valueAt } from './changes.ts';
import { examined, type Installation, installationOf, pathIn } from './installation.ts';

let tried = 0;
afterAll(() => console.log(`${tried} effects taken away, each red by a line of its own`));

/** What is not well, as `state what: because`. */
const complaints = async (name: 'hub' | 'aqua', installation: Installation): Promise<string[]> => {
  tried += 1;

  return (await examined(name, installation)).checks
    .filter(({ state }) => state !== 'well')
    .map(({ what, state, because }) => `${state} ${what}: ${because.join(', ')}`);
};

const hub = installationOf('hub');
const find = (kind: string, name: string, namespace?: string): [string, KubernetesObject] => {
  const path = pathIn(hub, { apiVersion: '', kind, metadata: { name, ...(namespace && { namespace }) } });

  return [path, hub.objects[path] as KubernetesObject];
};
const changed = (kind: string, name: string, place: Place, value: unknown, namespace?: string): Installation => {
  const [path, object] = find(kind, name, namespace);

  return { ...hub, objects: { ...hub.objects, [path]: changedAt(object, place, value) } };
};

const counted = [
  'Installed',
  'Healthy',
  'RevisionHealthy',
  'RuntimeHealthy',
  'Established',
  'Synced',
  'Ready',
  'Accepted',
];
const looked = /^(Provider|Function|Configuration|CompositeResourceDefinition|Zone|Squad)(Revision)?$/;
const conditions = Object.entries(hub.objects).flatMap(([path, { kind, metadata, status }]) =>
  looked.test(kind)
    ? ((status?.conditions ?? []) as { type: string; status: string }[]).flatMap(({ type }, index) =>
        counted.includes(type) ? [{ path, title: `${kind} ${metadata?.name}`, type, index }] : [],
      )
    : [],
);

test.each(conditions)('$title that is not $type', async ({ path, index }) => {
  for (const change of [
    changedAt(hub.objects[path], ['status', 'conditions', index, 'status'], 'False'),
    changedAt(hub.objects[path], ['status', 'conditions', index], undefined),
  ])
    expect(
      await complaints('hub', { ...hub, objects: { ...hub.objects, [path]: change as KubernetesObject } }),
    ).not.toEqual([]);
});

const actions = Object.entries(hub.objects).flatMap(([path, { kind, metadata, status }]) =>
  ((status?.conditions ?? []) as { type: string }[]).flatMap(({ type }, index) =>
    type === 'ActionNeeded' && ['Zone', 'Squad'].includes(kind)
      ? [{ path, title: `${kind} ${metadata?.name}`, index }]
      : [],
  ),
);

test.each(actions)('$title that works, and asks somebody to act', async ({ path, index }) => {
  const change = ['status', 'reason', 'message'].reduce(
    (object, field, at) =>
      changedAt(object, ['status', 'conditions', index, field], ['True', 'SRE', 'End it.'][at]) as KubernetesObject,
    hub.objects[path] as KubernetesObject,
  );

  expect(await complaints('hub', { ...hub, objects: { ...hub.objects, [path]: change } })).toEqual([
    expect.stringMatching(/^weak (Zone|Squad) \S+: it is Ready, and somebody has to act$/),
  ]);
});

const deployments = runtimesOf(hubManifests).map(({ configuration, runs }) => {
  const name = runs.object.metadata?.name;
  const found = Object.entries(hub.objects).find(
    ([path, object]) => path.includes('/deployments/') && object.metadata?.name?.startsWith(`${name}-`),
  );
  if (found === undefined) throw new Error(`nothing was recorded that runs ${name}`);
  const spec = valueAt(configuration.object, ['spec', 'deploymentTemplate', 'spec']);

  return { name, path: found[0], object: found[1], spec };
});

test.each(deployments)(
  '$name runs as its runtime configuration says, in everything',
  async ({ name, path, object, spec }) => {
    for (const place of placesIn({ spec }).leaves) {
      const value = valueAt({ spec }, place);
      if (place.some((key) => key === 'resources' || key === 'replicas') || isMapping(value)) continue;
      const objects = { ...hub.objects, [path]: changedAt(object, place, otherThan(value)) };
      const said = await complaints('hub', { ...hub, objects });
      expect(
        said.some((line) => line.includes(`pods of`) && line.includes(String(name))),
        place.join('.'),
      ).toBe(true);
    }
  },
);

test.each(deployments)('$name may have more than it must', async ({ path, object }) => {
  const container: Place = ['spec', 'template', 'spec', 'containers', 0];
  const args = (valueAt(object, [...container, 'args']) ?? []) as string[];
  const env = (valueAt(object, [...container, 'env']) ?? []) as object[];
  const more: [Place, unknown][] = [
    [
      [...container, 'args'],
      [...args, '--max-reconcile-rate=5'],
    ],
    [
      [...container, 'env'],
      [{ name: 'HTTPS_PROXY', value: 'http://proxy.example.org' }, ...env],
    ],
    [['spec', 'template', 'spec', 'nodeSelector'], { pool: 'platform' }],
    [[...container, 'resources'], { limits: { memory: '1Gi' } }],
  ];
  for (const [place, value] of more)
    expect(
      await complaints('hub', { ...hub, objects: { ...hub.objects, [path]: changedAt(object, place, value) } }),
    ).toEqual([]);
});

const secrets = Object.keys(hub.secrets);
const keysOf = (path: string): string[] =>
  (
    hub.secrets[path] as { metadata: { managedFields: { fieldsV1: Record<string, object> }[] } }
  ).metadata.managedFields.flatMap(({ fieldsV1 }) =>
    Object.keys(fieldsV1['f:data'] ?? {}).filter((key) => key.startsWith('f:')),
  );

test.each(secrets.map((path) => ({ path })))('$path is missed, and so is each of its keys', async ({ path }) => {
  const { [path]: secret, ...others } = hub.secrets;
  expect(await complaints('hub', { ...hub, secrets: others })).toEqual([
    expect.stringMatching(/^missing Secret squadkit-(system|janitor)\//),
  ]);
  for (const key of keysOf(path)) {
    const without = JSON.parse(JSON.stringify(secret).replaceAll(`"${key}":`, '"f:other":'));
    expect(await complaints('hub', { ...hub, secrets: { ...others, [path]: without } })).toEqual([
      expect.stringContaining(`it has no ${key.slice(2)}`),
    ]);
  }
});

describe.each(['hub', 'aqua'] as const)('on %s', (name) => {
  const installation = installationOf(name);

  test.each(Object.keys(installation.attempts).map((attempt) => ({ attempt })))(
    'is weak where this passes: $attempt',
    async ({ attempt }) => {
      const attempts = { ...installation.attempts, [attempt]: { status: 201, content: {} } };
      expect(await complaints(name, { ...installation, attempts })).toEqual([expect.stringMatching(/^weak nobody /)]);
      const byRights = { status: 403, content: { message: 'ada cannot do this' } };
      expect(await complaints(name, { ...installation, attempts: { ...attempts, [attempt]: byRights } })).toEqual([
        expect.stringMatching(/^hidden nobody /),
      ]);
    },
  );

  test('what may not be read is hidden, and not well', async () => {
    const paths = [...Object.keys(installation.objects), ...Object.keys(installation.secrets), ...installation.lists];
    const unnoticed: string[] = [];
    for (const path of paths) {
      const found = await complaints(name, { ...installation, closed: new Set([path]) });
      if (found.length === 0) unnoticed.push(path);
      for (const line of found) expect(line, path).toMatch(/^(hidden|missing|weak) /);
    }
    // What is seen in lists only is not asked for by itself.
    const isListed = (path: string) =>
      [path, path.replace(/\/namespaces\/[^/]+\/(?=[^/]+\/)/, '/')].some((one) =>
        installation.lists.some((list) => one.startsWith(`${list}/`)),
      );
    expect(unnoticed.filter((path) => !isListed(path))).toEqual([]);
  });
});

const pem = String((find('ConfigMap', 'squadkit-postgres-authorities')[1].data as Record<string, string>)['ca.crt']);
const configuration = ['spec', 'deploymentTemplate', 'spec', 'template', 'spec', 'containers', 0, 'env', 0, 'value'];
const writers = (find('ConfigMap', 'squadkit-writers')[1].data ?? {}) as Record<string, string>;
const inWriters = (list: string, value: string | undefined) =>
  changed('ConfigMap', 'squadkit-writers', ['data', list], value);
const zone = find('Zone', 'frontier')[1];
const cases: Record<string, [Installation, RegExp]> = {
  'a hub without a name': [
    changed('DeploymentRuntimeConfig', 'squadkit-function', configuration, ''),
    /^missing name of the hub/m,
  ],
  'a hub whose pods have another name': [
    changed('DeploymentRuntimeConfig', 'squadkit-function', configuration, 'other'),
    /^wrong name of the hub/m,
  ],
  'a quota that is not counted': [
    changed('ResourceQuota', 'squadkit', ['status', 'used'], undefined, 'galaxy'),
    /^weak ResourceQuota galaxy.*is not counted/m,
  ],
  'a quota that is gone': [
    {
      ...hub,
      objects: Object.fromEntries(
        Object.entries(hub.objects).filter(([path]) => !path.endsWith('/galaxy/resourcequotas/squadkit')),
      ),
    },
    /^missing ResourceQuota galaxy/m,
  ],
  'a way to a server without verified TLS': [
    changed('ClusterProviderConfig', 'frontier.spike', ['spec', 'sslMode'], 'require'),
    /^weak ClusterProviderConfig frontier.spike: spec.sslMode is not the one that the Zone makes/m,
  ],
  'no authority': [
    changed('ConfigMap', 'squadkit-postgres-authorities', ['data'], {}),
    /^wrong ConfigMap.*ca.crt has no certificate/m,
  ],
  'an authority that nobody can read': [
    changed(
      'ConfigMap',
      'squadkit-postgres-authorities',
      ['data', 'ca.crt'],
      pem.replace(/MII[\s\S]{8}/, 'AAAAAAAAAAA'),
    ),
    /^wrong ConfigMap.*cannot be read/m,
  ],
  'Kubernetes of yesterday': [
    { ...hub, roots: { ...hub.roots, '/version': { gitVersion: 'v1.29.9' } } },
    /^wrong Kubernetes/m,
  ],
  'Crossplane of yesterday': [
    changed('Deployment', 'crossplane', ['metadata', 'labels', 'app.kubernetes.io/version'], '2.2.9'),
    /^wrong Crossplane: it is 2.2.9/m,
  ],
  'Crossplane without a pod': [
    changed('Deployment', 'crossplane', ['status', 'availableReplicas'], 0),
    /^wrong Crossplane: no pod/m,
  ],
  'Crossplane under another name than the writers have': [
    inWriters('crossplaneUsers', 'system:serviceaccount:other:crossplane\n'),
    /^wrong Crossplane: it runs as/m,
  ],
  'a package of a version that does not fit': [
    changed(
      'Provider',
      'crossplane-contrib-provider-sql',
      ['spec', 'package'],
      'xpkg.crossplane.io/crossplane-contrib/provider-sql:v0.17.0',
    ),
    /does not fit >=v0.16.0 <v0.17.0/,
  ],
  'a package of another place': [
    changed('Function', 'squadkit-function-squadkit', ['spec', 'package'], 'example.org/function-squadkit:v0.1.0'),
    /comes from example.org/,
  ],
  'a package that is paused': [
    changed('Provider', 'crossplane-contrib-provider-sql', ['metadata', 'annotations'], {
      'crossplane.io/paused': 'true',
    }),
    /it is paused/,
  ],
  'a Zone that is paused': [
    changed('Zone', 'frontier', ['metadata', 'annotations'], { 'crossplane.io/paused': 'true' }),
    /^wrong Zone frontier: it is paused/m,
  ],
  'a Zone that names another Secret': [
    changed(
      'Zone',
      'frontier',
      ['spec', 'components'],
      JSON.parse(JSON.stringify(zone.spec?.components).replaceAll('spike-admin', 'other')),
    ),
    /^missing Secret squadkit-system\/other/m,
  ],
  'no GitOps identity': [inWriters('gitopsUsers', ''), /gitopsUsers and gitopsGroups name nobody/],
  'no provider group': [inWriters('providerGroups', '\n'), /providerGroups names nobody/],
  'an empty line in a list': [
    inWriters('gitopsUsers', `ada\n\n${writers.gitopsUsers}`),
    /line 2 of gitopsUsers is empty/,
  ],
  'a name with a space': [inWriters('gitopsUsers', `ada \n${writers.gitopsUsers}`), /line 1 of gitopsUsers has spaces/],
  everybody: [
    inWriters('gitopsGroups', 'system:authenticated\n'),
    /gitopsGroups names system:authenticated, which is everybody/,
  ],
  'a misspelt list': [inWriters('gitOpsUsers', 'ada\n'), /gitOpsUsers is no list that a policy reads/],
  'a kind that is not activated': [
    { ...hub, roots: JSON.parse(JSON.stringify(hub.roots).replaceAll('"kind":"Schema"', '"kind":"Other"')) },
    /^missing kinds of postgres: the hub does not know Schema/m,
  ],
};

test.each(Object.entries(cases))('%s', async (_, [installation, line]) => {
  expect((await complaints('hub', installation)).join('\n')).toMatch(line);
});

test('a platform names more writers, and a version of a provider that fits', async () => {
  expect(await complaints('hub', inWriters('gitopsUsers', `${writers.gitopsUsers}ada\n`))).toEqual([]);
  const newer = 'xpkg.crossplane.io/crossplane-contrib/provider-sql:v0.16.4';
  const [path] = find('Provider', 'crossplane-contrib-provider-sql');
  const installation = changed('Provider', 'crossplane-contrib-provider-sql', ['spec', 'package'], newer);
  const objects = Object.fromEntries(
    Object.entries(installation.objects).map(([own, object]) => [
      own,
      own !== path && own.includes('provider-sql') && object.kind === 'ProviderRevision'
        ? changedAt(object, ['spec', 'image'], newer)
        : object,
    ]),
  );

  expect(await complaints('hub', { ...installation, objects })).toEqual([]);
});
