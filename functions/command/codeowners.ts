import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { codeownersOf } from '../plan/approval/codeowners.ts';
import { pathInRepository } from '../tree/git.ts';
import { load } from '../tree/load.ts';
import { Unplannable } from '../tree/problem.ts';
import { exitStatuses, platformOption, throwProblems } from './status.ts';
import type { Streams } from './streams.ts';

/** Adds `squadkit codeowners`. */
export const addCodeowners = (program: Command, { out }: Streams): void => {
  program
    .command('codeowners')
    .description('write CODEOWNERS: each squad owns its folder, and nobody their own guard rails')
    .argument('[directory]', 'the tree', '.')
    .addOption(platformOption())
    .option('--check <file>', 'write nothing, and exit with 1 unless this file is what would be written')
    .addHelpText('after', exitStatuses)
    .action((directory: string, { check, ...options }: { check?: string; platform?: string }) => {
      const { target } = load(directory, options);
      throwProblems(target.problems);
      const text = codeownersOf(target, directory, pathInRepository(directory));
      if (check === undefined) out(text);
      else throwUnlessSame(check, text);
    });
};

/** @throws Unplannable if the file is not there, or says something else */
const throwUnlessSame = (file: string, text: string): void => {
  const content = contentOf(file);
  if (content === null) {
    throw new Unplannable(`${file} is not a file: name the file CODEOWNERS that is committed`);
  }
  if (content === undefined) {
    throw new Unplannable(`${file} cannot be read: write into it what \`squadkit codeowners\` says, and commit it`);
  }
  if (content !== text) {
    throw new Unplannable(`${file} is not what \`squadkit codeowners\` writes: run it again and commit the result`);
  }
};

/** Null for what is no file: a pipe or a device would be waited for without an end. */
const contentOf = (file: string): string | null | undefined => {
  try {
    if (!statSync(file).isFile()) return null;
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
