import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { pause, rest, restOf, works } from '../../../functions/waiting/pace.ts';

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

const open = { type: 'Responsive', status: 'False', reason: 'WatchCircuitOpen', lastTransitionTime: created };

test.each([
  { name: 'ten minutes', conditions: [], seconds: 0, want: 600 },
  { name: 'ten minutes with a closed circuit', conditions: [{ ...open, status: 'True' }], seconds: 0, want: 600 },
  { name: '36 s while edits may be lost', conditions: [open], seconds: 59, want: 36 },
  { name: 'until the circuit can be closed', conditions: [open], seconds: 60, want: 270 },
  { name: 'ten minutes once it can be', conditions: [open], seconds: 330, want: 600 },
])('rests $name', ({ conditions, seconds, want }) => {
  expect(rest(composite(conditions), {}, at(seconds))).toBe(want);
});

test.each([
  { name: 'ten minutes', conditions: [], seconds: 0, want: 600 },
  { name: '36 s for as long as edits may be lost, by what others make', conditions: [open], seconds: 60, want: 36 },
  { name: 'until the circuit can be closed, where that is sooner', conditions: [open], seconds: 310, want: 20 },
  { name: 'ten minutes from then on', conditions: [open], seconds: 330, want: 600 },
  { name: 'ten seconds where it is closed', conditions: [open], seconds: 60, isClosed: true, want: 10 },
])('a Zone rests $name', ({ conditions, seconds, isClosed = false, want }) => {
  expect(restOf({ isReady: true, isClosed }, composite(conditions), {}, at(seconds))).toBe(want);
});

test('says once that the circuit can be closed, which closes it', () => {
  expect(works(composite(), at(0))).toBe('It works.');
  expect(works(composite([open]), at(329))).toMatch(/^It works. After so many changes .* an edit may take 36 s.$/);
  expect(works(composite([open]), at(330))).toBe('It works.');
});
