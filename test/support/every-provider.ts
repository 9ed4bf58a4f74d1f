import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { providerNames } from '../../functions/providers/index.ts';

/** What a folder of a provider gives as an example: its `example.ts`. */
interface Example {
  /** The block of a Zone. */
  zone: Record<string, unknown>;
  /** Blocks of a Service: the least first, then more. */
  services: Record<string, unknown>[];
}

const root = join(import.meta.dirname, '../..');

/** The example in a provider's folder, of the function or of the tests. */
const exampleOf = async (name: string): Promise<Example> => {
  const file = ['functions/providers', 'test/providers']
    .map((folder) => join(root, folder, name, 'example.ts'))
    .find((path) => existsSync(path));
  if (file === undefined) throw new Error(`provider ${name} has no example.ts in its folder`);

  return ((await import(file)) as { example: Example }).example;
};

/** Every provider there is with its example. Whoever adds a folder gets all tests that use this. */
export const everyProvider = await Promise.all(
  providerNames.map(async (name) => ({ name, component: `c-${name}`.slice(0, 20), example: await exampleOf(name) })),
);

const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

/** A zone in which each provider has one component. */
export const zoneOfAll = (name: string, environment: string): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Zone',
  metadata: { name, uid: `uid of ${name}` },
  spec: {
    environment,
    region: 'eu-west-1',
    dataClasses: ['public', 'internal'],
    components: everyProvider.map(({ name: provider, component, example }) => ({
      name: component,
      provider,
      [provider]: example.zone,
    })),
  },
  status: ready,
});

/** Zones and Squads of a platform that has everything: production and not. */
export const registryOfAll = (): KubernetesObject[] => [
  zoneOfAll('frontier', 'production'),
  zoneOfAll('meadow', 'engineering'),
  ...['galaxy', 'quasar'].map((name) => ({
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Squad',
    metadata: { name },
    spec: { zoneSelector: {} },
  })),
];

/** A Service of these providers, each with one of its examples. */
export const serviceOf = (
  parts: { provider: string; settings: number }[],
  { name = 'ledger', squad = 'quasar', zone = 'meadow', dataClass = 'internal' } = {},
): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name, namespace: squad },
  spec: {
    dataClass,
    zones: [
      {
        name: zone,
        components: parts.map(({ provider, settings }) => {
          const found = everyProvider.find((one) => one.name === provider);
          const { services } = found?.example ?? { services: [] };
          return { name: found?.component, provider, [provider]: services[settings % services.length] };
        }),
      },
    ],
  },
});

/** Services that the platform allows, of any providers and any of their examples. */
export const anyService = fc
  .record({
    name: fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/),
    parts: fc.subarray(providerNames as string[], { minLength: 1 }),
    settings: fc.nat({ max: 9 }),
    dataClass: fc.constantFrom('public', 'internal'),
    zone: fc.constantFrom('frontier', 'meadow'),
  })
  .map(({ name, parts, settings, dataClass, zone }) =>
    serviceOf(
      parts.map((provider, index) => ({ provider, settings: settings + index })),
      { name, zone, dataClass },
    ),
  );
