import { expect, test } from 'vitest';
import { takeSnapshot } from '../../../functions/backup/snapshot.ts';
import { authentication, authority, message, startFake } from '../janitor/hostile-servers.ts';

test('a look at a server that answers no more ends when it is stopped', async () => {
  const ready = Buffer.concat([authentication(0), message('Z', Buffer.from('I'))]);
  const server = await startFake({ secure: (socket) => socket.once('data', () => socket.write(ready)) });
  const stopping = new AbortController();
  const login = {
    ...{ host: 'localhost', port: server.port, user: 'galaxy_billing_backup', password: 'secret' },
    ...{ database: 'galaxy_billing', caBundle: authority.certificate },
  };
  const taken = takeSnapshot(login, 'squadkit_mark', stopping.signal);
  setTimeout(() => stopping.abort(), 300);

  await expect(taken).rejects.toThrow();
  await expect(takeSnapshot(login, 'squadkit_mark', stopping.signal)).rejects.toThrow(/abort/i);
  server.stop();
});
