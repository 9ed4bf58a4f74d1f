import type { Command } from 'commander';
import { resourceLines } from '../plan/versions.ts';
import { load } from '../tree/load.ts';
import { exitStatuses, platformOption } from './status.ts';
import type { Streams } from './streams.ts';

/** Adds `squadkit resources`, by which a plan asks another version what it makes of the same documents. */
export const addResources = (program: Command, { out }: Streams): void => {
  program
    .command('resources')
    .description('write what this version makes of each Service, a line of JSON each; --base-version asks for it')
    .argument('[directory]', 'the tree', '.')
    .addOption(platformOption())
    .option('--at <commit>', 'the tree as it was in this commit')
    .addHelpText('after', exitStatuses)
    .action((directory: string, { at, ...options }: { at?: string; platform?: string }) => {
      const { target, base } = load(directory, { ...options, ...(at !== undefined && { base: at }) });
      for (const line of resourceLines(base ?? target)) out(line);
    });
};
