import { Command, Option } from 'commander';
import { backUp } from './backup/back-up.ts';
import { certificatesIn, loginIn, storeLoginIn } from './backup/given.ts';
import type { Manifest } from './backup/manifest.ts';
import {
  type CommonOptions,
  demandHub,
  hubOptions,
  matching,
  numberTo,
  parsed,
  required,
  stoppedBySignal,
  storeIn,
  storeOptions,
  subjectOption,
} from './backup/options.ts';
import { type Outcome, report } from './backup/report.ts';
import { storeAt } from './backup/store.ts';
import { isDatabaseOf } from './backup/subject.ts';
import { Unusable } from './outside/reason.ts';
import { isMark } from './ownership/mark.ts';
import { mostBackupMinutes, tookTooLong } from './providers/postgres/pod.ts';
import { createLog, describeThrown, type LogFields } from './server/log.ts';
import { version } from './words/version.ts';

const recipient = matching(/^age1[0-9a-z]{20,4000}$/, 'Expected a public key of age, as age1….');

const command = new Command('squadkit-backup');
for (const option of [subjectOption(), ...storeOptions(), ...hubOptions()]) command.addOption(option);
command
  .description(
    'Makes one backup of the database of one Service: one moment of it, compressed and encrypted for the recipients as it is read, in a store that speaks S3, and then what is known of it.',
  )
  .version(version)
  .addOption(
    required(
      '--mark <mark>',
      "name of the schema by which the database is known to be the Service's own",
      parsed((text) => (isMark(text) ? text : undefined), 'Expected squadkit_ and 24 hexadecimal digits.'),
    ),
  )
  .option(
    '--database <name>',
    'the database, where it began with a backup: its own name, a hyphen and what is behind it',
  )
  .requiredOption('--login <directory>', 'directory with endpoint, port, username and password of the login that reads')
  .requiredOption('--authority-file <file>', 'file with the authority of the server')
  .requiredOption('--writer <directory>', 'directory with accessKeyId and secretAccessKey, which may only put')
  .addOption(
    new Option('--recipient <key...>', 'public keys of age, of all who may read the backup')
      .argParser((text: string, before: string[] | undefined) => [...(before ?? []), recipient(text)])
      .makeOptionMandatory(),
  )
  .addOption(
    required(
      '--keep-days <days>',
      'for how many days the store lets nobody delete it',
      numberTo(36_500, 'Expected days from 1 to 36500.'),
    ),
  )
  .option(
    '--most-minutes <number>',
    'for how long it goes on',
    numberTo(10_000, 'Expected minutes from 1 to 10000.'),
    mostBackupMinutes,
  )
  .option('--pg-dump <path>', 'pg_dump, of the major version of the server or a later one', 'pg_dump')
  .addHelpText(
    'after',
    `
The writer needs s3:PutObject, s3:PutObjectRetention and s3:AbortMultipartUpload, and should have nothing else.
A line of JSON on stdout says what was made; a failure is one sentence in a line of JSON on stderr, and leaves no backup.

Exit status: 0 when the backup and its manifest are in the store, and reported if that was asked for; ${tookTooLong} when
that took too long; 1 otherwise.`,
  )
  .allowExcessArguments(false)
  .parse();

const options = command.opts<
  CommonOptions & {
    mark: string;
    database?: string;
    login: string;
    authorityFile: string;
    writer: string;
    recipient: string[];
    keepDays: number;
    mostMinutes: number;
    pgDump: string;
  }
>();
const log = createLog();
const stopped = stoppedBySignal(20_000);
const late = AbortSignal.timeout(options.mostMinutes * 60_000);

const order = async (): Promise<Manifest> => {
  const { of: subject, mark, authorityFile, recipient: recipients, database = subject.database } = options;
  const login = { ...loginIn(options.login), database, caBundle: certificatesIn(authorityFile) };
  const store = storeAt(storeIn(options), storeLoginIn(options.writer));

  return backUp({
    ...{ subject, mark, login, authorityFile, program: options.pgDump, store, recipients },
    ...{ keepDays: options.keepDays, stop: AbortSignal.any([stopped, late]) },
  }).finally(store.close);
};

/** One sentence; of what nobody foresaw only where it was thrown. */
const whyNot = (error: unknown): LogFields => {
  if (stopped.aborted) return { because: 'it was stopped' };
  if (late.aborted) return { because: `it takes longer than ${options.mostMinutes} minutes` };
  if (error instanceof Unusable) return { because: error.message };

  return { because: 'a fault of the program', ...describeThrown(error) };
};

/** Says on the hub what came of it, if that is asked for; that it cannot be said is a failure of its own. */
const tell = async (outcome: Outcome): Promise<void> => {
  const { report: place, hub: server, hubTokenFile: tokenFile, hubAuthorityFile: authorityFile } = options;
  if (place === undefined || server === undefined) return;
  // Whoever stops us waits only so long.
  const waits = stopped.aborted ? [] : undefined;
  await report({ server, tokenFile, authorityFile }, place, outcome, waits).catch((error: unknown) => {
    process.exitCode = 1;
    log.error('not reported', { of: options.of.name, ...whyNot(error) });
  });
};

demandHub(command, options);
if (options.database !== undefined && !isDatabaseOf(options.of, options.database))
  command.error(`error: --database: use ${options.of.database}, or that with a hyphen and 6 or 7 letters behind it`);

order().then(
  async (manifest) => {
    const { sealedContents: _, ...said } = manifest;
    process.stdout.write(`${JSON.stringify(said)}\n`);
    await tell({ made: manifest });
  },
  async (error: unknown) => {
    process.exitCode = late.aborted && !stopped.aborted ? tookTooLong : 1;
    const why = whyNot(error);
    log.error('not backed up', { of: options.of.name, ...why });
    await tell({ failed: String(why.because), at: new Date() });
  },
);
