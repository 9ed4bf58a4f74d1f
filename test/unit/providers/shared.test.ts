import { expect, test } from 'vitest';
import { providers } from '../../../functions/providers/index.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { definitions } from '../../../package/definition.ts';
import { example, exampleRegistry } from '../../support/examples.ts';

test('what a server has only so much of is in the status of a component, and a Squad can limit it', () => {
  const shared = providers.flatMap((provider) => provider.shared ?? []);
  const { response } = simulate(example('Service', 'billing'), exampleRegistry());
  const zones = (response.desired?.composite?.resource?.status?.zones ?? []) as { components: object[] }[];
  const promised = zones.flatMap(({ components }) => components.flatMap((component) => Object.keys(component)));
  const squad = definitions.find(({ spec }) => spec.names.kind === 'Squad');
  const limits = squad?.spec.versions[0]?.schema.openAPIV3Schema.properties?.spec?.properties?.limits?.properties ?? {};

  expect(shared.map(({ key }) => key)).toEqual(['connections']);
  for (const { key } of shared) {
    expect(promised).toContain(key);
    expect(Object.keys(limits)).toContain(key);
  }
});
