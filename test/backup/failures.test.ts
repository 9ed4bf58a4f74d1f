import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../control-plane/certificates.ts';
import { canary, inDatabase, mark, password } from './databases.ts';
import { type Passage, passageTo } from './passage.ts';
import { type Outcome, openScene, type Scene, type Wrong } from './scene.ts';
import { makeBucket, secretOf } from './store.ts';

let scene: Scene;
let otherAuthority: string;
/** Ways under a name that no certificate has. */
let [toServer, toStore]: [Passage, Passage] = [] as never;

beforeAll(async () => {
  scene = await openScene();
  otherAuthority = join(scene.state, 'other.crt');
  writeFileSync(otherAuthority, (await createAuthority('somebody else')).certificate);
  await makeBucket(scene.store, 'unlocked', { locks: false });
  await makeBucket(scene.store, 'closed', { hasPolicy: false });
  toServer = await passageTo(scene.server.port, Number.POSITIVE_INFINITY, () => undefined, '127.0.0.2');
  toStore = await passageTo(scene.store.port, Number.POSITIVE_INFINITY, () => undefined, '127.0.0.2');
}, 600_000);
afterAll(async () => {
  for (const passage of [toServer, toStore]) passage?.close();
  await scene?.close();
});

/** One sentence, no secret, and nothing in the store that anybody could take for a backup. */
const expectFailure = async ({ status, out, error }: Outcome, sentence: RegExp) => {
  const lines = error.split('\n').map((line) => JSON.parse(line));
  expect(lines).toEqual([
    expect.objectContaining({ level: 'error', message: 'not backed up', because: expect.stringMatching(sentence) }),
  ]);
  expect({ status, out }).toEqual({ status: 1, out: '' });
  for (const secret of [canary, password, secretOf('writer'), scene.server.superuser.password])
    expect(error).not.toContain(secret);
  for (const bucket of ['backups', 'closed']) expect(await scene.store.versions(bucket)).toEqual([]);
  // versitygw 1.8.0 refuses after it has taken the object. Without a manifest it is no backup.
  const unlocked = await scene.store.versions('unlocked');
  expect(unlocked.filter(({ key }) => !key.endsWith('.dump.age'))).toEqual([]);
};

const uploads = async () =>
  (await scene.store.as('root').send(new ListMultipartUploadsCommand({ Bucket: 'backups' }))).Uploads ?? [];

const sql = (statement: string, database = 'galaxy_billing') =>
  inDatabase(scene.server, database, (client) => client.query(statement));

/** A program in the place of pg_dump. */
const program = (name: string, script: string): string => {
  const file = join(scene.state, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);

  return file;
};

const realDump = () => join(scene.programs, 'pg_dump');

