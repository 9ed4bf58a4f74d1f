import { expect, test } from 'vitest';
import type { Manifest } from '../../../functions/backup/manifest.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { restoreSaidIn } from '../../../functions/providers/postgres/restore-report.ts';
import { Unrestored } from '../../../functions/restore/failure.ts';
import { dataOf } from '../../../functions/restore/outcome.ts';

const backup = { at: '2026-11-28T01:00:00Z', dump: { bytes: 5 }, tables: 2, rows: 3 } as unknown as Manifest;
const came = { at: new Date('2026-11-28T02:37:04.9Z'), seconds: 7, backup };
const opened = (data: Record<string, string | null>) =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, text === null ? null : JSON.parse(text)]));

test('what is restored takes away why it was not', () => {
  const restored = { at: '2026-11-28T02:37:04Z', backup: backup.at, bytes: 5, tables: 2, rows: 3, seconds: 7 };

  expect(opened(dataOf(came, {}))).toEqual({ restored, notRestored: null });
  expect(opened(dataOf(came, { leftOut: 2 }))).toEqual({ restored: { ...restored, leftOut: 2 }, notRestored: null });
});

test('who finds it restored already writes over nothing that is known', () => {
  const foundRestored = { at: '2026-11-28T02:37:04Z', seconds: 7 };

  expect(opened(dataOf({ ...came, backup: undefined }, { leftOut: 0 }))).toEqual({
    foundRestored: { ...foundRestored, leftOut: 0 },
    notRestored: null,
  });
  const report = (outcomes: Parameters<typeof dataOf>[0][]) => ({
    object: {
      ...{ apiVersion: 'kubernetes.m.crossplane.io/v1alpha1', kind: 'Object' },
      status: { atProvider: { manifest: { data: Object.assign({}, ...outcomes.map((one) => dataOf(one, {}))) } } },
    } as unknown as KubernetesObject,
    connection: {},
  });
  const again = { ...came, at: new Date('2026-11-28T03:00:00Z'), backup: undefined };

  expect(restoreSaidIn(report([came, again])).restored).toMatchObject({ backup: backup.at, rows: 3 });
  expect(restoreSaidIn(report([again])).restored).toEqual({ at: '2026-11-28T03:00:00Z', seconds: 7 });
});

test('what is not says why, whose move it is, and of which backup, if one was found', () => {
  const because = new Unrestored('occupied', 'x'.repeat(1000));
  const notRestored = {
    ...{ at: '2026-11-28T02:37:04Z', seconds: 7, because: 'x'.repeat(500), actor: 'Squad' },
    next: 'choose another moment: a second later is enough',
  };

  expect(opened(dataOf({ ...came, because }, {}))).toEqual({ notRestored: { ...notRestored, backup: backup.at } });
  expect(opened(dataOf({ ...came, backup: undefined, because }, {}))).toEqual({ notRestored });
});
