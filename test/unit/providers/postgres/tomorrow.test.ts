import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { compose } from '../../../support/compose.ts';
import { example, exampleRegistry } from '../../../support/examples.ts';
import { copyOf, requestFor } from '../../../support/request.ts';

const billing = example('Service', 'billing');
const name = 'frontier.spike.writer-tables';
const made = 'crossplane.io/external-create-succeeded';

const readiness = (wasMade: boolean): unknown => {
  const observed = copyOf(simulate(billing, exampleRegistry()).observed);
  const object = observed[name]?.resource as unknown as KubernetesObject;
  object.status = {
    conditions: [
      { type: 'Ready', status: 'False', reason: 'Creating' },
      { type: 'Synced', status: 'True' },
    ],
  };
  if (!wasMade) delete object.metadata?.annotations?.[made];

  return compose(requestFor(billing, observed)).desired?.resources?.[name]?.ready;
};

test('tables of tomorrow that were made and are not found count as there, and others do not', () => {
  expect(readiness(true)).not.toEqual(readiness(false));
  expect(readiness(true)).toBe(1);
});
