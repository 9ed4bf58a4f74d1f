import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostNames, hubPlace } from './layout.ts';

const run = (line: string) => {
  const [command = '', ...words] = line.split(' ');
  execFileSync(command, words);
};

/**
 * Inside of namespaces of its own: a bridge with the addresses of all clusters and databases, and names for them. There
 * is no way out of this network, and none into it.
 */
export const makeNetwork = (directory: string): void => {
  run('mount --make-rshared /');
  mkdirSync('/run/netns', { recursive: true });
  run('mount -t tmpfs none /run/netns');
  run('ip link set lo up');
  run('ip link add node0 type bridge');
  for (const address of Object.values(hostNames)) run(`ip addr add ${address}/24 dev node0`);
  run('ip link set node0 up');
  // What runs beside the pods, such as the API server that calls a webhook, reaches Services too.
  run(`ip route add ${hubPlace.services} dev node0 src ${hubPlace.address}`);
  run('sysctl -qw net.ipv4.ip_forward=1');
  const hosts = Object.entries({ localhost: '127.0.0.1', ...hostNames }).map(
    ([name, address]) => `${address} ${name}\n`,
  );
  writeFileSync(join(directory, 'hosts'), hosts.join(''));
  run(`mount --bind ${join(directory, 'hosts')} /etc/hosts`);
};
