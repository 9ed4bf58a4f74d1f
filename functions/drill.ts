import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { storeLoginIn } from './backup/given.ts';
import type { Manifest } from './backup/manifest.ts';
import {
  type CommonOptions,
  demandHub,
  hubOptions,
  numberTo,
  stoppedBySignal,
  storeIn,
  storeOptions,
  subjectOption,
} from './backup/options.ts';
import { say } from './backup/report.ts';
import { orUnproven, Unproven } from './drill/failure.ts';
import { openerWith } from './drill/opened.ts';
import { dataOf, factsOf, type Outcome } from './drill/outcome.ts';
import { prove } from './drill/prove.ts';
import { shelfAt } from './drill/shelf.ts';
import { reasonIn } from './outside/reason.ts';
import { createLog, describeThrown } from './server/log.ts';
import { version } from './words/version.ts';

const command = new Command('squadkit-drill');
for (const option of [subjectOption(), ...storeOptions(), ...hubOptions()]) command.addOption(option);
command
  .description(
    'Proves the newest backup of the database of one Service: fetches and opens it, restores it into a PostgreSQL server of its own that lives as long as the drill, and compares what is in it with what was backed up.',
  )
  .version(version)
  .requiredOption('--reader <directory>', 'directory with accessKeyId and secretAccessKey, which may only look')
  .requiredOption('--identity-file <file>', 'file with private keys of age, as age-keygen writes it')
  .option('--postgres <directory>', 'folder with bin/initdb, bin/postgres and bin/pg_restore', '/usr/lib/postgresql')
  .option('--work <directory>', 'folder with room for twice the database', tmpdir())
  .option(
    '--most-minutes <number>',
    'for how long it goes on',
    numberTo(10_000, 'Expected minutes from 1 to 10000.'),
    240,
  )
  .addHelpText(
    'after',
    `
The reader needs s3:ListBucketVersions, s3:GetObject, s3:GetObjectVersion and s3:GetObjectRetention, and should have nothing else.
A line of JSON on stdout says what was proven; if it is not, one sentence in a line of JSON on stderr says why, and whose move it is.

Exit status: 0 when the backup is proven, and that is reported if it was asked for; 1 otherwise.`,
  )
  .allowExcessArguments(false)
  .parse();

const options = command.opts<
  CommonOptions & {
    reader: string;
    identityFile: string;
    postgres: string;
    work: string;
    mostMinutes: number;
  }
>();
const log = createLog();
const stopped = stoppedBySignal(25_000);
const late = AbortSignal.timeout(options.mostMinutes * 60_000);
const since = Date.now();

let backup: Manifest | undefined;

const order = async (): Promise<Manifest> => {
  const { of: subject, postgres: programs, work } = options;
  const opener = openerWith(options.identityFile);
  const shelf = shelfAt(storeIn(options), storeLoginIn(options.reader));
  const stop = AbortSignal.any([stopped, late]);
  const found = (manifest: Manifest) => {
    backup = manifest;
  };

  return prove({ ...{ subject, shelf, opener, programs, work, stop, found } }).finally(shelf.close);
};

/** One sentence, and whose move it is; of what nobody foresaw only where it was thrown. */
const whyNot = (error: unknown): Unproven => {
  if (stopped.aborted) return new Unproven('machine', 'it was stopped');
  if (late.aborted) return new Unproven('time', `it takes longer than ${options.mostMinutes} minutes`);
  try {
    return orUnproven(error, 'store');
  } catch {
    log.error('a fault of the program', describeThrown(error));

    return new Unproven('machine', reasonIn(error, {}, 'a fault of the program'));
  }
};

/** Says on the hub what came of it, if that is asked for; that it cannot be said is a failure of its own. */
const tell = async (outcome: Outcome): Promise<void> => {
  const { report: place, hub: server, hubTokenFile: tokenFile, hubAuthorityFile: authorityFile } = options;
  if (place === undefined || server === undefined) return;
  // Whoever stops us waits only so long.
  const waits = stopped.aborted ? [] : undefined;
  const saying = { program: 'squadkit-drill', data: dataOf(outcome) };
  await say({ server, tokenFile, authorityFile }, place, saying, waits).catch((error: unknown) => {
    process.exitCode = 1;
    log.error('not reported', { of: options.of.name, because: reasonIn(error, {}, 'a fault of the program') });
  });
};

demandHub(command, options);

order()
  .then(() => undefined, whyNot)
  .then(async (because) => {
    const at = new Date();
    const outcome: Outcome = {
      ...{ at, seconds: Math.round((at.getTime() - since) / 1000), backup },
      ...(because !== undefined && { because }),
    };
    const facts = factsOf(outcome);
    if (because === undefined) process.stdout.write(`${JSON.stringify({ of: options.of.name, ...facts })}\n`);
    if (because !== undefined) {
      process.exitCode = 1;
      log.error('not proven', { of: options.of.name, ...facts });
    }
    await tell(outcome);
  });
