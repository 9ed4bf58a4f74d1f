import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that is gone after all tests: test files share a process, so none of them may clean up for itself. */
export const temporaryDirectory = (): string =>
  mkdtempSync(join(process.env.SQUADKIT_TEST_FOLDER ?? tmpdir(), 'squadkit-plan-'));

/** Before any test: the folder in which all of them write. Vitest's workers inherit where it is. */
export const setup = (): void => {
  process.env.SQUADKIT_TEST_FOLDER = mkdtempSync(join(tmpdir(), 'squadkit-test-'));
};

/** After all tests. */
export const teardown = (): void => rmSync(process.env.SQUADKIT_TEST_FOLDER ?? '', { recursive: true, force: true });
