import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { codeownersOf } from '../plan/approval/codeowners.ts';
import type { Change } from '../plan/change.ts';
import { jsonOf } from '../plan/output/json.ts';
import { markdownOf } from '../plan/output/markdown.ts';
import { countedIn, type Report } from '../plan/output/summary.ts';
import { problemsText, textOf } from '../plan/output/text.ts';
import { planOf } from '../plan/plan.ts';
import { problemsOf } from '../plan/validate.ts';
import { resourceLines, resourcesOfVersion } from '../plan/versions.ts';
import { version } from '../server/version.ts';
import { rootOf } from '../tree/git.ts';
import { type Loaded, load } from '../tree/load.ts';
import { Misused, type Problem, Unplannable } from '../tree/problem.ts';
import { isAtLeast, type Risk, risks } from '../words/risk.ts';
import { addEvidence } from './evidence.ts';

/** Where a command writes. */
export interface Streams {
  out: (text: string) => void;
  error: (text: string) => void;
  /** Whether what is written out is read on a terminal that shows colours. */
  colour: boolean;
}

/** Exit statuses; they are part of the interface. */
const status = { fine: 0, refused: 1, misused: 2, tooRisky: 3 } as const;

const exitStatuses = `
Exit status:
  0  fine
  1  something is refused, or the tree cannot be read
  2  the command was called wrongly
  3  there is a change of at least the risk given to --fail-on`;

interface PlanOptions {
  base?: string;
  platform?: string;
  format: 'text' | 'markdown' | 'json';
  squad?: string[];
  service?: string[];
  resources: boolean;
  failOn?: Risk;
  baseVersion?: string;
}

const platformOption = () =>
  new Option('--platform <directory>', 'where the Zones and Squads are, if they are not in the tree itself');

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** Runs the command line tool and returns its exit status. */
export const run = async (args: string[], streams: Streams): Promise<number> => {
  let result: number = status.fine;
  const program = new Command('squadkit')
    .description('Says what a tree of Squadkit documents will do, before anything is applied.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.error });

  program
    .command('plan')
    .description('say what will be created, changed, removed and kept, how risky it is and who must agree')
    .argument('[directory]', 'the tree to plan', '.')
    .option('--base <revision or directory>', 'what is there now; without it everything counts as new')
    .addOption(platformOption())
    .addOption(new Option('--format <format>', 'how to say it').choices(['text', 'markdown', 'json']).default('text'))
    .option('--squad <name>', 'only what touches this squad; may be repeated', collect)
    .option('--service <name>', 'only this Service, as name or squad/name; may be repeated', collect)
    .option('--resources', 'also the resources underneath, as a diff of each', false)
    .addOption(new Option('--fail-on <risk>', 'exit with 3 if a change has at least this risk').choices(risks.slice(1)))
    .option('--base-version <file>', 'another squadkit.mjs: also say what changes because of the version')
    .addHelpText('after', exitStatuses)
    .action(async (directory: string, options: PlanOptions) => {
      result = await plan(directory, options, streams);
    });

  program
    .command('validate')
    .description('find everything in a tree that is wrong or not allowed, with line and column')
    .argument('[directory]', 'the tree to look at', '.')
    .addOption(platformOption())
    .addOption(new Option('--format <format>', 'how to say it').choices(['text', 'json']).default('text'))
    .addHelpText('after', exitStatuses)
    .action((directory: string, options: { platform?: string; format: 'text' | 'json' }) => {
      const problems = problemsOf(load(directory, options).target);
      if (options.format === 'json') streams.out(`${JSON.stringify(problems, null, 2)}\n`);
      else streams.error(problemsText({ problems }));
      result = problems.length > 0 ? status.refused : status.fine;
    });

  program
    .command('codeowners')
    .description('write CODEOWNERS: each squad owns its folder, and nobody their own guard rails')
    .argument('[directory]', 'the tree', '.')
    .option('--check <file>', 'write nothing, and exit with 1 unless this file is what would be written')
    .addHelpText('after', exitStatuses)
    .action((directory: string, { check }: { check?: string }) => {
      const { target } = load(directory);
      throwProblems(target.problems);
      const text = codeownersOf(target, rootOf(directory));
      if (check === undefined) streams.out(text);
      else if (contentOf(check) !== text) {
        throw new Unplannable(
          `${check} is not what \`squadkit codeowners\` writes: run it again and commit the result`,
        );
      }
    });

  program
    .command('resources')
    .description('write what this version makes of each Service, a line of JSON each; --base-version asks for it')
    .argument('[directory]', 'the tree', '.')
    .addOption(platformOption())
    .option('--at <commit>', 'the tree as it was in this commit')
    .addHelpText('after', exitStatuses)
    .action((directory: string, { at, ...options }: { at?: string; platform?: string }) => {
      const { target, base } = load(directory, { ...options, ...(at !== undefined && { base: at }) });
      for (const line of resourceLines(base ?? target)) streams.out(line);
    });

  addEvidence(program, streams, (evident) => {
    result = evident;
  });

  try {
    await program.parseAsync(args, { from: 'user' });
    return result;
  } catch (error) {
    return failed(error, streams);
  }
};

const failed = (error: unknown, streams: Streams): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? status.fine : status.misused;
  if (!(error instanceof Unplannable || error instanceof Misused)) throw error;

  streams.error(`squadkit: ${error.message}\n`);
  return error instanceof Misused ? status.misused : status.refused;
};

