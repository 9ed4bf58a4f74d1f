import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended } from '../support/ended.ts';

/** The keys of a Secret and their values, as a workload sees them. */
export type Secret = Record<string, string>;

/** What a program has around it. */
export interface Room {
  /** What is mounted at /bindings, by the name of the Secret. */
  bindings: Record<string, Secret>;
  environment: Record<string, string>;
}

/** What a program did. */
export interface Outcome {
  status: number | null;
  out: string;
  error: string;
}

/** Names that lead to this machine in the room, whatever the machine calls itself. */
export const names = ['spike.example.org', 'spike-ro.example.org', 'elsewhere.example.org'];

const script = join(import.meta.dirname, 'mounted.sh');

/** A mount namespace; without root one of a user namespace, in which it may be made. */
const unshare = (): string[] => [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  '--mount',
];

/**
 * Runs a program in a folder with what a workload's container has: Secrets below /bindings, environment variables, an empty
 * home and /tmp. Linux only. It is ended after two minutes.
 */
export const runIn = async (state: string, folder: string, command: string[], room: Room): Promise<Outcome> => {
  const own = mkdtempSync(join(state, 'room-'));
  const [root, bindings, home, hosts] = ['root', 'bindings', 'home', 'hosts'].map((name) => join(own, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const each of [root, bindings, home]) mkdirSync(each);
  writeFileSync(hosts, `127.0.0.1 localhost ${names.join(' ')}\n`);
  for (const [name, secret] of Object.entries(room.bindings)) {
    mkdirSync(join(bindings, name));
    for (const [key, value] of Object.entries(secret)) writeFileSync(join(bindings, name, key), value);
  }

  const [file = '', ...rest] = [...unshare(), 'sh', '-eu', script, root, bindings, hosts, ...command];
  const child = spawn(file, rest, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', ...room.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  const said = await ended(child);
  rmSync(own, { recursive: true, force: true });

  return said;
};
