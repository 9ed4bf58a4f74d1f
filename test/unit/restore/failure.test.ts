import { expect, test } from 'vitest';
import { saidOfRestore, saidOfServer } from '../../../functions/restore/failure.ts';
import { Failed } from '../../../functions/retrieve/failure.ts';

const canary = 'canary-of-a-row';
const refused = (text: string) => `pg_restore: error: could not execute query: ERROR:  ${text}`;

test.each<[string, number | NodeJS.Signals | null, string, string, RegExp]>([
  [refused('permission denied for schema x'), 1, 'rights', 'Platform', /rights that the owner has not$/],
  [refused('must be owner of table x'), 1, 'rights', 'Platform', /rights/],
  [refused('type "public.citext" does not exist'), 1, 'incomplete', 'Squad', /needs what is not there$/],
  [refused('relation "x" already exists'), 1, 'occupied', 'Squad', /^there is something in the new database/],
  [
    refused('duplicate key value violates unique constraint "pg_type_typname_nsp_index"'),
    ...([1, 'occupied', 'Squad', /^there is something/] as const),
  ],
  [refused('duplicate key value violates unique constraint "x"'), 1, 'content', 'Squad', /^the server refuses/],
  [refused('Relation »x« existiert nicht'), 1, 'content', 'Squad', /^the server refuses/],
  [refused('could not extend file "base/1": No space left on device'), 1, 'space', 'Platform', /no space left$/],
  [refused('out of shared memory'), 1, 'space', 'Platform', /not enough memory$/],
  [
    'pg_restore: error: connection to server at "x", port 1 failed: FATAL:  password authentication failed for user "x"',
    ...([1, 'server', 'SRE', /^server: it refuses the password of the login$/] as const),
  ],
  [
    'pg_restore: error: connection to server at "x", port 1 failed: Connection refused',
    ...([1, 'server', 'SRE', /^server: the connection was cut$/] as const),
  ],
  ['pg_restore: error: error returned by PQputCopyData: SSL SYSCALL error: EOF detected', 1, 'server', 'SRE', /cut$/],
  ['pg_restore: error: COPY failed for table "x": server closed the connection', 1, 'server', 'SRE', /cut$/],
  ['pg_restore: error: unsupported version (1.17) in file header', 1, 'version', 'Platform', /later pg_dump/],
  ['pg_restore: error: could not read from input file: end of file', 1, 'damaged', 'Platform', /not all of one$/],
  ['No space left', 1, 'damaged', 'Platform', /^the dump cannot be restored: pg_restore ended with status 1$/],
  ['', 'SIGKILL', 'machine', 'SRE', /^pg_restore was ended by SIGKILL$/],
])('of %j it is said what it is, and whose move', (written, end, kind, actor, because) => {
  const said = saidOfRestore(`${written}\nDETAIL:  Key (x)=(${canary} permission denied) is there\n${canary}`, end);

  expect(said).toMatchObject({ kind, message: expect.stringMatching(because) });
  expect(said.message).not.toContain(canary);
  expect(said.move).toEqual({ actor, next: expect.any(String) });
});

test.each<[object, string, string, RegExp]>([
  [{ code: '28P01' }, 'server', 'SRE', /^server: it refuses the password of the login$/],
  [{ code: 'ECONNREFUSED' }, 'server', 'SRE', /^server: the connection is refused$/],
  [{ code: '42501' }, 'occupied', 'Squad', /^there is something else in the new database, which may not be read$/],
  [{ code: '53100' }, 'space', 'Platform', /no space left$/],
  [{ code: '53200' }, 'space', 'Platform', /not enough memory$/],
  [new Failed('damaged', 'what it was'), 'damaged', 'Platform', /^what it was$/],
])('of what a connection rejects with, %j', (thrown, kind, actor, because) => {
  const said = saidOfServer(thrown);

  expect(said).toMatchObject({ kind, message: expect.stringMatching(because), move: { actor } });
});
