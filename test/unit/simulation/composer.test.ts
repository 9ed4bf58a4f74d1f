import { expect, test } from 'vitest';
import type { Told } from '../../../functions/providers/told.ts';
import { composerOf } from '../../../functions/simulation/composer.ts';

/** Providers of one kind of managed resources, as two that both speak through Objects are. */
const names = ['queue', 'cache', 'kubernetes'] as const;
const told = Object.fromEntries(
  names.map((name) => [
    name,
    { words: { things: () => [], zone: {} }, guardRails: [], simulate: () => ({ of: name }) } as unknown as Told,
  ]),
);
const object = { apiVersion: 'kubernetes.m.crossplane.io/v1alpha1', kind: 'Object', spec: {} };

test('what a resource publishes is told by the provider that composed it, whatever kind it is of', () => {
  const zones = ['frontier', 'meadow'];
  const cases = zones.flatMap((zone) =>
    names.flatMap((provider) => names.map((component) => ({ zone, provider, component }))),
  );
  for (const { zone, provider, component } of cases) {
    const composite = {
      apiVersion: 'squadkit.io/v1alpha1',
      kind: 'Service',
      spec: {
        zones: [
          {
            name: zone,
            components: [
              { name: component, provider },
              { name: 'other', provider: 'cache' },
            ],
          },
        ],
      },
    };
    const composer = composerOf(composite, told);

    expect(composer(`${zone}.${component}.user`)?.simulate?.(object)).toEqual({ of: provider });
    expect(composer('elsewhere.spike.user')).toBeUndefined();
  }
  console.log(`${zones.length} zones x ${names.length} providers x ${names.length} components = ${cases.length} cases`);
});

test.each([
  {},
  { zones: 'none' },
  { zones: [null, { components: [7] }] },
  { zones: [{ name: 'a', components: [{ name: 'b', provider: 'constructor' }] }] },
])('a document that is not well composes nothing: %j', (spec) => {
  expect(composerOf({ apiVersion: 'a', kind: 'b', spec }, told)('a.b.c')).toBeUndefined();
});
