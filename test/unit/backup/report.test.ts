import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Manifest } from '../../../functions/backup/manifest.ts';
import { type Outcome, placeOf, report } from '../../../functions/backup/report.ts';
import { createAuthority } from '../../control-plane/certificates.ts';

const token = 'canary-of-a-token';
const place = { namespace: 'squadkit-backups', name: 'galaxy-billing-0123456789abcdef' };
const made: Manifest = {
  ...{
    form: 1,
    of: 'main/frontier.spike/galaxy/billing',
    at: '2026-11-28T02:15:04Z',
    keptUntil: '2026-12-12T02:15:04Z',
  },
  dump: { key: 'a-key', bytes: 184_000_000, sha256: 'a-sum' },
  ...{ tables: 3, rows: 908_354, leftOut: { largeObjects: 0, tables: 0 }, server: '18.6', encoding: 'UTF8' },
  ...{ extensions: [], roles: [], seconds: 27, sealedContents: 'sealed' },
};

const directory = mkdtempSync(join(tmpdir(), 'squadkit-report-'));
const way = { server: '', tokenFile: join(directory, 'token'), authorityFile: join(directory, 'ca.crt') };
let hub: Server;
let asked: { what: string; type?: string | undefined; token?: string | undefined; body: string }[];
let moods: number[];

beforeAll(async () => {
  const authority = await createAuthority('of a hub');
  const { certificate, key } = await authority.issue('localhost');
  hub = createServer({ cert: certificate, key }, async (request, response) => {
    const { 'content-type': type, authorization } = request.headers;
    const body = (await request.toArray()).join('');
    asked.push({ what: `${request.method} ${request.url}`, type, token: authorization, body });
    response.writeHead(moods.shift() ?? 200).end('{}');
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  way.server = `https://localhost:${(hub.address() as AddressInfo).port}`;
  writeFileSync(way.tokenFile, `${token}\n`);
  writeFileSync(way.authorityFile, authority.certificate);
});

beforeEach(() => {
  [asked, moods] = [[], []];
});

afterAll(() => {
  hub.close();
  hub.closeAllConnections();
  rmSync(directory, { recursive: true });
});

const saidOf = ({ body }: { body: string }) => {
  const { data } = JSON.parse(body) as { data: Record<string, string | null> };

  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, text === null ? null : (JSON.parse(text) as unknown)]),
  );
};

test('a backup is said with its size, and what failed before it is taken away', async () => {
  await report(way, place, { made });

  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    what: 'PATCH /api/v1/namespaces/squadkit-backups/configmaps/galaxy-billing-0123456789abcdef?fieldManager=squadkit-backup',
    ...{ type: 'application/merge-patch+json', token: `Bearer ${token}` },
  });
  expect(saidOf(asked[0] as { body: string })).toEqual({
    last: {
      ...{ at: made.at, keptUntil: made.keptUntil, bytes: 184_000_000, tables: 3, rows: 908_354 },
      ...{ leftOut: { largeObjects: 0, tables: 0 }, seconds: 27 },
    },
    failed: null,
  });
});

test('what fails leaves what is said of the last backup', async () => {
  await report(way, place, { failed: 'store: there is no such bucket', at: new Date('2026-11-28T02:15:04.9Z') });

  expect(saidOf(asked[0] as { body: string })).toEqual({
    failed: { at: '2026-11-28T02:15:04Z', because: 'store: there is no such bucket' },
  });
});

test('a hub that is busy is asked again, and what it refuses is said without what it answers', async () => {
  moods = [503, 500];
  await report(way, place, { made }, [1, 1]);
  expect(asked).toHaveLength(3);

  moods = [403, 403, 403];
  const refused = report(way, place, { made }, [1, 1]);
  await expect(refused).rejects.toThrow(/^hub: it answers with status 403$/);
});

test.each<[string, Partial<typeof way>, RegExp]>([
  ['nobody is there', { server: 'https://localhost:1' }, /^hub: the connection is refused$/],
  ['it has no token', { tokenFile: join(directory, 'none') }, /^hub: it fails with ENOENT$/],
])('it says why it cannot say anything: %s', async (_, other, want) => {
  const outcome: Outcome = { made };
  await expect(report({ ...way, ...other }, place, outcome, [])).rejects.toThrow(want);
});

test('another authority is not believed, and gets no token', async () => {
  writeFileSync(join(directory, 'other.crt'), (await createAuthority('of somebody else')).certificate);
  const attempt = report({ ...way, authorityFile: join(directory, 'other.crt') }, place, { made }, []);

  await expect(attempt).rejects.toThrow(/^hub: its certificate/);
  expect(asked).toEqual([]);
});

test.each([
  ...['', 'squadkit-backups', 'a/b/c', '../../secrets/x', 'a/b?c', 'A/b', 'squadkit-backups/x y', '/b', 'a/'],
])('%j is no place', (text) => expect(placeOf(text)).toBeUndefined());
