import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../package/build.ts';
import { temporaryDirectory } from './packaged.ts';

const [directory, removeDirectory] = temporaryDirectory();

let sizes: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
  sizes = await bundle({ outputDirectory: directory });
});
afterAll(removeDirectory);

/** The files of functions/ of which a program carries code, by what esbuild says of its bundle. */
const carriedBy = async (program: string): Promise<string[]> => {
  const { metafile } = await build({
    absWorkingDir: join(import.meta.dirname, '../..'),
    entryPoints: [program],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    metafile: true,
    write: false,
  });

  return Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 && file.startsWith('functions/') ? [file] : []));
};

/** What only plan, evidence and generation need: their rooms, and the second half of every provider. */
const isTold = (file: string): boolean =>
  /^functions\/(command|plan|evidence|tree|simulation)\//.test(file) ||
  /^functions\/providers\/(.+\/)?(all-told|told|words|guard-rails)\.ts$/.test(file) ||
  /^functions\/words\/(controls|guard-rail|risk)\.ts$/.test(file);

test('the function carries nothing that is only told', async () => {
  const carried = await carriedBy('functions/main.ts');

  expect(carried).toContain('functions/providers/postgres/resources.ts');
  expect(carried.filter(isTold)).toEqual([]);
});

test('the command line carries what is told, by which a look at the function would find it', async () => {
  const told = (await carriedBy('functions/squadkit.ts')).filter(isTold);

  expect(told).toEqual(
    expect.arrayContaining([
      'functions/evidence/register/places.ts',
      'functions/evidence/register/hub.ts',
      'functions/evidence/register/shared.ts',
      'functions/providers/postgres/told.ts',
      'functions/providers/kubernetes/words.ts',
      'functions/providers/kubernetes/guard-rails.ts',
    ]),
  );
});

test('only the janitor carries a client of PostgreSQL, and it nothing that is only told or serves', async () => {
  const [served, janitor, commandLine] = await Promise.all(
    ['functions/main.ts', 'functions/janitor.ts', 'functions/squadkit.ts'].map(carriedBy),
  );
  const isClient = (file: string) => /^functions\/(janitor|outside)\//.test(file);

  expect(janitor).toContain('functions/janitor/server.ts');
  expect(janitor?.filter((file) => isTold(file) && !file.endsWith('/api-server.ts'))).toEqual([]);
  expect(janitor?.filter((file) => /^functions\/(server\/(?!log)|round\/write|compose)/.test(file))).toEqual([]);
  for (const other of [served, commandLine]) expect(other?.filter(isClient)).toEqual([]);
});

test.each(['stdout', 'stderr'] as const)('a reader of %s that goes away changes no status', async (stream) => {
  const args = stream === 'stdout' ? ['--help'] : ['plan', '--nonsense'];
  const running = spawn(process.execPath, [join(directory, 'squadkit.mjs'), ...args]);
  running[stream].destroy();
  const [status] = await once(running, 'close');

  expect(status).toBe(stream === 'stdout' ? 0 : 2);
});

test('a backup carries nothing of the janitor, of what is only told, and of what serves', async () => {
  const backup = await carriedBy('functions/backup.ts');

  expect(backup).toContain('functions/backup/store.ts');
  expect(backup.filter((file) => isTold(file) && !file.endsWith('/api-server.ts'))).toEqual([]);
  expect(backup.filter((file) => /^functions\/(janitor|server\/(?!log)|round|compose)/.test(file))).toEqual([]);
});

test('the function is smaller than 670 kB, and the command line carries no server', async () => {
  const { 'function.cjs': served, 'janitor.cjs': janitor, 'squadkit.mjs': commandLine } = sizes;

  expect(served).toBeLessThan(670_000);
  expect(janitor).toBeLessThan(410_000);
  for (const [file, has] of [
    ['function.cjs', false],
    ['squadkit.mjs', false],
    ['janitor.cjs', true],
  ] as const)
    expect(readFileSync(join(directory, file), 'utf8').includes('sslconnect'), file).toBe(has);
  // What package/install applies is in it, for squadkit doctor, and what reads a tree as kubectl and engines do.
  expect(commandLine).toBeLessThan(1_320_000);
});
