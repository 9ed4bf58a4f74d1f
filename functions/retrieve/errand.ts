import { tmpdir } from 'node:os';
import type { Command } from 'commander';
import type { Manifest } from '../backup/manifest.ts';
import {
  type CommonOptions,
  demandHub,
  hubOptions,
  numberTo,
  stoppedBySignal,
  storeOptions,
  subjectOption,
} from '../backup/options.ts';
import { say } from '../backup/report.ts';
import { reasonIn } from '../outside/reason.ts';
import { tookTooLong } from '../providers/postgres/pod.ts';
import { createLog, describeThrown } from '../server/log.ts';
import { Failed, type Move, orFailed } from './failure.ts';
import { factsOf, type Outcome } from './outcome.ts';

/** What the options of whoever takes a backup out of a store give. */
export interface ErrandOptions extends CommonOptions {
  reader: string;
  identityFile: string;
  postgres: string;
  work: string;
  mostMinutes: number;
}

/**
 * Gives a program the options of whoever takes a backup out of a store.
 *
 * @param programs which of PostgreSQL it needs
 */
export const withErrandOptions = (command: Command, programs: string): Command => {
  for (const option of [subjectOption(), ...storeOptions(), ...hubOptions()]) command.addOption(option);

  return command
    .requiredOption('--reader <directory>', 'directory with accessKeyId and secretAccessKey, which may only look')
    .requiredOption('--identity-file <file>', 'file with private keys of age, as age-keygen writes it')
    .option('--postgres <directory>', `folder with ${programs}`, '/usr/lib/postgresql')
    .option('--work <directory>', 'folder with room for twice the database', tmpdir())
    .option(
      '--most-minutes <number>',
      'for how long it goes on',
      numberTo(10_000, 'Expected minutes from 1 to 10000.'),
      240,
    );
};

/** What is done with a backup, once, and how it is said what came of it. */
export interface Errand<Done> {
  command: Command;
  options: ErrandOptions;
  /** What the log says where nothing comes of it. */
  otherwise: string;
  /** Does it. @param found told which backup it is, once that is known. Rejects with a Failed, an Unusable, or a fault */
  work: (stop: AbortSignal, found: (manifest: Manifest) => void) => Promise<Done>;
  /** A failure, with whose move it is. */
  because: (failed: Failed) => { message: string; move: Move };
  /** What is said besides of what was done. */
  besides: (done: Done) => Record<string, string | number>;
  /** What is written on the hub. */
  dataOf: (outcome: Outcome, besides: Record<string, string | number>) => Record<string, string | null>;
}

/**
 * Does it, says in one line what came of it, on stdout or else on stderr, and on the hub if that is asked for. The exit status
 * is 0 only if it is done, and said.
 */
export const carryOut = async <Done>(errand: Errand<Done>): Promise<void> => {
  const { command, options, otherwise } = errand;
  demandHub(command, options);
  const log = createLog();
  const stopped = stoppedBySignal(25_000);
  const late = AbortSignal.timeout(options.mostMinutes * 60_000);
  const since = Date.now();
  let backup: Manifest | undefined;

  /** One sentence; of what nobody foresaw only where it was thrown. */
  const whyNot = (error: unknown): Failed => {
    if (stopped.aborted) return new Failed('machine', 'it was stopped');
    if (late.aborted) return new Failed('time', `it takes longer than ${options.mostMinutes} minutes`);
    try {
      return orFailed(error, 'store');
    } catch {
      log.error('a fault of the program', describeThrown(error));

      return new Failed('machine', reasonIn(error, {}, 'a fault of the program'));
    }
  };

  /** Says on the hub what came of it, if that is asked for; that it cannot be said is a failure of its own. */
  const tell = async (data: Record<string, string | null>): Promise<void> => {
    const { report: place, hub: server, hubTokenFile: tokenFile, hubAuthorityFile: authorityFile } = options;
    if (place === undefined || server === undefined) return;
    // Whoever stops us waits only so long.
    const waits = stopped.aborted ? [] : undefined;
    const saying = { program: command.name(), data };
    await say({ server, tokenFile, authorityFile }, place, saying, waits).catch((error: unknown) => {
      process.exitCode = 1;
      log.error('not reported', { of: options.of.name, because: reasonIn(error, {}, 'a fault of the program') });
    });
  };

  const came = await Promise.resolve()
    .then(() =>
      errand.work(AbortSignal.any([stopped, late]), (manifest) => {
        backup = manifest;
      }),
    )
    .then(
      (done) => ({ besides: errand.besides(done) }),
      (error: unknown) => ({ besides: {}, because: errand.because(whyNot(error)) }),
    );
  const at = new Date();
  const { besides, ...why } = came;
  const outcome: Outcome = { at, seconds: Math.round((at.getTime() - since) / 1000), backup, ...why };
  const facts = { of: options.of.name, ...factsOf(outcome), ...besides };
  if (outcome.because === undefined) process.stdout.write(`${JSON.stringify(facts)}\n`);
  else {
    process.exitCode = late.aborted && !stopped.aborted ? tookTooLong : 1;
    log.error(otherwise, facts);
  }
  await tell(errand.dataOf(outcome, besides));
};
