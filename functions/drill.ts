import { Command } from 'commander';
import { storeLoginIn } from './backup/given.ts';
import { storeIn } from './backup/options.ts';
import { unproven } from './drill/failure.ts';
import { dataOf } from './drill/outcome.ts';
import { prove } from './drill/prove.ts';
import { tookTooLong } from './providers/postgres/pod.ts';
import { carryOut, type ErrandOptions, withErrandOptions } from './retrieve/errand.ts';
import { openerWith } from './retrieve/opened.ts';
import { shelfAt } from './retrieve/shelf.ts';
import { version } from './words/version.ts';

const command = withErrandOptions(new Command('squadkit-drill'), 'bin/initdb, bin/postgres and bin/pg_restore')
  .description(
    'Proves the newest backup of the database of one Service: fetches and opens it, restores it into a PostgreSQL server of its own that lives as long as the drill, and compares what is in it with what was backed up.',
  )
  .version(version)
  .addHelpText(
    'after',
    `
The reader needs s3:ListBucketVersions, s3:GetObject, s3:GetObjectVersion and s3:GetObjectRetention, and should have nothing else.
A line of JSON on stdout says what was proven; if it is not, one sentence in a line of JSON on stderr says why, and whose move it is.

Exit status: 0 when the backup is proven, and that is reported if it was asked for; ${tookTooLong} when
that took too long; 1 otherwise.`,
  )
  .allowExcessArguments(false)
  .parse();

const options = command.opts<ErrandOptions>();

void carryOut({
  ...{ command, options, otherwise: 'not proven', because: unproven, besides: () => ({}), dataOf },
  work: async (stop, found) => {
    const { of: subject, postgres: programs, work } = options;
    const opener = openerWith(options.identityFile);
    const shelf = shelfAt(storeIn(options), storeLoginIn(options.reader));

    return prove({ ...{ subject, shelf, opener, programs, work, stop, found } }).finally(shelf.close);
  },
});
