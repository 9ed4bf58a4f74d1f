import { Command, InvalidArgumentError } from 'commander';
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

await command.parseAsync();
