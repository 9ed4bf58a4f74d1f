import { Command } from 'commander';
import { certificatesIn, loginIn, storeLoginIn } from './backup/given.ts';
import { parsed, required, storeIn } from './backup/options.ts';
import { tookTooLong } from './providers/postgres/pod.ts';
import { unrestored } from './restore/failure.ts';
import { databaseAt, momentIn } from './restore/into.ts';
import { dataOf } from './restore/outcome.ts';
import { restore } from './restore/restore.ts';
import { carryOut, type ErrandOptions, withErrandOptions } from './retrieve/errand.ts';
import { openerWith } from './retrieve/opened.ts';
import { shelfAt } from './retrieve/shelf.ts';
import { version } from './words/version.ts';

const command = withErrandOptions(new Command('squadkit-restore'), 'bin/pg_restore')
  .description(
    'Restores the last backup of the database of one Service at a moment, or before it, into a database that was made for it and has nothing in it: in one transaction, with the rights that there were, and compared with what was backed up.',
  )
  .version(version)
  .addOption(
    required('--at <moment>', 'the moment, in UTC', parsed(momentIn, 'Expected a moment as 2026-11-28T02:37:04Z.')),
  )
  .requiredOption('--into <database>', 'the database that was made for it: its name follows from the others')
  .requiredOption(
    '--login <directory>',
    "directory with endpoint, port, username and password of the Service's migrator",
  )
  .requiredOption('--reading-login <directory>', 'the same of the login that reads for backups')
  .requiredOption('--authority-file <file>', 'file with the authority of the server')
  .addHelpText(
    'after',
    `
The reader needs s3:ListBucketVersions, s3:GetObject, s3:GetObjectVersion and s3:GetObjectRetention, and should have nothing else.
Begun again, it restores nothing twice: a database that has what the backup has is restored, and one that has something else is left as it is.
A line of JSON on stdout says what was restored; if it is not, one sentence in a line of JSON on stderr says why, and whose move it is.

Exit status: 0 when the backup is restored, and that is reported if it was asked for; ${tookTooLong} when
that took too long; 1 otherwise.`,
  )
  .allowExcessArguments(false)
  .parse();

const options = command.opts<
  ErrandOptions & { at: Date; into: string; login: string; readingLogin: string; authorityFile: string }
>();
if (options.into !== databaseAt(options.of, options.at))
  command.error(
    `error: --into is the database of another moment or Service: expected ${databaseAt(options.of, options.at)}`,
  );

void carryOut({
  ...{ command, options, otherwise: 'not restored', because: unrestored, dataOf },
  work: async (stop, found) => {
    const { of: subject, at: moment, into: database, authorityFile, postgres: programs, work } = options;
    const opener = openerWith(options.identityFile);
    const caBundle = certificatesIn(authorityFile);
    const at = (directory: string) => ({ ...loginIn(directory), database, caBundle });
    const target = { owner: at(options.login), reader: at(options.readingLogin), of: subject.database, stop };
    const shelf = shelfAt(storeIn(options), storeLoginIn(options.reader));

    return restore({
      ...{ subject, moment, shelf, opener, programs, target, authorityFile, work, stop, found },
    }).finally(shelf.close);
  },
  besides: ({ leftOut }) => (leftOut > 0 ? { leftOut } : {}),
});
