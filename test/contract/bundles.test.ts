import { afterAll, expect, test } from 'vitest';
import { bundle } from '../../package/build.ts';
import { temporaryDirectory } from './packaged.ts';

const [directory, removeDirectory] = temporaryDirectory();

afterAll(removeDirectory);

test('the function is smaller than half a megabyte, and the command line carries no server', async () => {
  const { 'function.cjs': served, 'squadkit.mjs': commandLine } = await bundle({ outputDirectory: directory });

  expect(served).toBeLessThan(500_000);
  expect(commandLine).toBeLessThan(650_000);
});