const throwProblems = (problems: Problem[]): void => {
  if (problems.length > 0) throw new Unplannable(problemsText({ problems }).trimEnd());
};

const contentOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

const plan = async (directory: string, options: PlanOptions, streams: Streams): Promise<number> => {
  const report = await reportFor(directory, options);
  const { problems } = report;
  streams.error(problemsText({ problems }));
  streams.out(written(report, options, streams));

  const changes = report.plan?.changes ?? [];
  if (problems.length > 0 || changes.some(({ refused }) => refused)) return status.refused;
  const { failOn } = options;
  return failOn !== undefined && changes.some(({ risk }) => isAtLeast(risk, failOn)) ? status.tooRisky : status.fine;
};

/** A pull request shows what is read from the output: there, what stands in the way is part of it. */
const reportFor = async (directory: string, options: PlanOptions): Promise<Report> => {
  try {
    return await reportOf(directory, options, load(directory, options));
  } catch (error) {
    if (!(error instanceof Unplannable) || options.format === 'text') throw error;
    const counted = { services: 0, squads: 0, zones: 0, files: 0 };
    const problems = [{ file: directory, message: error.message }];
    return { plan: undefined, problems, comparedWith: undefined, notes: [], counted, withResources: false };
  }
};

const written = (report: Report, { format }: PlanOptions, { colour }: Streams): string => {
  if (format === 'json') return jsonOf(report);
  return format === 'markdown' ? markdownOf(report) : textOf(report, { colour });
};

const reportOf = async (directory: string, options: PlanOptions, loaded: Loaded): Promise<Report> => {
  const { target, base, comparedWith, notes } = loaded;
  const { problems } = target;
  const withResources = options.resources;
  const report = { problems, comparedWith, notes, counted: countedIn(target), withResources };
  if (problems.length > 0) return { ...report, plan: undefined };

  const isAsked = filter(options, loaded);
  if (options.baseVersion === undefined) return { ...report, plan: planOf({ target, base, withResources, isAsked }) };

  const otherVersion = await resourcesOfVersion(options.baseVersion, otherArguments(directory, options, loaded));
  return {
    ...report,
    comparedWith: [comparedWith ?? 'the same tree', `made by ${options.baseVersion}`].join(', '),
    plan: planOf({ target, base: base ?? target, otherVersion, withResources, isAsked }),
  };
};

/** The other version reads the same base: a commit, a directory, or the tree itself. */
const otherArguments = (directory: string, { base, platform }: PlanOptions, { commit }: Loaded): string[] => [
  commit === undefined ? (base ?? directory) : directory,
  ...(platform === undefined ? [] : ['--platform', platform]),
  ...(commit === undefined ? [] : ['--at', commit]),
];

/** @throws Misused if nothing has that name: an empty plan would look like good news */
const filter = ({ squad, service }: PlanOptions, { target, base }: Loaded): ((change: Change) => boolean) => {
  const squads = [...target.squads.keys(), ...(base?.squads.keys() ?? [])];
  const services = [...target.services.keys(), ...(base?.services.keys() ?? [])];
  const isService = (asked: string) => (name: string) => name === asked || name.split('/')[1] === asked;
  const unknownSquad = squad?.find((name) => !squads.includes(name));
  const unknownService = service?.find((asked) => !services.some(isService(asked)));
  if (unknownSquad !== undefined) throw new Misused(`there is no squad ${unknownSquad} in this tree`);
  if (unknownService !== undefined) throw new Misused(`there is no Service ${unknownService} in this tree`);

  return (change) =>
    (squad === undefined || squad.some((name) => change.squads.includes(name))) &&
    (service === undefined ||
      (change.kind === 'Service' &&
        // A renamed Service is asked for by either name.
        service.some(
          (asked) => isService(asked)(change.name) || (change.was !== undefined && isService(asked)(change.was)),
        )));
};
