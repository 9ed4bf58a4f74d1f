import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
}, 600_000);
afterAll(() => scene?.close());

test('a backup that never ends is ended, says so, and is not tried again', async () => {
  const pgDump = join(scene.state, 'never');
  writeFileSync(pgDump, '#!/bin/sh\nexec sleep 600\n');
  chmodSync(pgDump, 0o755);

  const { status, out, error } = await scene.backUp({ pgDump, mostMinutes: 1 });

  expect({ status, out }).toEqual({ status: 3, out: '' });
  expect(JSON.parse(error)).toMatchObject({ message: 'not backed up', because: 'it takes longer than 1 minutes' });
  expect(await scene.store.versions('backups')).toEqual([]);
});
