import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildFunction, bundle } from '../../package/build.ts';
import { example } from '../support/examples.ts';
import { requestFor as serviceRequest } from '../support/request.ts';
import { call } from './client.ts';
import { start, temporaryDirectory } from './packaged.ts';

const [directory, removeDirectory] = temporaryDirectory();
const built = join(directory, 'built');
const main = join(built, 'main.cjs');
const run = promisify(execFile);

beforeAll(async () => {
  await buildFunction({ outputDirectory: built, version: '1.2.3' });
  await bundle({ outputDirectory: directory, entries: { 'program.cjs': 'functions/server/engine/program.ts' } });
});

afterAll(removeDirectory);

/** What the engine says of the code that lies beside a program: asked without a test runner, which changes its flags. */
const isRejected = async (file: string): Promise<string> => {
  const script = `console.log(require(${JSON.stringify(join(directory, 'program.cjs'))}).programIn(${JSON.stringify(file)}).cachedDataRejected)`;

  return (await run(process.execPath, ['-e', script])).stdout.trim();
};

const copyOf = (name: string): string => {
  const copy = join(directory, name);
  cpSync(built, copy, { recursive: true });

  return copy;
};

const versionOf = async (copy: string): Promise<string> =>
  (await run(process.execPath, [join(copy, 'function.cjs'), '--version'])).stdout.trim();

test('the engine takes the code that was made of the function when it was built', async () => {
  expect(await isRejected(main)).toBe('false');
});

test('a function that is started with it answers', async () => {
  const running = await start(join(built, 'function.cjs'), ['--insecure']);
  const response = await call(running.port, serviceRequest(example('Service', 'billing')));
  const { code, stderr } = await running.stop();

  expect(response.conditions[0]).toMatchObject({ type: 'Accepted', reason: 'Accepted' });
  expect(Object.keys(response.desired?.resources ?? {}).length).toBeGreaterThan(0);
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
});

test('code of another program is not taken', async () => {
  const copy = copyOf('changed');
  appendFileSync(join(copy, 'main.cjs'), '// longer');

  expect(await isRejected(join(copy, 'main.cjs'))).toBe('true');
  expect(await versionOf(copy)).toBe('1.2.3');
});

test.each([
  ['is none', (file: string) => rmSync(file)],
  ['is empty', (file: string) => writeFileSync(file, '')],
  ['is no code', (file: string) => writeFileSync(file, 'no code '.repeat(1000))],
  ['is code that was cut off', (file: string) => truncateSync(file, 300_000)],
])('starts where there %s', async (what, spoil) => {
  const copy = copyOf(what);
  spoil(join(copy, 'main.cache'));

  expect(await versionOf(copy)).toBe('1.2.3');
});

test('the function is never bundled beside the code of another one', async () => {
  const copy = copyOf('again');
  await bundle({ outputDirectory: copy, entries: { 'main.cjs': 'functions/main.ts' }, version: '3.2.1' });

  expect(await versionOf(copy)).toBe('3.2.1');
});
