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
          // No test of this project changes what another one sees: what they import is read once, not once per file.
          isolate: false,
          pool: 'threads',
          testTimeout: 120_000,
          ...patience,
        },
      },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 60_000, ...patience } },
      {
        test: {
          name: 'install',
          include: ['test/install/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'hostile',
          include: ['test/hostile/**/*.test.ts'],
          globalSetup: 'test/support/cases.ts',
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
          testTimeout: 300_000,
          hookTimeout: 300_000,
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
