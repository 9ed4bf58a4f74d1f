import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog, describeThrown } from '../../functions/server/log.ts';
import { type ServerOptions, startServer } from '../../functions/server/server.ts';
import { type Authority, createAuthority, type Pair, writeCertificates } from './authority.ts';
import { call, credentialsFor, requestFor, servedSerial, startCall } from './client.ts';
import { temporaryDirectory } from './packaged.ts';
import { compose } from './stand-in.ts';

/** What would take minutes with the packaged function: the same server in this process, with shorter times. */
const [directory, removeDirectory] = temporaryDirectory();
let authority: Authority;
let first: Pair;
let second: Pair;

beforeAll(async () => {
  authority = await createAuthority('our authority');
  [first, second] = await Promise.all([authority.issue('first'), authority.issue('second')]);
});

afterAll(removeDirectory);

const startHere = async (options: Partial<ServerOptions>) => {
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line) });
  const server = await startServer({ address: '127.0.0.1:0', log, ...options }, compose);

  return { ...server, log: () => lines.join('') };
};

test('goes on with the old certificates, and says so once, until new ones fit together', async () => {
  const certificates = writeCertificates(join(directory, 'torn'), first, authority);
  const { port, drain, log } = await startHere({ certificates, reloadMilliseconds: 20 });
  const complaints = () => log().match(/serving the old ones/g)?.length ?? 0;
  try {
    writeFileSync(join(certificates, 'tls.crt'), second.certificate);
    await expect.poll(complaints).toBe(1);
    expect(await servedSerial(port, authority, first)).toBe(first.serial);

    rmSync(join(certificates, 'tls.key'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await call(port, requestFor(), credentialsFor(authority, first));
    expect(complaints()).toBe(1);

    writeFileSync(join(certificates, 'tls.key'), second.key);
    await expect.poll(() => servedSerial(port, authority, first)).toBe(second.serial);
    expect(log()).toContain('TLS certificates reloaded');
  } finally {
    await drain(1_000);
  }
});

test('ends a connection after its time, so that the client comes back to any replica', async () => {
  const { port, drain } = await startHere({ insecure: true, maximumConnectionMilliseconds: 100 });
  const session = connect(`http://127.0.0.1:${port}`);
  const reason = await new Promise((resolve) => session.once('goaway', (code) => resolve(code)));
  session.destroy();
  await drain(1_000);

  expect(reason).toBe(0);
});

test('says at the deadline that a call was cut off', async () => {
  const { port, drain } = await startHere({ insecure: true });
  const inFlight = await startCall(port);

  expect(await drain(50)).toBe(false);
  inFlight.abandon();
});

test('stops at once when nobody calls, idle connections or not', async () => {
  const { port, drain } = await startHere({ insecure: true });
  const session = connect(`http://127.0.0.1:${port}`);
  await new Promise<void>((resolve) => session.once('connect', () => session.ping(() => resolve())));

  expect(await drain(5_000)).toBe(true);
  session.destroy();
});

test.each([
  { thrown: new TypeError('canary'), error: 'TypeError' },
  { thrown: Object.assign(new Error('canary'), { message: 'another' }), error: 'Error' },
  { thrown: new Error('x\n    at canary (/canary.ts:1:1)\n    at canary (/canary.ts:2:1)'), error: 'Error' },
  { thrown: Object.assign(new Error('x'), { name: 'canary', stack: 'canary' }), error: 'Error' },
  { thrown: 'canary', error: 'string' },
  { thrown: undefined, error: 'undefined' },
  {
    thrown: new Proxy(new Error('canary'), {
      get: () => {
        throw new Error('canary');
      },
    }),
    error: 'unknown',
  },
])('a log line about something thrown never holds its message: $error', ({ thrown, error }) => {
  const described = describeThrown(thrown);

  expect(described.error).toBe(error);
  expect(JSON.stringify(described)).not.toContain('canary');
});
