import { type Command, Option } from 'commander';
import { clusterOf } from '../doctor/cluster.ts';
import { examineHub, examineRemote } from '../doctor/doctor.ts';
import { jsonOf } from '../doctor/output/json.ts';
import { textOf } from '../doctor/output/text.ts';
import { namesOfBad, settled } from '../doctor/settled.ts';
import { sendTo } from '../evidence/live/hub.ts';
import { connectionOf } from '../evidence/live/kubeconfig.ts';
import { renewing } from '../evidence/live/renewing.ts';
import { Misused } from '../tree/problem.ts';
import { printable } from '../words/printable.ts';
import type { Done } from './status.ts';
import type { Streams } from './streams.ts';
import { millisecondsIn } from './time.ts';

const help = `
What is checked is what package/install of this version applies: each object is there and says what it must, and
besides whether it has the effect. Nothing is written: what nobody may do is tried by dry runs only. Of Secrets it
reads names and keys, no value. You need the right to read everything of the clusters, and to create and patch for the dry
runs.

Each line says in which cluster, what was found (ok, missing, wrong, weak, or hidden from you), of what, and who does
what about it.

What was just applied may be on its way still: with --wait, what is not well is looked at again until all is well or the
time is over, and what is not yet is told meanwhile.

Exit status:
  0  all is well
  1  something is not (with --wait: at the end of the time), or cannot be seen, or a cluster cannot be reached
  2  the command was called wrongly

Examples:
  squadkit doctor
  squadkit doctor --wait 5m
  squadkit doctor --context hub --remote aqua=aqua.kubeconfig --remote blue=::blue-admin`;

interface Options {
  kubeconfig?: string;
  context?: string;
  remote: Remote[];
  wait: string;
  format: keyof typeof formats;
}

/** A cluster of a Zone: what it is called here, and how it is reached. */
interface Remote {
  name: string;
  kubeconfig: string | undefined;
  context: string | undefined;
}

const formats = { text: textOf, json: jsonOf };

/** @throws Misused if it is not a name and a kubeconfig, or names something twice */
const remote = (value: string, before: Remote[]): Remote[] => {
  const [, name, kubeconfig, context] = /^([^=:\s]+)=(.*?)(?:::(.+))?$/.exec(value) ?? [];
  if (name === undefined || (kubeconfig === '' && context === undefined)) {
    throw new Misused(
      `--remote takes a name and a kubeconfig, as in aqua=aqua.kubeconfig, and not ${JSON.stringify(value)}`,
    );
  }
  if (name === 'hub' || before.some((other) => other.name === name)) {
    throw new Misused(`--remote calls two clusters ${name}: give each a name of its own`);
  }

  return [...before, { name, kubeconfig: kubeconfig || undefined, context }];
};

/** Adds `squadkit doctor`; `done` gets its exit status. */
export const addDoctor = (program: Command, { out, error }: Streams, done: Done): void => {
  program
    .command('doctor')
    .description('check an installation from outside: what is missing, wrong or too weak, and who must act')
    .option('--kubeconfig <file>', 'of the hub; default: KUBECONFIG, or ~/.kube/config')
    .option('--context <name>', 'of the kubeconfig; default: the current one')
    .option(
      '--remote <name=kubeconfig[::context]>',
      'also a cluster that a Zone registers; without a kubeconfig: a context of the default one; may be repeated',
      remote,
      [],
    )
    .option('--wait <time>', 'look again until all is well, for so long at most, as 90s or 5m', '0s')
    .addOption(new Option('--format <format>', 'how to say it').choices(Object.keys(formats)).default('text'))
    .addHelpText('after', help)
    .action(async ({ kubeconfig, context, remote: remotes, wait, format }: Options) => {
      const milliseconds = millisecondsIn('--wait', wait);
      // All kubeconfigs are read before anybody is asked.
      const examine = renewing(
        () => ({
          hub: reached('hub', { kubeconfig, context }),
          others: remotes.map(({ name, ...where }) => reached(name, where)),
        }),
        ({ hub, others }) => Promise.all([examineHub(hub, new Date()), ...others.map(examineRemote)]),
      );
      const examinations = await settled(examine, milliseconds, (line) => error(`${printable(line)}\n`));
      out(formats[format](examinations));
      done(namesOfBad(examinations).length === 0 ? 0 : 1);
    });
};

const reached = (name: string, where: Parameters<typeof connectionOf>[0]) => {
  const connection = connectionOf(where);

  return clusterOf(sendTo(connection), { name, server: connection.server });
};
