import { Severity } from '@crossplane-org/function-sdk-typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { conditionsAfterFault } from '../../../functions/compose.ts';
import { compose } from '../../support/compose.ts';
import { example } from '../../support/examples.ts';
import { requestFor } from '../../support/request.ts';

const own = [example('Service', 'billing'), example('Zone', 'frontier'), example('Squad', 'galaxy')];
const foreign = [
  'example.org/v1alpha1',
  'squadkit.io.example.org/v1alpha1',
  'squadkit.io/v2',
  'v1',
  'SQUADKIT.IO/v1alpha1',
  '',
];
const observed = [{}, { mine: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine' } } }];

let tried = 0;
afterAll(() => console.log(`${tried} documents of others`));

describe.each(own)('$kind', (document) => {
  test.each(foreign)('of %j is not composed, and nothing is said of how it is', (apiVersion) => {
    for (const resources of observed) {
      tried += 1;
      const request = requestFor({ ...document, apiVersion });
      request.observed = {
        ...request.observed,
        composite: request.observed?.composite,
        resources: Object.fromEntries(
          Object.entries(resources).map(([name, resource]) => [name, { resource, connectionDetails: {}, ready: 0 }]),
        ),
      };

      const { desired, conditions, results } = compose(request);
      expect(desired).toEqual(request.desired);
      expect(conditions).toMatchObject([{ type: 'ActionNeeded', reason: 'Platform', message: results[0]?.message }]);
      expect(results).toMatchObject([{ severity: Severity.SEVERITY_FATAL }]);
      expect(results[0]?.message).toMatch(
        /^Squadkit composes Service, Zone and Squad of squadkit.io\/v1alpha1, and nothing/,
      );
      expect(conditionsAfterFault(request, 'a fault').map(({ type }) => type)).toEqual([
        'Accepted',
        'ActionNeeded',
        'Reconciling',
        'Stalled',
      ]);
    }
  });

  test('of squadkit.io/v1alpha1 is composed', () => {
    expect(() => compose(requestFor(document))).not.toThrow();
  });
});
