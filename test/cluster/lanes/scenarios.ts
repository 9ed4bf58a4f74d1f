import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../control-plane/state.ts';
import { vitest } from '../../support/vitest.ts';

/** The scenario files that Vitest would run with these arguments, relative to the clone. Throws what Vitest says. */
export const listScenarios = async (vitestArguments: string[]): Promise<string[]> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [vitest(), 'list', '--filesOnly', '--json', '--project', 'cluster', ...vitestArguments],
    { cwd: repository },
  );
  const found = JSON.parse(stdout || '[]') as { file: string }[];

  return found.map(({ file }) => relative(repository, file)).sort();
};
