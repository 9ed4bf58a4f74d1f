import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { type Durations, scenarioOf } from './share.ts';

/** Writes how many seconds each file took, with its hooks, to the file that SQUADKIT_DURATIONS names. */
export default class DurationsReporter implements Reporter {
  readonly #durations: Durations = {};

  onTestModuleEnd(module: TestModule): void {
    this.#durations[scenarioOf(module.moduleId)] = Math.round(module.diagnostic().duration / 1000);
  }

  onTestRunEnd(): void {
    const file = process.env.SQUADKIT_DURATIONS;
    if (file) writeFileSync(file, JSON.stringify(this.#durations));
  }
}
