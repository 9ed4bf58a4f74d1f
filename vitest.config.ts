import { dirname, join, resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Always the same order, by name: so the wait for a steady state comes late and finds everything long since created,
 * and the upgrade, which changes everything once more, comes after it.
 */
class Alphabetical extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.sort((a, b) => a.moduleId.localeCompare(b.moduleId));
  }
}

/** What stands in the place of two files where providers that exist for tests only are to be there too. */
const withTestProviders = {
  name: 'with-test-providers',
  enforce: 'pre' as const,
  resolveId(source: string, importer: string | undefined) {
    const [, file] = /(?:providers\/|^\.\/)(index|all-told)\.ts$/.exec(source) ?? [];
    if (file === undefined || importer === undefined) return undefined;
    const folder = join(import.meta.dirname, 'functions/providers');
    const isMeant = resolve(dirname(importer), source) === join(folder, `${file}.ts`);
    const replacement = join(import.meta.dirname, 'test/providers', `${file}.ts`);

    return isMeant && !importer.startsWith(join(import.meta.dirname, 'test/providers')) ? replacement : undefined;
  },
};

/** A machine that does other things may stand still for seconds: what is waited for comes, or the test says it did not. */
const patience = { hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } };

export default defineConfig({
  test: {
    sequence: { sequencer: Alphabetical },
    projects: [
      // Properties run many cases, on machines that do other things too.
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          globalSetup: ['test/support/cases.ts', 'test/support/folder.ts'],
          setupFiles: ['test/support/same-cases.ts'],
          // No test of this project changes what another one sees: what they import is read once, not once per file.
          isolate: false,
          pool: 'threads',
          testTimeout: 120_000,
          ...patience,
        },
      },
      // Every test that asks no provider by name, with two more of them: one has kinds that another has too.
      {
        plugins: [withTestProviders],
        test: {
          name: 'providers',
          include: [
            'test/unit/providers/every-provider.test.ts',
            'test/unit/compose/properties.test.ts',
            'test/unit/compose/tenancy.test.ts',
          ],
          globalSetup: ['test/support/cases.ts', 'test/support/folder.ts'],
          setupFiles: ['test/support/same-cases.ts'],
          isolate: false,
          pool: 'threads',
          testTimeout: 120_000,
          ...patience,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: 'test/support/cases.ts',
          setupFiles: ['test/support/same-cases.ts'],
          testTimeout: 60_000,
          ...patience,
        },
      },
      {
        test: {
          name: 'install',
          include: ['test/install/**/*.test.ts'],
          // Longer than what the pages wait for: who fails says for what.
          testTimeout: 900_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'backup',
          include: ['test/backup/**/*.test.ts'],
          exclude: ['test/backup/drill-*.test.ts', 'test/backup/too-long.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      // What somebody sees who tries Squadkit for the first time.
      {
        test: {
          name: 'start',
          include: ['test/start/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      // Each case of what a backup can be otherwise restores it once.
      {
        test: {
          name: 'drill',
          include: ['test/backup/drill-*.test.ts', 'test/backup/too-long.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'hostile',
          include: ['test/hostile/**/*.test.ts'],
          globalSetup: 'test/support/cases.ts',
          setupFiles: ['test/support/same-cases.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'cluster',
          // One of several control planes has a share of them only.
          include: process.env.SQUADKIT_SCENARIOS?.split(',') ?? ['test/cluster/scenarios/**/*.test.ts'],
          setupFiles: ['test/cluster/support/left-running.ts'],
          // Longer than what a test waits for, one after the other: who fails says for what.
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          sequence: { concurrent: false },
          pool: 'forks',
          // What failed on another machine is known by this sentence alone: all of both sides.
          chaiConfig: { truncateThreshold: 0 },
        },
      },
    ],
  },
});
