import type { Command } from 'commander';
import { problemsText } from '../plan/output/text.ts';
import { type LastLine, resourceLines } from '../plan/versions.ts';
import { load } from '../tree/load.ts';
import { type Done, exitStatuses, platformOption, status } from './status.ts';
import type { Streams } from './streams.ts';

/**
 * Adds `squadkit resources`, by which a plan asks another version what it makes of the same documents. What was not read or is
 * refused is said on the error stream, and `done` gets that something was.
 */
export const addResources = (program: Command, { out, error }: Streams, done: Done): void => {
  program
    .command('resources')
    .description('write what this version makes of each Service, a line of JSON each; --base-version asks for it')
    .argument('[directory]', 'the tree', '.')
    .addOption(platformOption())
    .option('--at <commit>', 'the tree as it was in this commit')
    .addHelpText('after', exitStatuses)
    .action((directory: string, { at, ...options }: { at?: string; platform?: string }) => {
      const { target, base } = load(directory, { ...options, ...(at !== undefined && { base: at }) });
      const world = base ?? target;
      const problems = [...world.problems];
      for (const { line, problem } of resourceLines(world)) {
        out(line);
        if (problem !== undefined) problems.push(problem);
      }
      if (problems.length > 0) {
        const last: LastLine = { refused: problems.length };
        out(`${JSON.stringify(last)}\n`);
        error(problemsText({ problems }));
      }
      done(problems.length > 0 ? status.refused : status.fine);
    });
};
