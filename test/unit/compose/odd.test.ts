import type { Resource, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { leftoverRequirements } from '../../../functions/providers/leftovers.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { documentsIn, example, exampleRegistry } from '../../support/examples.ts';
import { canonical } from '../../support/json.ts';
import { copyOf, requestFor, resourceOf } from '../../support/request.ts';

/** Everything that may be asked for in a zone. */
const components = [
  {
    name: 'spike',
    provider: 'postgres',
    postgres: { extensions: ['pg_trgm', 'pgcrypto'], connections: 15, readers: true },
  },
  { name: 'aqua', provider: 'kubernetes', kubernetes: { size: 'medium' } },
];
const zones = ['frontier', 'meadow'].map((name) => ({ name, components }));
const everything: KubernetesObject = { ...example('Service', 'catalog'), spec: { zones } };
/** The example's platform, but with servers of its own in each zone: a Service may not have the same one twice. */
const registry = exampleRegistry().map((object) => {
  if (object.kind !== 'Zone') return object;
  const text = JSON.stringify(object).replaceAll('"squadkit-system"', `"system-of-${object.metadata?.name}"`);

  return JSON.parse(text) as KubernetesObject;
});
const settled = (composite: KubernetesObject) => copyOf(simulate(composite, registry).observed);
const names = (response: RunFunctionResponse) => Object.keys(response.desired?.resources ?? {}).sort();
const answer = (composite: KubernetesObject, observed: Record<string, Resource>) =>
  compose(requestFor(composite, observed, registry));
const objectOf = (resource: Resource | undefined) => resource?.resource as unknown as KubernetesObject;

const composites = [example('Service', 'catalog'), example('Zone', 'frontier'), example('Squad', 'galaxy')].map(
  (composite) => ({ composite, name: `${composite.kind} ${composite.metadata?.name}` }),
);

/** Nothing that exists is missing from an answer, unless there is no answer: a refusal leaves everything as it is. */
const expectNothingDropped = (response: RunFunctionResponse, observed: Record<string, Resource>) => {
  if (response.results.length > 0) return;

  expect(names(response)).toEqual(expect.arrayContaining(Object.keys(observed)));
};

/** What an API server takes as text only is text, whatever the observed object had there. */
const expectTexts = (response: RunFunctionResponse) => {
  for (const { resource } of Object.values(response.desired?.resources ?? {})) {
    const { metadata, data } = resource as unknown as KubernetesObject;
    const texts = { ...metadata?.labels, ...metadata?.annotations, ...(data as object) };
    for (const [key, value] of Object.entries(texts)) expect(value, key).toBeTypeOf('string');
  }
};

describe.each(composites)('$name', ({ composite }) => {
  test('a resource that disappears takes no other with it', () => {
    const observed = settled(composite);
    for (const gone of Object.keys(observed)) {
      const { [gone]: _, ...rest } = observed;
      expectNothingDropped(answer(composite, rest), rest);
    }
    expect(answer(composite, {}).results).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['no status', undefined],
    ['a status of null', null],
    ['a text as its status', 'Ready'],
    ['no conditions', { conditions: null }],
    ['a text as its conditions', { conditions: 'Ready' }],
    ['conditions that are none', { conditions: [null, 1, 'Ready', [], {}] }],
    [
      'conditions of other types',
      {
        conditions: [
          { type: 'Ready', status: true, message: 7, lastTransitionTime: 0, observedGeneration: 'x' },
          { type: 'Synced', status: 'False', reason: {}, message: { text: 'secret' }, lastTransitionTime: 'never' },
        ],
      },
    ],
  ])('a resource with %s is kept, and not called ready', (_, status) => {
    const before = settled(composite);
    for (const name of Object.keys(before)) {
      const observed = copyOf(before);
      const object = objectOf(observed[name]);
      object.status = status as Record<string, unknown>;
      const response = answer(composite, observed);

      expectNothingDropped(response, observed);
      expect(response.results).toEqual([]);
      if (object.spec?.providerConfigRef !== undefined) {
        expect(response.desired?.resources[name]?.ready).toBe(2);
        expect(response.desired?.composite?.ready).toBe(2);
      }
    }
  });

  test.each<[string, Partial<Record<keyof KubernetesObject, unknown>>]>([
    ['metadata of null', { metadata: null }],
    ['a text as its metadata', { metadata: 'x' }],
    ['annotations of null', { metadata: { annotations: null, labels: null } }],
    [
      'annotations that are no texts',
      { metadata: { annotations: { 'squadkit.io/binding-version': { text: '1' } }, resourceVersion: '7' } },
    ],
    ['annotations of other types', { metadata: { annotations: [1], generation: 'x', resourceVersion: {} } }],
    ['a spec of null', { spec: null }],
    ['a list as its spec', { spec: [] }],
    ['data of null', { data: null }],
    ['a text as its data', { data: 'x' }],
    ['data of other types', { data: { password: 7, host: {}, port: null, uri: [] } }],
    ['no kind', { kind: undefined, apiVersion: undefined }],
  ])('a resource with %s is kept', (_, change) => {
    const before = settled(composite);
    for (const name of Object.keys(before)) {
      const observed = copyOf(before);
      Object.assign(objectOf(observed[name]), change);
      const response = answer(composite, observed);

      expectNothingDropped(response, observed);
      expect(response.results).toEqual([]);
      expectTexts(response);
    }
  });

  test('what it says and wants stays the same, round after round, with what an API server adds', () => {
    const observed = settled(composite);
    const first = answer(composite, observed);
    let stored = observed;
    for (let round = 0; round < 10; round += 1) {
      stored = Object.fromEntries(
        Object.entries(stored).map(([name, resource]) => {
          const desired = objectOf(first.desired?.resources[name]);
          const { metadata, spec, ...rest } = objectOf(resource);
          const added = {
            ...rest,
            ...desired,
            metadata: { ...metadata, ...desired.metadata, uid: `uid-${name}`, managedFields: [{ manager: 'x' }] },
            spec: { deletionPolicy: 'Delete', ...spec, ...desired.spec },
          };
          return [name, { ...resource, resource: added }];
        }),
      );
      const again = answer(composite, stored);

      expect(again.results).toEqual([]);
      expect(canonical(again)).toBe(canonical(first));
    }
  });

  test('labels and annotations of a document decide nothing about what is made for it', () => {
    const foreign = {
      'squadkit.io/squad': 'quasar',
      'squadkit.io/environment': 'engineering',
      'crossplane.io/composite': 'other',
      'crossplane.io/external-name': 'other',
      'app.kubernetes.io/managed-by': 'other',
      'argocd.argoproj.io/tracking-id': 'other',
      'pod-security.kubernetes.io/enforce': 'privileged',
    };
    const marked = {
      ...composite,
      metadata: { ...composite.metadata, labels: foreign, annotations: foreign },
    };

    expect(canonical(simulate(marked, registry).response)).toBe(canonical(simulate(composite, registry).response));
  });

  test('asks first, and decides in the second call', () => {
    const asking = { ...requestFor(composite, {}, registry), requiredResources: {} };
    const { requirements, results, desired, conditions } = compose(asking);
    const selectors = requirements?.resources ?? {};
    expect(results).toEqual([]);

    const answered = {
      ...asking,
      requiredResources: Object.fromEntries(Object.keys(selectors).map((key) => [key, { items: [] }])),
    };
    const second = compose(answered);
    expect(second.conditions[0]?.type).toBe('Accepted');
    expect(second.requirements?.resources).toEqual(selectors);
    if (Object.keys(selectors).length > 0) {
      expect({ desired, conditions }).toEqual({ desired: asking.desired, conditions: [] });
    }
  });
});

test.each<[string, object[]]>([
  ['reversed zones', [...zones].reverse()],
  ['reversed components', zones.map((zone) => ({ ...zone, components: [...components].reverse() }))],
  ['one zone less', zones.slice(1)],
])('lists are sets: %s change no other resource', (_, changed) => {
  const objects = (composite: KubernetesObject) =>
    Object.fromEntries(
      Object.entries(simulate(composite, registry).response.desired?.resources ?? {}).map(([name, { resource }]) => [
        name,
        canonical(resource),
      ]),
    );

  expect(objects(everything)).toMatchObject(objects({ ...everything, spec: { zones: changed } }));
});

/** A Service of which one field is replaced. */
const withText = {
  'metadata.name': (text: string) => ({ ...everything, metadata: { ...everything.metadata, name: text } }),
  'metadata.namespace': (text: string) => ({ ...everything, metadata: { ...everything.metadata, namespace: text } }),
  zone: (text: string) => serviceIn(text, { name: 'spike', provider: 'postgres' }),
  component: (text: string) => serviceIn('frontier', { name: text, provider: 'postgres' }),
  provider: (text: string) => serviceIn('frontier', { name: 'spike', provider: text }),
  extension: (text: string) =>
    serviceIn('frontier', { name: 'spike', provider: 'postgres', postgres: { extensions: [text] } }),
  dataClass: (text: string) => ({ ...everything, spec: { ...everything.spec, dataClass: text } }),
};

const serviceIn = (zone: string, component: object): KubernetesObject => ({
  ...everything,
  spec: { zones: [{ name: zone, components: [component] }] },
});

/** Ordinary words there, whatever they mean elsewhere. */
const allowed = new Set([
  ...['postgres', 'template1', 'public', 'constructor'].map((word) => `metadata.name ${word}`),
  'provider postgres',
  'dataClass public',
]);

describe.each(Object.entries(withText))('%s', (field, change) => {
  test.each(
    [
      'a"b',
      "a'; DROP DATABASE postgres; --",
      'a;b',
      'a\u0000b',
      'a\nb',
      'ga1axу',
      'postgres',
      'template1',
      'pg_x',
      'public',
      '../x',
      '$(id)',
      '`id`',
      '{{ .Values.x }}',
      '%(x)s',
      '*',
      '',
      ' ',
      'a'.repeat(64),
      'a'.repeat(253),
      '__proto__',
      'constructor',
      'toString',
    ].filter((text) => !allowed.has(`${field} ${text}`)),
  )('%j is refused, with a sentence', (text) => {
    const { results, desired } = answer(change(text), {});

    expect(results).toHaveLength(1);
    expect(results[0]?.reason).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(desired?.resources).toEqual({});
  });
});

describe('a Service cannot ask for what is the platform’s to say', () => {
  const foreign: Record<string, unknown> = {
    namespace: 'quasar',
    squad: 'quasar',
    owner: 'quasar',
    providerConfigRef: { kind: 'ClusterProviderConfig', name: 'meadow.spike' },
    compositionRef: { name: 'other' },
    managementPolicies: ['*'],
    writeConnectionSecretToRef: { name: 'other' },
  };

  test.each(Object.keys(foreign))('%s', (field) => {
    const extra = { [field]: foreign[field] };
    const zone = { name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] };
    const specs = [
      { zones: [zone], ...extra },
      { zones: [{ ...zone, ...extra }] },
      { zones: [{ ...zone, components: [{ ...zone.components[0], ...extra }] }] },
      { zones: [{ ...zone, components: [{ ...zone.components[0], postgres: extra }] }] },
    ];
    for (const spec of specs) {
      const { results } = answer({ ...everything, spec }, {});
      expect(results[0]?.message).toContain(`"${field}" is no field of this: remove it`);
    }
  });

  test('but what Crossplane itself keeps in a spec is no business of ours', () => {
    const spec = { ...everything.spec, crossplane: { compositionRef: { name: 'x' }, resourceRefs: [{ name: 'y' }] } };

    expect(canonical(answer({ ...everything, spec }, {}))).toBe(canonical(answer(everything, {})));
  });
});

