import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { ownNetwork } from '../../cluster/lanes/network.ts';

const network = ownNetwork();
const programs = mkdtempSync(join(tmpdir(), 'squadkit-programs-'));
const pathOf = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();

afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(programs, { recursive: true }));

test.runIf('before' in network)('who is in a network of its own does not reach what listens outside', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const reach = `require('node:net').connect(${port}, '127.0.0.1')
    .once('connect', () => process.exit(0)).once('error', ({ code }) => { console.log(code); process.exit(1); })`;
  const [command = '', ...rest] = [...('before' in network ? network.before : []), process.execPath, '-e', reach];
  const { stdout, status } = spawnSync(command, rest, { encoding: 'utf8' });
  server.close();

  expect({ stdout, status }).toEqual({ stdout: 'ECONNREFUSED\n', status: 1 });
});

test.runIf('before' in network && pathOf('perl'))('it needs no iproute2', () => {
  for (const name of ['unshare', 'sh', 'perl']) symlinkSync(pathOf(name), join(programs, name));
  vi.stubEnv('PATH', programs);

  expect(ownNetwork()).toEqual(network);
});

test('where there is none, the reason is said', () => {
  expect(ownNetwork('darwin')).toEqual({ reason: 'darwin gives no process a network of its own' });
  vi.stubEnv('PATH', join(programs, 'nothing'));

  expect(ownNetwork()).toEqual({ reason: 'no network of its own for each (spawnSync unshare ENOENT)' });
});
