import { Command, InvalidArgumentError } from 'commander';
import { benchBackup } from './backup.ts';
import { benchCodec } from './codec.ts';
import { benchFunction } from './function.ts';
import { benchMany } from './many/index.ts';
import { benchPlan } from './plan.ts';
import { benchServices } from './service.ts';

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number.');

  return value;
};

const atLeastOne = (text: string): number => {
  if (count(text) === 0) throw new InvalidArgumentError('Expected at least 1.');

  return count(text);
};

/** For an option that takes several. */
const several = (text: string, values: number[] | undefined): number[] => [...(values ?? []), atLeastOne(text)];

const command = new Command('npm run bench --').description(
  'Measures Squadkit. Figures are CPU time, counts and medians of one run; compare only what stands in one table.',
);

command
  .command('service')
  .description('from kubectl apply to Ready on the real control plane, alone and many at once')
  .option('--alone <runs>', 'runs of one Service', count, 5)
  .option('--burst <sizes...>', 'how many at once', several)
  .action(({ alone, burst = [20] }: { alone: number; burst?: number[] }) => benchServices({ alone, bursts: burst }));

command
  .command('many')
  .description('many Services at once on a release before and on this tree, in turn')
  .option(
    '--services <sizes...>',
    'how many at once: 1 1 1 20 100 unless given, a size again to measure it again',
    several,
  )
  .option('--rounds <rounds>', 'how often each tree has its turn', atLeastOne, 2)
  .option('--base <revision>', 'what to compare with, any commit of this repository: v0.1.0 unless given')
  .option('--alone', 'only this tree, beside nothing', false)
  .option('--backups', 'this tree without a store and with one, in turn, in place of a release before', false)
  .option(
    '--rest <minutes>',
    'how long those of the last size are watched while nothing changes: 0 is not at all',
    count,
    0,
  )
  .option('--restart', 'then parts of the control plane are started again, one after the other', false)
  .option('--json <file>', 'where to write all figures as well, after each measurement')
  .action(
    ({
      services = [1, 1, 1, 20, 100],
      ...options
    }: {
      services?: number[];
      rounds: number;
      base?: string;
      alone: boolean;
      backups: boolean;
      rest: number;
      restart: boolean;
      json?: string;
    }) => benchMany({ sizes: services, ...options }),
  );

command
  .command('backup')
  .description('backing up, proving and restoring databases of documents, beside pg_dump, age and pg_restore')
  .option('--megabytes <sizes...>', 'how large they are', several)
  .action(({ megabytes = [1, 100, 1024] }: { megabytes?: number[] }) => benchBackup(megabytes));

command
  .command('function')
  .description('the packaged function: CPU time per call, memory, start, size')
  .option('--peers', 'beside functions made otherwise, built from Go modules and Python packages', false)
  .action(({ peers }: { peers: boolean }) => benchFunction({ peers }));

command
  .command('codec')
  .description("functions/server/wire beside the SDK's codec: CPU time per message")
  .action(benchCodec);

command
  .command('plan')
  .description('squadkit plan of repositories that grow')
  .option('--services <counts...>', 'how many Services', several)
  .option('--runs <runs>', 'runs of each', count, 3)
  .action(({ services = [100, 1000, 10_000], runs }: { services?: number[]; runs: number }) =>
    benchPlan({ services, runs }),
  );

try {
  await command.parseAsync();
} catch (error) {
  console.error(`npm run bench: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
