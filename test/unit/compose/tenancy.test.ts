import type { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { cases } from '../../support/cases.ts';
import { compose } from '../../support/compose.ts';
import { everyProvider, registryOfAll } from '../../support/every-provider.ts';
import { requestFor } from '../../support/request.ts';

const registry = registryOfAll();
const names = fc.stringMatching(/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/);
const squads = fc.constantFrom('galaxy', 'quasar');

/** What people write where they may write anything, and where they may not. */
const text = fc.oneof(
  fc.constantFrom('quasar', 'galaxy', 'frontier.aqua', 'kube-system', '__proto__', '{{ .spec }}', '"; DROP ROLE app'),
  fc.string({ maxLength: 40 }),
);

const labels = fc.dictionary(
  fc.oneof(fc.constantFrom('squadkit.io/squad', 'squadkit.io/zone', 'crossplane.io/composite'), text),
  text,
  { maxKeys: 3 },
);

/** Services as a squad may write them, with its own labels, annotations and fields wherever it likes. */
const service = fc
  .record({
    name: names,
    squad: squads,
    zone: fc.constantFrom('frontier', 'meadow', 'prairie'),
    components: fc.subarray(everyProvider, { minLength: 1 }),
    labels,
    annotations: labels,
    description: fc.option(text, { nil: undefined }),
    extra: fc.option(
      fc.dictionary(fc.constantFrom('namespace', 'squad', 'owner', 'providerConfigRef'), text, { maxKeys: 1 }),
    ),
  })
  .map(
    ({ name, squad, zone, components, labels, annotations, description, extra }): KubernetesObject => ({
      apiVersion: 'squadkit.io/v1alpha1',
      kind: 'Service',
      metadata: { name, namespace: squad, labels, annotations },
      spec: {
        ...(description !== undefined && { description }),
        ...extra,
        zones: [
          {
            name: zone,
            components: components.map(({ name: provider, component }) => ({ name: component, provider })),
          },
        ],
      },
    }),
  );

const composed = (response: RunFunctionResponse): [string, KubernetesObject][] =>
  Object.entries(response.desired?.resources ?? {}).map(([key, { resource }]) => [key, resource as KubernetesObject]);

test('names, labels and squad come from the metadata and the register, whatever else is in the document', () => {
  fc.assert(
    fc.property(service, (composite) => {
      const { name, namespace } = composite.metadata ?? {};
      const { response } = simulate(composite, registry);
      const [zone] = (composite.spec as { zones: { name: string }[] }).zones;
      for (const [key, { metadata, spec }] of composed(response)) {
        const [, component = ''] = key.split('.');
        expect(metadata?.name).toBe(`${name}.${key}`);
        expect(metadata?.namespace).toBe(namespace);
        expect(metadata?.labels).toEqual({
          'squadkit.io/squad': namespace,
          'squadkit.io/service': name,
          'squadkit.io/zone': zone?.name,
          'squadkit.io/component': component,
          'squadkit.io/environment': zone?.name === 'frontier' ? 'production' : 'engineering',
        });
        if (spec === undefined) continue;
        expect(spec.providerConfigRef).toEqual({
          kind: 'ClusterProviderConfig',
          name: `${zone?.name}.${component}`,
        });
      }
    }),
    { numRuns: cases },
  );
});

test('nobody is asked for but the own squad, the zones of the document, and everybody where limits are counted', () => {
  fc.assert(
    fc.property(service, (composite) => {
      const { requirements } = compose(requestFor(composite, {}, registry));
      const zones = (composite.spec as { zones: { name: string }[] }).zones.map(({ name }) => name);
      const { name = '', namespace = '' } = composite.metadata ?? {};
      for (const [key, selector] of Object.entries(requirements?.resources ?? {})) {
        // What an earlier Service of its name has left, in the namespace of its squad.
        if (key.startsWith('leftover.')) {
          const labels = { 'squadkit.io/squad': namespace, 'squadkit.io/service': name };
          expect(selector).toMatchObject({ namespace, matchLabels: { labels } });
          continue;
        }
        expect(selector.apiVersion).toBe('squadkit.io/v1alpha1');
        expect(selector.namespace ?? '').toBe('');
        if (selector.matchName !== undefined) {
          expect([composite.metadata?.namespace, ...zones]).toContain(selector.matchName);
          continue;
        }
        expect(['services', 'zones']).toContain(key);
        expect(selector.matchLabels).toEqual({ labels: {} });
      }
    }),
    { numRuns: cases },
  );
});

test('a document is refused as a whole, or answered in full', () => {
  fc.assert(
    fc.property(service, (composite) => {
      const { response } = simulate(composite, registry);
      const own = composed(response);
      if (response.results.length > 0) {
        expect(own).toEqual([]);
        return;
      }
      const asked = (composite.spec as { zones: { components: { name: string }[] }[] }).zones[0]?.components ?? [];
      for (const { name } of asked) expect(own.some(([key]) => key.split('.')[1] === name)).toBe(true);
      expect(response.desired?.composite?.ready).toBe(1);
    }),
    { numRuns: cases },
  );
});
