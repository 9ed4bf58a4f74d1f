import { spawnSync } from 'node:child_process';

/** A command line to put before a program, or in words why there is none. */
export type OwnNetwork = { before: string[] } | { reason: string };

/**
 * A new network has a loopback interface that is down. iproute2 is not on every machine, perl-base is on every Debian:
 * 0x8914 is SIOCSIFFLAGS of linux/sockios.h, and 1 is IFF_UP.
 */
const loopbackUp = [
  'ip link set lo up 2>/dev/null',
  `perl -MSocket -e 'my $up = pack("a16 s x22", "lo", 1); socket(SOCKET, AF_INET, SOCK_DGRAM, 0) and ioctl(SOCKET, 0x8914, $up) or die "loopback: $!\\n"'`,
].join(' || ');

/** Ends with 0 when a server on 127.0.0.1 can be reached, which is what a control plane needs. */
const reachItself = `const { connect, createServer } = require('node:net');
  const server = createServer().listen(0, '127.0.0.1', () =>
    connect(server.address().port, '127.0.0.1').once('connect', () => process.exit(0)));`;

/**
 * How to start a program in a network of its own, in which 127.0.0.1 and all its ports are free: the providers take
 * fixed ones. It stays the same process with the same user. Root needs the right to do it (CAP_SYS_ADMIN); others need
 * a kernel that lets them make a user namespace, in which they keep their own number: PostgreSQL refuses to be root.
 */
export const ownNetwork = (platform = process.platform, isRoot = process.getuid?.() === 0): OwnNetwork => {
  if (platform !== 'linux') return { reason: `${platform} gives no process a network of its own` };

  const user = isRoot ? [] : ['--user', '--map-current-user', '--keep-caps'];
  const before = ['unshare', ...user, '--net', 'sh', '-c', `(${loopbackUp}) && exec "$@"`, 'lane'];
  const [command = '', ...rest] = [...before, process.execPath, '-e', reachItself];
  const { status, stderr, error } = spawnSync(command, rest, { encoding: 'utf8', timeout: 30_000 });
  if (status === 0) return { before };

  const said = stderr?.trim().split('\n').at(-1) || error?.message || 'it does not reach itself';

  return { reason: `no network of its own for each (${said})` };
};
