import { expect, test } from 'vitest';
import { pause, rest } from '../../functions/pace.ts';
import type { KubernetesObject } from '../../functions/resource.ts';

const created = '2026-01-01T00:00:00Z';
const at = (seconds: number): number => Date.parse(created) + seconds * 1000;
const composite = (conditions: object[] = []): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { creationTimestamp: created },
  status: { conditions },
});

test.each([
  { name: 'every second while something moves', seconds: 59, want: 1 },
  { name: 'every 10 s when nothing moved for a minute', seconds: 60, want: 10 },
  { name: 'every minute when nothing moved for ten', seconds: 600, want: 60 },
  { name: 'every second when the clock runs behind', seconds: -60, want: 1 },
])('$name', ({ seconds, want }) => {
  expect(pause(composite(), {}, at(seconds))).toBe(want);
});

test('a change of what is composed starts it anew', () => {
  const moved = composite([{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:09:30Z' }]);

  expect(pause(composite(), { database: { object: moved, connection: {} } }, at(600))).toBe(1);
});

test('rests for ten minutes, but not while Crossplane drops events', () => {
  expect(rest(composite())).toBe(600);
  expect(rest(composite([{ type: 'Responsive', status: 'True', reason: 'WatchCircuitClosed' }]))).toBe(600);
  expect(rest(composite([{ type: 'Responsive', status: 'False', reason: 'WatchCircuitOpen' }]))).toBe(30);
});
