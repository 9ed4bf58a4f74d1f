import { describe, expect, test } from 'vitest';
import { outcomeOfService } from '../../../functions/simulation/outcome.ts';
import { registryOf } from '../../../functions/simulation/registry.ts';
import { exampleRegistry } from '../../support/examples.ts';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

const services = exampleRegistry().filter(({ kind }) => kind === 'Service');

describe.each(services.map((object) => ({ name: object.metadata?.name, object })))('$name', ({ object }) => {
  const { parts, resources } = outcomeOfService(object, registryOf(exampleRegistry()));
  const prefixed = parts.flatMap(({ component, things }) =>
    things.flatMap((thing) => thing.resources.map((local) => component.prefix + local)),
  );

  test('every resource belongs to a thing that people know', () => {
    expect(Object.keys(resources).filter((name) => !prefixed.includes(name))).toEqual([]);
  });

  test('no resource belongs to two things', () => {
    expect(prefixed.filter((name, index) => prefixed.indexOf(name) !== index)).toEqual([]);
  });

  test('what decides whether a thing stays is always there', () => {
    const first = parts.flatMap(({ component, things }) =>
      things.map((thing) => component.prefix + (thing.resources[0] ?? '')),
    );
    expect(first.filter((name) => resources[name] === undefined)).toEqual([]);
  });
});

test('the words need no knowledge of what is underneath', async () => {
  const billing = exampleFile('squads/galaxy/billing.yaml');
  const tree = exampleTree({
    'squads/galaxy/billing.yaml': null,
    'squads/galaxy/ledger.yaml': billing.replace('name: billing', 'name: ledger'),
  });
  for (const format of ['text', 'markdown']) {
    const { out } = await squadkit(['plan', tree, '--base', exampleTree(), '--format', format]);
    expect(out).not.toMatch(/crossplane|composite|managed resource|reconcile|provider-|XRD|CRD/i);
  }
});