/** What is wrong from the beginning. `before` makes it so, and `after` puts it right. */
const wrongs: Record<string, [RegExp, () => Wrong, { before?: string; after?: string }?]> = {
  'a server that is not there': [/^server: the connection is refused$/, () => ({ login: { port: '1' } })],
  'a host that nobody knows': [
    /^server: (there is no such host|the name)/,
    () => ({ login: { endpoint: 'nowhere.invalid' } }),
  ],
  'a server of another authority': [
    /^server: its certificate is not of the authority/,
    () => ({ authority: otherAuthority }),
  ],
  'a server of another name': [
    /^server: its certificate is for another name$/,
    () => ({ login: { endpoint: '127.0.0.2', port: String(toServer.port) } }),
  ],
  'a store of another name': [
    /^store: its certificate is for another name$/,
    () => ({ storeHost: '127.0.0.2', storePort: toStore.port }),
  ],
  'a wrong password': [/^server: it refuses the password/, () => ({ login: { password: 'wrong' } })],
  'a login that is none': [/^username in \S+ is none of a login$/, () => ({ login: { username: 'x y' } })],
  'a port that is none': [/^port in \S+ is none$/, () => ({ login: { port: '5432 ' } })],
  'no password': [/^password in \S+ is empty$/, () => ({ login: { password: '' } })],
  'a database that is not there': [
    /^server: there is no such database$/,
    () => ({ of: 'main/frontier.spike/galaxy/other', login: { username: 'galaxy_billing_backup' } }),
  ],
  'a database that it may not enter': [
    /^server: the login may not read everything/,
    () => ({ of: 'main/frontier.spike/galaxy/ledger', login: { username: 'galaxy_billing_backup' } }),
  ],
  "a database of another's": [
    /^server: database galaxy_billing there is not that of this Service$/,
    () => ({ mark: mark.replace('0', 'f') }),
  ],
  'a superuser': [
    /^server: the login is a superuser there/,
    () => ({ login: { username: 'postgres', password: scene.server.superuser.password } }),
  ],
  'all connections taken': [
    /^server: all connections of the login are taken$/,
    () => ({}),
    {
      before: 'ALTER ROLE galaxy_billing_backup CONNECTION LIMIT 0',
      after: 'ALTER ROLE galaxy_billing_backup CONNECTION LIMIT 3',
    },
  ],
  'one connection too few': [
    /^pg_dump: /,
    () => ({}),
    {
      before: 'ALTER ROLE galaxy_billing_backup CONNECTION LIMIT 1',
      after: 'ALTER ROLE galaxy_billing_backup CONNECTION LIMIT 3',
    },
  ],
  'a login that may not log in': [
    /^server: it does not let the login in/,
    () => ({}),
    { before: 'ALTER ROLE galaxy_billing_backup NOLOGIN', after: 'ALTER ROLE galaxy_billing_backup LOGIN' },
  ],
  'rows that are hidden': [
    /^server: the login may not read everything/,
    () => ({}),
    { before: 'ALTER ROLE galaxy_billing_backup NOBYPASSRLS', after: 'ALTER ROLE galaxy_billing_backup BYPASSRLS' },
  ],
  'a table that it may not read': [
    /^server: the login may not read everything/,
    () => ({}),
    {
      before: 'REVOKE SELECT ON app.invoice FROM galaxy_billing_backup',
      after: 'GRANT SELECT ON app.invoice TO galaxy_billing_backup',
    },
  ],
  'a sequence that it may not read': [
    /^server: the login may not read everything/,
    () => ({}),
    {
      before: 'REVOKE SELECT ON ALL SEQUENCES IN SCHEMA app FROM galaxy_billing_backup',
      after: 'GRANT SELECT ON ALL SEQUENCES IN SCHEMA app TO galaxy_billing_backup',
    },
  ],
  'a schema that it may not use': [
    /^server: the login may not read everything/,
    () => ({}),
    {
      before: 'REVOKE USAGE ON SCHEMA app FROM galaxy_billing_backup',
      after: 'GRANT USAGE ON SCHEMA app TO galaxy_billing_backup',
    },
  ],
  'no pg_dump': [/^pg_dump: it cannot be started$/, () => ({ pgDump: '/nowhere/pg_dump' })],
  'a pg_dump that is older than the server': [
    /^pg_dump: the server is newer than pg_dump/,
    () => ({
      pgDump: program('older', 'echo "pg_dump: error: aborting because of server version mismatch" >&2; exit 1'),
    }),
  ],
  'a pg_dump that writes nothing and is content': [
    /^pg_dump: it wrote something else than a dump$/,
    () => ({ pgDump: '/bin/true' }),
  ],
  'a pg_dump that says what it reads': [
    /^pg_dump: it ended with status 3$/,
    () => ({ pgDump: program('talkative', `echo '${canary}' >&2; exit 3`) }),
  ],
  'a pg_dump that is killed before its end': [
    /^pg_dump: it was ended by SIGKILL$/,
    () => ({ pgDump: program('killed', `${realDump()} "$@" | head -c 20000; kill -9 $$`) }),
  ],
  'a pg_dump that fails after all of it': [
    /^pg_dump: it ended with status 1$/,
    () => ({ pgDump: program('late', `${realDump()} "$@"; exit 1`) }),
  ],
  'a server that is another one when pg_dump comes': [
    /^pg_dump: the certificate of the server is for another name$/,
    () => ({ pgDump: program('elsewhere', `PGHOST=127.0.0.2 PGPORT=${toServer.port} exec ${realDump()} "$@"`) }),
  ],
  'a server of another authority when pg_dump comes': [
    /^pg_dump: the certificate of the server is not of the authority/,
    () => ({ pgDump: program('otherwise', `PGSSLROOTCERT=${otherAuthority} exec ${realDump()} "$@"`) }),
  ],
  'a store that is not there': [/^store: the connection is refused$/, () => ({ storePort: 1 })],
  'a store of another authority': [
    /^store: its certificate is not of the authority/,
    () => ({ storeAuthority: otherAuthority }),
  ],
  'an unknown access key': [/^store: it does not know the access key$/, () => ({ writer: { accessKeyId: 'nobody' } })],
  'a wrong secret key': [/^store: it refuses the secret key$/, () => ({ writer: { secretAccessKey: 'wrong' } })],
  'a secret key with a line end': [
    /^secretAccessKey in \S+ is empty, or has blanks or line ends$/,
    () => ({ writer: { secretAccessKey: 'x\n' } }),
  ],
  'a bucket that is not there': [/^store: there is no such bucket$/, () => ({ bucket: 'nowhere' })],
  'a bucket that locks nothing': [/^store: the bucket locks nothing/, () => ({ bucket: 'unlocked' })],
  'a bucket that is closed': [/^store: it does not let the writer put there/, () => ({ bucket: 'closed' })],
  'a reader in the place of the writer': [
    /^store: it does not let the writer put there/,
    () => ({ writer: { accessKeyId: 'reader', secretAccessKey: secretOf('reader') } }),
  ],
  'a recipient that is none': [
    /^recipient 2 is no public key of age$/,
    () => ({ recipients: [scene.recipients[0] as string, `${scene.recipients[1]?.slice(0, -1)}b`] }),
  ],
};

