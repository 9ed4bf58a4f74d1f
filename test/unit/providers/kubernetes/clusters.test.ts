import { afterAll, describe, expect, test } from 'vitest';
import { clusterCases, trafficOf } from '../../../support/clusters.ts';
import { connects } from '../../../support/network-policies.ts';

const cases = clusterCases();
let tried = 0;
afterAll(() => console.log(`${tried} connections on ${cases.length} kinds of clusters`));

describe.each(cases)('$name', (cluster) => {
  const { connections, policies, namespaces } = trafficOf(cluster);

  test('closes something, and opens something', () => {
    expect(policies).toHaveLength(1);
    expect([...new Set(connections.map(({ want }) => want))].sort()).toEqual([false, true]);
  });

  test.each(connections)('$what: $want', ({ from, to, port, want }) => {
    tried += 1;
    expect(connects(from, to, port, { policies, namespaces })).toBe(want);
  });
});
