import { describe, expect, test } from 'vitest';
import { type Manifest, momentOf } from '../../../functions/backup/manifest.ts';
import { keysOf, type Subject, subjectOf } from '../../../functions/backup/subject.ts';
import { lastAt, newestOf } from '../../../functions/retrieve/found.ts';
import type { Shelf } from '../../../functions/retrieve/shelf.ts';

const subject = subjectOf('main/frontier.spike/galaxy/billing') as Subject;
const now = new Date('2026-11-28T12:00:00Z');
const days = 86_400_000;

const manifestAt = (at: string, otherwise: Partial<Manifest> = {}): Manifest => ({
  ...{ form: 1, of: subject.name, at, keptUntil: momentOf(Date.parse(at) + 14 * days), tables: 1, rows: 2, seconds: 1 },
  dump: { key: keysOf(subject, new Date(at)).dump, bytes: 1, sha256: '0'.repeat(64) },
  ...{ leftOut: { largeObjects: 0, tables: 0 }, server: '18.4', encoding: 'UTF8', extensions: [], roles: [] },
  ...{ sealedContents: '', ...otherwise },
});

/** A store that has these backups, and keeps all of it until a moment. */
const shelfWith = (manifests: Manifest[], { without = '', keptUntil = '2026-12-31' } = {}): Shelf => {
  const bytes = new Map(
    manifests.flatMap((manifest) => {
      const keys = keysOf(subject, new Date(manifest.at));

      return [
        [keys.dump, Buffer.from('x')] as const,
        [keys.manifest, Buffer.from(JSON.stringify(manifest))] as const,
      ].filter(([key]) => !key.endsWith(without === '' ? '\0' : without));
    }),
  );

  return {
    list: async () => [...bytes].map(([key, { length }]) => ({ key, version: '1', bytes: length })),
    read: async function* ({ key }) {
      yield* [bytes.get(key) as Buffer];
    },
    keptUntil: async () => Date.parse(keptUntil),
    close: () => {},
  };
};

const moments = ['2026-11-26T01:00:00Z', '2026-11-27T01:00:00Z', '2026-11-28T01:00:00Z'];
const shelf = shelfWith(moments.map((at) => manifestAt(at)));
const last = (at: string, on = shelf) => lastAt(on, subject, new Date(at), now);

describe('the last backup at a moment', () => {
  test.each([
    ['2026-11-26T01:00:00Z', moments[0]],
    ['2026-11-27T00:59:59Z', moments[0]],
    ['2026-11-27T01:00:00Z', moments[1]],
    ['2026-11-28T00:59:59Z', moments[1]],
    ['2026-11-28T11:00:00Z', moments[2]],
  ])('%s is that of %s', async (at, backup) => {
    expect((await last(at)).manifest.at).toBe(backup);
  });

  test.each([
    ['2026-11-26T00:59:59Z', shelf, /^there is .* or before: the first is of 2026-11-26T01:00:00Z$/],
    ['2026-11-28T01:00:00Z', shelfWith([]), /^there is .* or before, nor after it$/],
    ['2026-11-28T01:00:00Z', shelfWith([manifestAt(moments[2] as string)], { without: '.json' }), /, nor after it$/],
    ['2027-01-01T00:00:00Z', shelf, /^2027-01-01T00:00:00Z is still to come/],
  ])('%s is none', async (at, on, because) => {
    await expect(last(at, on)).rejects.toMatchObject({ kind: 'absent', message: expect.stringMatching(because) });
  });

  test('is damaged if its dump is not there, though an earlier one is whole', async () => {
    const whole = shelfWith([manifestAt(moments[0] as string)]);
    const lacks = shelfWith([manifestAt(moments[1] as string)], { without: '.dump.age' });
    const both: Shelf = {
      ...whole,
      list: async (prefix) => [...(await whole.list(prefix)), ...(await lacks.list(prefix))],
    };

    await expect(last('2026-11-28T00:00:00Z', both)).rejects.toMatchObject({ kind: 'damaged' });
    expect((await last('2026-11-26T02:00:00Z', both)).manifest.at).toBe(moments[0]);
  });

  test.each<Partial<Manifest>>([
    { of: 'main/frontier.spike/galaxy/other' },
    { dump: { key: 'x', bytes: 1, sha256: '0'.repeat(64) } },
  ])('is damaged if its manifest is of another one: %j', async (otherwise) => {
    const on = shelfWith([manifestAt(moments[0] as string, otherwise)]);

    await expect(last('2026-11-28T00:00:00Z', on)).rejects.toMatchObject({ kind: 'damaged' });
  });

  test('is one though its time is over and the store keeps it no longer, but a drill proves no such backup', async () => {
    const over = shelfWith([manifestAt('2026-11-01T01:00:00Z')], { keptUntil: '2026-11-02' });

    expect((await last('2026-11-28T00:00:00Z', over)).manifest.at).toBe('2026-11-01T01:00:00Z');
    await expect(newestOf(over, subject, now)).rejects.toMatchObject({ kind: 'damaged' });
  });

  test('is damaged if the store does not keep it as long as it has to', async () => {
    const on = shelfWith([manifestAt(moments[0] as string)], { keptUntil: '2026-12-01' });

    await expect(last('2026-11-28T00:00:00Z', on)).rejects.toMatchObject({
      message: 'the store does not keep it as long as its manifest says',
    });
  });
});
