import { type Command, Option } from 'commander';
import { evidenceOf, serviceIn } from '../evidence/evidence.ts';
import { hubOf } from '../evidence/live/hub.ts';
import { connectionOf } from '../evidence/live/kubeconfig.ts';
import { lookAt } from '../evidence/live/look.ts';
import { jsonOf } from '../evidence/output/json.ts';
import { markdownOf } from '../evidence/output/markdown.ts';
import { textOf } from '../evidence/output/text.ts';
import type { Evidence } from '../evidence/subject.ts';
import { load } from '../tree/load.ts';
import { Misused } from '../tree/problem.ts';
import { type Done, platformOption, throwProblems } from './status.ts';
import type { Streams } from './streams.ts';

const exitStatuses = `
Exit status:
  0  everything that can be seen holds
  1  something does not hold or is refused, the tree cannot be read, or the hub cannot be reached
  2  the command was called wrongly, or there is no such Service`;

interface Options {
  platform?: string;
  format: keyof typeof formats;
  live: boolean;
  kubeconfig?: string;
  context?: string;
}

const formats = { text: textOf, markdown: markdownOf, json: jsonOf };

/** Adds `squadkit evidence`; `done` gets its exit status. */
export const addEvidence = (program: Command, { out }: Streams, done: Done): void => {
  program
    .command('evidence')
    .description('say what holds for one Service: who asked, where its data lies, who gets to it, and what guards it')
    .argument('<service>', 'squad/name of the Service')
    .argument('[directory]', 'the tree in which it is', '.')
    .addOption(platformOption())
    .addOption(new Option('--format <format>', 'how to say it').choices(Object.keys(formats)).default('text'))
    .option('--live', 'also look at the hub, which needs read access to what Crossplane keeps there', false)
    .option('--kubeconfig <file>', 'of the hub; default: KUBECONFIG, or ~/.kube/config')
    .option('--context <name>', 'of the kubeconfig; default: the current one')
    .addHelpText('after', exitStatuses)
    .action(async (service: string, directory: string, options: Options) => {
      const evidence = await collected(service, directory, options);
      out(formats[options.format](evidence));
      done(isWell(evidence) ? 0 : 1);
    });
};

const collected = async (service: string, directory: string, options: Options): Promise<Evidence> => {
  if (!options.live && (options.kubeconfig !== undefined || options.context !== undefined)) {
    throw new Misused('--kubeconfig and --context are for a look at a hub: add --live');
  }
  const { target } = load(directory, options);
  throwProblems(target.problems);
  const subject = evidenceOf(target, serviceIn(target, service));
  if (!options.live || subject.evidence.refused !== undefined) return subject.evidence;

  const live = await lookAt(hubOf(connectionOf(options)), subject, target, new Date());
  return { ...subject.evidence, live };
};

const isWell = ({ refused, live }: Evidence): boolean =>
  refused === undefined &&
  (live === undefined || Object.values(live.verdicts).every(({ verdict }) => verdict !== 'does not hold'));
