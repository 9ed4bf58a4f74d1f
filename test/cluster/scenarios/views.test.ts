import { beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition } from '../../control-plane/objects.ts';
import { applyPlatform, composedOf, exampleService, makeReady } from '../support/platform.ts';

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, exampleService('billing'));
});

test('kubectl get shows whose move it is', async () => {
  const { columnDefinitions, rows } = await controlPlane.hub.table('squadkit.io/v1alpha1', 'Service', 'galaxy');
  const billing = rows.find(({ cells }) => cells[0] === 'billing');

  expect(columnDefinitions.filter(({ priority }) => priority === 0).map(({ name }) => name)).toEqual([
    ...['Name', 'ACCEPTED', 'PROVISIONED', 'DELIVERED', 'ACTION BY', 'SYNCED', 'READY', 'COMPOSITION', 'AGE'],
  ]);
  expect(billing?.cells.slice(0, 7)).toEqual([
    ...['billing', 'Accepted', 'Provisioned', 'Delivered', 'Nobody', 'True', 'True'],
  ]);
});

// It is what `crossplane resource trace` prints: that tool takes three minutes to build, and this is what it reads.
test('every part of a Service can be followed from it, by its name', async () => {
  const parts = await composedOf(controlPlane, exampleService('billing'));
  const lines = parts.map((part) => ({
    resource: `${part.kind}/${part.metadata.name} (${part.metadata.namespace})`,
    part: part.metadata.annotations?.['crossplane.io/composition-resource-name'],
    synced: condition(part, 'Synced')?.status,
    ready: condition(part, 'Ready')?.status,
    reason: condition(part, 'Ready')?.reason,
  }));

  expect(lines).toHaveLength(27);
  expect(lines).toContainEqual({
    resource: 'Database/billing.frontier.spike.database (galaxy)',
    part: 'frontier.spike.database',
    ...{ synced: 'True', ready: 'True', reason: 'Available' },
  });
  for (const line of lines) expect(line.resource).toContain(`/billing.${line.part} (galaxy)`);
});
