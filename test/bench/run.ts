import { Command, InvalidArgumentError } from 'commander';
import { benchFunction } from './function.ts';
import { benchPlan } from './plan.ts';
import { benchServices } from './service.ts';

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number.');

  return value;
};

const command = new Command('npm run bench --').description(
  'Measures Squadkit. Figures are CPU time, counts and medians of one run; compare only what stands in one table.',
);

command
  .command('service')
  .description('from kubectl apply to Ready on the real control plane, alone and many at once')
  .option('--alone <runs>', 'runs of one Service', count, 5)
  .option('--burst <sizes...>', 'how many at once', (size: string, sizes: number[] | undefined) => [
    ...(sizes ?? []),
    count(size),
  ])
  .action(({ alone, burst = [20] }: { alone: number; burst?: number[] }) => benchServices({ alone, bursts: burst }));

command
  .command('function')
  .description('the packaged function: CPU time per call, memory, start, size')
  .option('--peers', 'beside functions made otherwise, built from Go modules and Python packages', false)
  .action(({ peers }: { peers: boolean }) => benchFunction({ peers }));

command
  .command('plan')
  .description('squadkit plan of repositories that grow')
  .option('--services <counts...>', 'how many Services', (size: string, sizes: number[] | undefined) => [
    ...(sizes ?? []),
    count(size),
  ])
  .option('--runs <runs>', 'runs of each', count, 3)
  .action(({ services = [100, 1000, 10_000], runs }: { services?: number[]; runs: number }) =>
    benchPlan({ services, runs }),
  );

await command.parseAsync();
