import { describe, expect, test } from 'vitest';
import { environments } from '../../../functions/documents/lifecycle.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { unchanging } from '../../../functions/zone/schema.ts';
import { documentsIn, example } from '../../support/examples.ts';
import { exampleFile, exampleRepository, squadkit, write } from '../../support/squadkit.ts';

const zone = example('Zone', 'frontier');
const components = zone.spec?.components as Record<string, unknown>[];
const withSpec = (spec: object): KubernetesObject => ({ ...zone, spec: { ...zone.spec, ...spec } });
const settled = (environment: string) => simulate(withSpec({ environment }), []).observed;

const pairs = environments.flatMap((from) => environments.map((to) => ({ from, to })));

describe(`the environment of a zone: ${pairs.length} pairs`, () => {
  test.each(pairs)('made for $from, asked for $to', ({ from, to }) => {
    const { refusal, response } = simulate(withSpec({ environment: to }), [], settled(from));

    if (from === to) {
      expect(refusal).toBeUndefined();
      return;
    }
    expect(refusal?.message).toBe(
      `the environment of zone frontier is ${from}, not ${to}. Platform: ${unchanging.environment}.`,
    );
    expect(refusal?.path).toEqual(['spec', 'environment']);
    expect(response.desired?.resources).toEqual({});
  });
});

test.each(components.map(({ name }) => String(name)))('the provider of component %s', (name) => {
  const other = components.find((component) => component.name !== name) as Record<string, unknown>;
  const swapped = components.map((component) => (component.name === name ? { ...other, name } : component));
  const { refusal } = simulate(withSpec({ components: swapped }), [], settled('production'));

  expect(refusal?.reason).toBe('SettingInvalid');
  expect(refusal?.message).toContain(`component ${name} of zone frontier is not ${other.provider}. Platform: `);
  expect(refusal?.message).toContain(unchanging.provider);
});

test('the API server says the same', () => {
  const definition = documentsIn('apis').find(
    ({ kind, metadata }) => kind === 'CompositeResourceDefinition' && metadata?.name === 'zones.squadkit.io',
  );
  const schema = JSON.stringify(definition);

  expect(schema).toContain(JSON.stringify({ rule: 'self == oldSelf', message: unchanging.environment }));
  expect(schema).toContain(JSON.stringify({ rule: 'self.provider == oldSelf.provider', message: unchanging.provider }));
});

test('so does the plan, at its place', async () => {
  const tree = exampleRepository();
  const file = 'platform/zones/frontier.yaml';
  write(tree, { [file]: exampleFile(file).replace('environment: production', 'environment: engineering') });
  const { status, out } = await squadkit(['plan', tree, '--base', 'main', '--format', 'json']);
  const { changes } = JSON.parse(out) as { changes: { name: string; refused?: { message: string }; line: number }[] };
  const change = changes.find(({ name }) => name === 'frontier');
  const line =
    exampleFile(file)
      .split('\n')
      .findIndex((text) => text.includes('environment: production')) + 1;

  expect(status).toBe(1);
  expect(change?.refused?.message).toContain(unchanging.environment);
  expect(change?.line).toBe(line);
});
