import { type Command, Option } from 'commander';
import { problemsText } from '../plan/output/text.ts';
import { problemsOf } from '../plan/validate.ts';
import { load } from '../tree/load.ts';
import { jsonText } from '../words/json.ts';
import { type Done, exitStatuses, platformOption, status } from './status.ts';
import type { Streams } from './streams.ts';

/** Adds `squadkit validate`; `done` gets its exit status. */
export const addValidate = (program: Command, { out, error }: Streams, done: Done): void => {
  program
    .command('validate')
    .description('find everything in a tree that is wrong or not allowed, with line and column')
    .argument('[directory]', 'the tree to look at', '.')
    .addOption(platformOption())
    .addOption(new Option('--format <format>', 'how to say it').choices(['text', 'json']).default('text'))
    .addHelpText('after', exitStatuses)
    .action((directory: string, options: { platform?: string; format: 'text' | 'json' }) => {
      const problems = problemsOf(load(directory, options).target);
      if (options.format === 'json') out(jsonText(problems));
      else error(problemsText({ problems }));
      done(problems.length > 0 ? status.refused : status.fine);
    });
};
