import { type Command, Option } from 'commander';
import { commented } from '../pipeline/commented.ts';
import type { Change } from '../plan/change.ts';
import { jsonOf } from '../plan/output/json.ts';
import { markdownOf, marker } from '../plan/output/markdown.ts';
import { countedIn, type Report } from '../plan/output/summary.ts';
import { problemsText, textOf } from '../plan/output/text.ts';
import { planOf } from '../plan/plan.ts';
import { resourcesOfVersion } from '../plan/versions.ts';
import { type Loaded, load, loadRendered } from '../tree/load.ts';
import { Misused, Unplannable } from '../tree/problem.ts';
import { isAtLeast, type Risk, risks } from '../words/risk.ts';
import { type Done, exitStatuses, platformOption, status } from './status.ts';
import type { Streams } from './streams.ts';

interface PlanOptions {
  base?: string;
  platform?: string;
  format: 'text' | 'markdown' | 'json';
  squad?: string[];
  service?: string[];
  resources: boolean;
  failOn?: Risk;
  baseVersion?: string;
  rendered?: string[];
  comment?: true;
}

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** Adds `squadkit plan`; `done` gets its exit status. */
export const addPlan = (program: Command, streams: Streams, done: Done): void => {
  program
    .command('plan')
    .description('say what will be created, changed, removed and kept, how risky it is and who must agree')
    .argument('[directory]', 'the tree to plan', '.')
    .option(
      '--base <revision or directory>',
      'what is there now; a directory begins with ./, ../ or /; without it everything counts as new',
    )
    .addOption(platformOption())
    .addOption(new Option('--format <format>', 'how to say it').choices(['text', 'markdown', 'json']).default('text'))
    .option('--squad <name>', 'only what touches this squad; may be repeated', collect)
    .option('--service <name>', 'only this Service, as name or squad/name; may be repeated', collect)
    .option('--resources', 'also the resources underneath, as a diff of each', false)
    .addOption(new Option('--fail-on <risk>', 'exit with 3 if a change has at least this risk').choices(risks.slice(1)))
    .option('--base-version <file>', 'another squadkit.mjs: also say what changes because of the version')
    .option(
      '--rendered <files...>',
      'before.yaml after.yaml: what Kustomize, Helm or a GitOps engine made of both sides',
    )
    .option(
      '--comment',
      'in a job of GitHub Actions or GitLab CI: also say it in one comment on the pull or merge request',
    )
    .addHelpText(
      'after',
      `${exitStatuses}\n  ${status.tooRisky}  there is a change of at least the risk given to --fail-on`,
    )
    .action(async (directory: string, options: PlanOptions) => {
      done(await plan(directory, options, streams));
    });
};

const plan = async (directory: string, options: PlanOptions, streams: Streams): Promise<number> => {
  const report = await reportFor(directory, options);
  const { problems } = report;
  streams.error(problemsText({ problems }));
  streams.out(written(report, options, streams));
  if (options.comment) streams.error(await commented(marker, markdownOf(report), process.env));

  const changes = report.plan?.changes ?? [];
  if (problems.length > 0 || changes.some(({ refused }) => refused)) return status.refused;
  const { failOn } = options;
  return failOn !== undefined && changes.some(({ risk }) => isAtLeast(risk, failOn)) ? status.tooRisky : status.fine;
};

/** A pull request shows what is read from the output: there, what stands in the way is part of it. */
const reportFor = async (directory: string, options: PlanOptions): Promise<Report> => {
  try {
    return await reportOf(directory, options, loadedFor(directory, options));
  } catch (error) {
    // A comment that stays as it was would be taken for one of now.
    const isTold = error instanceof Unplannable ? options.format !== 'text' || options.comment : options.comment;
    if (!(error instanceof Unplannable || error instanceof Misused) || !isTold) throw error;
    const counted = { services: 0, squads: 0, zones: 0, files: 0 };
    const problems = [{ file: directory, message: error.message }];
    return { plan: undefined, problems, comparedWith: undefined, notes: [], counted, withResources: false };
  }
};

/** @throws Misused if what is rendered is not two files, or is asked for with a tree */
const loadedFor = (directory: string, options: PlanOptions): Loaded => {
  const { rendered, base, baseVersion, platform } = options;
  if (rendered === undefined) return load(directory, options);
  const [before, after, ...more] = rendered;
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Misused('--rendered takes two files: what is there now, and what will be');
  }
  if (base !== undefined || baseVersion !== undefined || directory !== '.') {
    throw new Misused('--rendered takes the place of the tree and of --base: leave those out');
  }

  return loadRendered(before, after, platform);
};

const written = (report: Report, { format }: PlanOptions, { colour }: Streams): string => {
  if (format === 'json') return jsonOf(report);
  return format === 'markdown' ? markdownOf(report) : textOf(report, { colour });
};

const reportOf = async (directory: string, options: PlanOptions, loaded: Loaded): Promise<Report> => {
  const { target, base, past, comparedWith, notes } = loaded;
  const { problems } = target;
  const withResources = options.resources;
  const report = { problems, comparedWith, notes, counted: countedIn(target), withResources };
  if (problems.length > 0) return { ...report, plan: undefined };

  const isAsked = filter(options, loaded);
  if (options.baseVersion === undefined)
    return { ...report, plan: planOf({ target, base, past, withResources, isAsked }) };

  const otherVersion = await resourcesOfVersion(options.baseVersion, otherArguments(directory, options, loaded));
  return {
    ...report,
    comparedWith: [comparedWith ?? 'the same tree', `made by ${options.baseVersion}`].join(', '),
    plan: planOf({ target, base: base ?? target, past, otherVersion, withResources, isAsked }),
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
