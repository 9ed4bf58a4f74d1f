import { defineConfig } from 'vitest/config';

/** The fast unit tests of what a request becomes, each the same in every run: a mutant is killed always or never. */
export default defineConfig({
  test: {
    include: ['test/unit/*.test.ts'],
    // These are about files, not about answers.
    exclude: ['test/unit/definitions.test.ts', 'test/unit/hostile-scenarios.test.ts'],
    env: { CASES: '10', SEED: '1' },
    setupFiles: ['test/mutation/same-cases.ts'],
  },
});
