import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFolder } from '../../../functions/retrieve/folder.ts';
import { temporaryDirectory } from '../../support/folder.ts';

const late = new Error('it takes too long');

test('what is done is done, though its time ends while the folder is removed', async () => {
  const work = temporaryDirectory();
  const stopping = new AbortController();
  const done = inFolder({ work, beginning: 'squadkit-', stop: stopping.signal }, async (folder) => {
    for (let file = 0; file < 50; file += 1) writeFileSync(join(folder, `${file}`), '');
    setImmediate(() => stopping.abort(late));

    return folder;
  });

  expect(existsSync(await done)).toBe(false);
  expect(readdirSync(work)).toEqual([]);
});

test('what fails after it was stopped failed for that', async () => {
  const work = temporaryDirectory();
  const stopping = new AbortController();
  const failed = inFolder({ work, beginning: 'squadkit-', stop: stopping.signal }, async () => {
    stopping.abort(late);
    throw new Error('pg_restore was ended by SIGTERM');
  });

  await expect(failed).rejects.toBe(late);
  expect(readdirSync(work)).toEqual([]);
});