test.each(Object.keys(wrongs))('%s: no backup, and one sentence', async (name) => {
  const [sentence, wrong, { before, after } = {}] = wrongs[name] as (typeof wrongs)[string];
  if (before) await sql(before);
  try {
    await expectFailure(await scene.backUp(wrong()), sentence);
  } finally {
    if (after) await sql(after);
  }
});

/** The process of pg_dump that a program with this number has started. */
const dumperOf = (pid: number): number => {
  const line = execFileSync('ps', ['-eo', 'pid,ppid,comm'])
    .toString()
    .split('\n')
    .map((each) => each.trim().split(/\s+/))
    .find(([, parent, command]) => parent === String(pid) && command === 'pg_dump');

  return Number(line?.[0]);
};

/** What happens when half of it is in the store. */
const middles: Record<string, [RegExp, (passage: Passage, pid: number) => Promise<unknown> | unknown]> = {
  'the server ends the connection of pg_dump': [
    /^pg_dump: the server ended the connection$/,
    () =>
      sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'galaxy_ledger_backup' AND state <> 'idle in transaction'",
      ),
  ],
  'pg_dump is killed': [/^pg_dump: it was ended by SIGKILL$/, (_, pid) => process.kill(dumperOf(pid), 'SIGKILL')],
  'pg_dump is asked to end': [/^pg_dump: it was asked to end$/, (_, pid) => process.kill(dumperOf(pid), 'SIGTERM')],
  'the program is asked to end': [/^it was stopped$/, (_, pid) => process.kill(pid, 'SIGTERM')],
};

test.each(Object.keys(middles))('%s in the middle: no backup, and no part of one', async (name) => {
  const [sentence, happens] = middles[name] as (typeof middles)[string];
  let pid = 0;
  const passage = await passageTo(scene.store.port, 5_000_000, async (held) => {
    await happens(held, pid);
    held.open();
  });
  const outcome = await scene.backUp({
    ...{ of: 'main/frontier.spike/galaxy/ledger', storePort: passage.port },
    started: (number) => {
      pid = number;
    },
  });
  passage.close();

  await expectFailure(outcome, sentence);
  expect(await uploads()).toEqual([]);
});

test('the program is killed in the middle: no backup, and parts that only the store can take for something', async () => {
  let pid = 0;
  const passage = await passageTo(scene.store.port, 5_000_000, () => process.kill(pid, 'SIGKILL'));
  const outcome = await scene.backUp({
    ...{ of: 'main/frontier.spike/galaxy/ledger', storePort: passage.port },
    started: (number) => {
      pid = number;
    },
  });
  passage.close();

  expect(outcome).toEqual({ status: null, out: '', error: '' });
  expect(await scene.store.versions('backups')).toEqual([]);
});

test('the store goes in the middle: no backup, and one sentence', async () => {
  const passage = await passageTo(scene.store.port, 5_000_000, (held) => held.close());
  const outcome = await scene.backUp({ of: 'main/frontier.spike/galaxy/ledger', storePort: passage.port });

  await expectFailure(outcome, /^store: the connection (is refused|was cut)$/);
});

test('the server goes in the middle: no backup; the next one is, once it is back', async () => {
  const passage = await passageTo(scene.store.port, 5_000_000, async (held) => {
    scene.processes.signal('postgres', 'SIGQUIT');
    held.open();
  });
  const outcome = await scene.backUp({ of: 'main/frontier.spike/galaxy/ledger', storePort: passage.port });
  passage.close();
  await expectFailure(outcome, /^pg_dump: the server ended the connection$/);
  await scene.processes.stop('postgres');
  await scene.processes.start('postgres');
  // Its port opens before it lets anybody in.
  await inDatabase(scene.server, 'postgres', (client) => client.query('SELECT 1'));

  expect(await scene.backUp({ of: 'main/frontier.spike/galaxy/ledger' })).toMatchObject({ status: 0 });
});
