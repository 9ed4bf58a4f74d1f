import { reasonIn } from '../outside/reason.ts';

const reasons: Record<string, string> = {
  // SQLSTATE, PostgreSQL 18, errcodes.txt.
  '28P01': 'it refuses the password of the janitor',
  '28000': 'it does not let the janitor in (pg_hba.conf)',
  '42501': 'the janitor may not connect to its database postgres',
  '53300': 'the one connection of the janitor is taken: by another janitor, or one that was cut off a moment ago',
  '57014': 'it takes too long to answer',
  '57P01': 'it ended the connection',
  '57P03': 'it is starting or stopping',
  '55000': 'its database postgres takes no connections',
};

/** Why the janitor did not get what it asked for, in words that never have anything of a secret or of what a server sent. */
export const reasonOf = (thrown: unknown): string =>
  reasonIn(thrown, reasons, 'it answers otherwise than PostgreSQL does');
