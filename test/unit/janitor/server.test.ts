import { afterAll, describe, expect, test } from 'vitest';
import { reasonOf } from '../../../functions/janitor/failure.ts';
import { connectTo } from '../../../functions/janitor/server.ts';
import type { Target } from '../../../functions/janitor/target.ts';
import { createAuthority } from '../../control-plane/certificates.ts';
import { authentication, authority, type Behaviour, type FakeServer, message, startFake } from './hostile-servers.ts';

const password = 'canary-of-a-janitor';
const running: FakeServer[] = [];
afterAll(() => {
  for (const server of running) server.stop();
});

const targetAt = (port: number, change: Partial<Target> = {}): Target => ({
  ...{ name: 'frontier.spike', secret: 'spike-janitor', adminRole: 'squadkit_admin', markParameter: 'squadkit.mark' },
  ...{ caBundle: authority.certificate, host: 'localhost', port, password, ...change },
});

/** Why it cannot be reached, and how long that took in milliseconds. */
const refusalOf = async (behaviour: Behaviour, change: Partial<Target> = {}, by = authority) => {
  const server = await startFake(behaviour, { by, host: change.host ?? '127.0.0.1' });
  running.push(server);
  const since = Date.now();
  const reason = await connectTo(targetAt(server.port, change)).then(
    async (connection) => {
      // Whoever lets in without a word is asked something.
      const answer = await connection.ask('SELECT 1').then(() => 'it was believed', reasonOf);
      connection.cut();

      return answer;
    },
    (error) => reasonOf(error),
  );

  return { reason, milliseconds: Date.now() - since, server };
};

const ready = message('Z', Buffer.from('I'));
const letIn: Behaviour['secure'] = (socket) =>
  socket.once('data', () => socket.write(Buffer.concat([authentication(0), ready])));

describe('a server that is none, or not the one that the Zone registers', () => {
  test.concurrent.each<[string, Behaviour, RegExp]>([
    ['says nothing at all', { plain: () => undefined }, /not answer in time/],
    ['says nothing over TLS', {}, /not answer in time/],
    ['lets in and then says nothing', { secure: letIn }, /not answer in time/],
    ['offers no TLS', { plain: (socket) => socket.once('data', () => socket.write('N')) }, /offers no TLS/],
    ['says E', { plain: (socket) => socket.once('data', () => socket.write('E')) }, /otherwise than PostgreSQL/],
    ['hangs up', { plain: (socket) => socket.destroy() }, /cut/],
    ['hangs up over TLS', { secure: (socket) => socket.once('data', () => socket.destroy()) }, /cut/],
    ['sends what is no message', { secure: (socket) => socket.once('data', () => socket.write('x'.repeat(99))) }, /./],
  ])('that %s is given up in time', async (_, behaviour, wanted) => {
    const { reason, milliseconds } = await refusalOf(behaviour);

    expect(reason).toMatch(wanted);
    expect(milliseconds).toBeLessThan(30_000);
  });

  test('with a certificate of another authority gets nothing', async () => {
    const { reason, server } = await refusalOf({}, {}, await createAuthority('of somebody else'));

    expect(reason).toMatch(/not of the authority/);
    expect(server.received()).toBe('');
  });

  test('with a certificate for another name gets nothing, also where it is known by an address', async () => {
    // Its certificate is for localhost and 127.0.0.1.
    const { reason, server } = await refusalOf({}, { host: '127.0.0.2' });

    expect(reason).toBe('its certificate is for another name');
    expect(server.received()).toBe('');
  });
});

describe('a server of the right authority that was taken over', () => {
  test.each([
    ['the password itself', authentication(3)],
    ['an MD5 of it', authentication(5, Buffer.from('salt'))],
  ])('and asks for %s gets none', async (_, question) => {
    const { reason, server } = await refusalOf({
      secure: (socket) => socket.once('data', () => socket.write(question)),
    });

    expect(reason).toMatch(/instead of SCRAM/);
    expect(server.received()).not.toContain(password);
    expect(server.received()).not.toMatch(/md5[0-9a-f]{32}/);
  });

  test('and sends without end fills no memory', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const before = process.memoryUsage.rss();
    const { reason, milliseconds } = await refusalOf({
      secure: (socket) =>
        socket.once('data', () => {
          const head = message('D', Buffer.alloc(0));
          head.writeInt32BE(0x7fffffff, 1);
          socket.write(Buffer.concat([authentication(0), ready, head]));
          const more = () => {
            while (!socket.destroyed && socket.write(chunk));
            if (!socket.destroyed) socket.once('drain', more);
          };
          more();
        }),
    });

    expect(reason).toMatch(/more than any server/);
    expect(milliseconds).toBeLessThan(30_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(1024 * 1024 * 1024);
  });

  test('and says something of its own in an error is not repeated', async () => {
    const fields = ['SFATAL', 'VFATAL', 'C28P01', `Mpassword ${password} is wrong\n{"level":"info"}`].join('\0');
    const { reason } = await refusalOf({
      secure: (socket) => socket.once('data', () => socket.write(message('E', Buffer.from(`${fields}\0\0`)))),
    });

    expect(reason).toBe('it refuses the password of the janitor');
  });
});
