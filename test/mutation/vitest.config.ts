import { defineConfig } from 'vitest/config';

/** The fast unit tests of what a request becomes, each the same in every run: a mutant is killed always or never. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    // These are about files, not about answers.
    exclude: [
      'test/unit/package/definition.test.ts',
      'test/unit/package/marks.test.ts',
      'test/unit/harness/hostile-scenarios.test.ts',
    ],
    globalSetup: 'test/support/folder.ts',
    // A test that is only slow must not count as one that noticed.
    testTimeout: 60_000,
    env: { CASES: '10', SEED: '1' },
    setupFiles: ['test/support/same-cases.ts'],
  },
});
