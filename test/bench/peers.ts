import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Ready, type RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { resourceOf } from '../support/request.ts';
import type { Sized } from './requests.ts';

/** A function that can be measured. */
export interface Subject {
  name: string;
  /** The command line that serves on this address with these certificates. */
  command(address: string, certificates: string): string[];
  /** What it needs to make as many resources as Squadkit makes of such a Service. */
  request(sized: Sized): RunFunctionRequest;
  bytes: number;
}

interface Peer {
  name: string;
  /** Folder in peers/: what is in it decides whether it must be built again. */
  folder: string;
  /** Builds into a directory. */
  build(source: string, directory: string): void;
  command(directory: string, source: string, address: string, certificates: string): string[];
  request(sized: Sized): RunFunctionRequest;
}

const goFunction = (name: string, folder: string, request: Peer['request']): Peer => ({
  name,
  folder,
  build: (source, directory) =>
    execute('go', ['install', '-trimpath', '-ldflags=-s -w', 'tool'], source, { GOWORK: 'off', GOBIN: directory }),
  command: (directory, _, address, certificates) => [
    join(directory, `function-${folder}`),
    ...[`--address=${address}`, `--tls-certs-dir=${certificates}`, '--max-recv-message-size=64'],
  ],
  request,
});

/** What patch-and-transform is told to compose: each manifest as a base, with the names patched in from the Service. */
const patchAndTransform = ({ service, manifests }: Sized): RunFunctionRequest => ({
  ...service,
  input: {
    apiVersion: 'pt.fn.crossplane.io/v1beta1',
    kind: 'Resources',
    resources: Object.entries(manifests).map(([name, base]) => ({ name, base, patches: patchesOf(name) })),
  },
});

const patchesOf = (name: string) => [
  {
    type: 'FromCompositeFieldPath',
    fromFieldPath: 'metadata.namespace',
    toFieldPath: 'metadata.labels["squadkit.io/squad"]',
  },
  {
    type: 'FromCompositeFieldPath',
    fromFieldPath: 'metadata.name',
    toFieldPath: 'metadata.name',
    transforms: [{ type: 'string', string: { type: 'Format', fmt: `%s.${name}` } }],
  },
];

/** auto-ready comes after somebody who has composed everything already. */
const autoReady = ({ service, manifests }: Sized): RunFunctionRequest => ({
  ...service,
  desired: {
    composite: undefined,
    resources: Object.fromEntries(
      Object.entries(manifests).map(([name, manifest]: [string, KubernetesObject]) => [
        name,
        { ...resourceOf(manifest), ready: Ready.READY_UNSPECIFIED },
      ]),
    ),
  },
});

const peers: Peer[] = [
  goFunction('function-patch-and-transform v0.10.7', 'patch-and-transform', patchAndTransform),
  goFunction('function-auto-ready v0.7.0 (only readiness)', 'auto-ready', autoReady),
  {
    name: 'Python SDK 0.15.1 (only composes)',
    folder: 'python',
    build: (source, directory) => {
      execute('python3', ['-m', 'venv', directory], source);
      execute(
        join(directory, 'bin/python'),
        ['-m', 'pip', 'install', '--quiet', '-r', 'requirements.txt', '--only-binary', ':all:'],
        source,
      );
    },
    command: (directory, source, address, certificates) => [
      join(directory, 'bin/python'),
      join(source, 'handler.py'),
      address,
      certificates,
    ],
    request: ({ service }) => service,
  },
];

/** The peers that can be built here, in a cache outside the clone; says in a sentence which cannot. */
export const buildPeers = (): Subject[] =>
  peers.flatMap((peer) => {
    const source = join(import.meta.dirname, 'peers', peer.folder);
    const directory = cacheEntry(peer, source);
    try {
      if (!existsSync(directory)) buildInto(directory, (temporary) => peer.build(source, temporary));
    } catch (error) {
      console.log(`${peer.name} is left out, it cannot be built here: ${(error as Error).message}`);
      return [];
    }

    return {
      name: peer.name,
      command: (address, certificates) => peer.command(directory, source, address, certificates),
      request: peer.request,
      bytes: bytesIn(directory),
    };
  });

/** What is in SQUADKIT_CACHE, or squadkit in XDG_CACHE_HOME or in ~/.cache, by content. */
const cacheEntry = ({ folder }: Peer, source: string): string => {
  const { SQUADKIT_CACHE, XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
  const pins = readdirSync(source).filter((file) => /^(go\.(mod|sum)|requirements\.txt)$/.test(file));
  const content = createHash('sha256').update(pins.map((file) => readFileSync(join(source, file))).join('\n'));

  return join(
    SQUADKIT_CACHE ?? join(XDG_CACHE_HOME, 'squadkit'),
    'peers',
    `${folder}-${content.digest('hex').slice(0, 12)}`,
  );
};

/** Builds beside the entry and renames: an interrupted build leaves no entry. */
const buildInto = (directory: string, build: (temporary: string) => void): void => {
  mkdirSync(join(directory, '..'), { recursive: true });
  const temporary = mkdtempSync(`${directory}.building-`);
  try {
    build(temporary);
    renameSync(temporary, directory);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};

const execute = (command: string, args: string[], directory: string, environment: Record<string, string> = {}) => {
  const { status, stderr, error } = spawnSync(command, args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  if (error) throw new Error(`there is no ${command} in PATH`);
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
};

const bytesIn = (path: string): number =>
  statSync(path).isDirectory()
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => !entry.isSymbolicLink())
        .reduce((sum, { name }) => sum + bytesIn(join(path, name)), 0)
    : statSync(path).size;