/** What comes of a document, without the copy of it that is kept. */
const made = (composite: KubernetesObject) => {
  const { response } = simulate(composite, registry);
  const { accepted: _, ...status } = objectOf(response.desired?.composite).status ?? {};

  return { ...response, desired: { ...response.desired, composite: status } };
};

test('a text that is only for people changes nothing', () => {
  for (const description of ['{{ x }}', '$(id)', '"; --', '\u202e', '{"a": 1}', 'self.a == 1']) {
    const described = { ...everything, spec: { ...everything.spec, description } };

    expect(canonical(made(described))).toBe(canonical(made(everything)));
  }
});

test('asks for its own squad, the zones it names, and what one of its name has left there, and for nothing else', () => {
  const { requirements } = compose({ ...requestFor(everything, {}, registry), requiredResources: {} });
  const labels = { 'squadkit.io/squad': 'quasar', 'squadkit.io/service': everything.metadata?.name ?? '' };

  expect(requirements?.resources).toEqual({
    ...leftoverRequirements(labels, 'quasar'),
    squad: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', matchName: 'quasar' },
    'zone.frontier': { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', matchName: 'frontier' },
    'zone.meadow': { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', matchName: 'meadow' },
  });
});

test('every kind has one composition, and no document can choose another', () => {
  const definitions = documentsIn('apis').filter(({ kind }) => kind === 'CompositeResourceDefinition');

  expect(definitions).toHaveLength(3);
  for (const { metadata, spec } of definitions) expect(spec?.enforcedCompositionRef).toEqual({ name: metadata?.name });
});

test('a message stays short, whatever it is about', () => {
  for (const spec of [{ ['x'.repeat(100_000)]: 1 }, { zones: [{ name: 'x'.repeat(100_000), components: [] }] }]) {
    const message = answer({ ...everything, spec }, {}).results[0]?.message ?? '';

    expect(message).toMatch(/^spec.* is not valid\. Squad: correct it \(.*\)\.$/);
    expect(message.length).toBeLessThan(1_000);
  }
});

test('a document whose name is no text is refused for its name', () => {
  for (const kind of ['Service', 'Zone', 'Squad']) {
    for (const metadata of [null, 'billing', ['billing'], { name: ['billing'] }, { name: 7 }, { name: {} }]) {
      const composite = { ...everything, kind, metadata } as unknown as KubernetesObject;
      const { results } = compose({
        ...requestFor(everything, {}, registry),
        observed: { composite: resourceOf(composite), resources: {} },
      });

      expect(results[0]?.reason).toBe('NameNotAllowed');
    }
  }
});

test('a document without a spec, or with one that is no object, is refused or has all its conditions', () => {
  for (const kind of ['Service', 'Zone', 'Squad']) {
    for (const spec of [undefined, null, 'x', 7, [], { zones: null }, { zones: [null] }, { zones: [[]] }]) {
      const composite = { ...everything, kind, spec } as unknown as KubernetesObject;
      const response = compose({
        ...requestFor(everything, {}, registry),
        observed: { composite: resourceOf(composite), resources: {} },
      });

      expect(response.conditions[0]?.type).toBe('Accepted');
    }
  }
});
