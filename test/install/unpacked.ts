import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an image says about how it is started. */
export interface ImageConfiguration {
  Entrypoint: string[];
  Env: string[];
  User: string;
  Labels: Record<string, string>;
}

/** An image that was unpacked as a container runtime would, by tar alone. */
export interface Unpacked {
  /** The directory with its files in it. */
  root: string;
  configuration: ImageConfiguration;
  architecture: string;
  /** The size of each layer as it is pulled, in bytes, the lowest first. */
  layers: string[];
}

const tar = (file: string, ...options: string[]) =>
  execFileSync('tar', [...options, '-f', file], { encoding: 'utf8', maxBuffer: 1 << 28 });

/** Unpacks the tarball of an image, or of a package that has one inside, below the temporary directory. */
export const unpack = (file: string): Unpacked => {
  const directory = mkdtempSync(join(tmpdir(), 'squadkit-unpacked-'));
  const root = join(directory, 'rootfs');
  mkdirSync(root);
  tar(file, '-x', '-C', directory);
  const [manifest] = JSON.parse(tar(file, '-xO', 'manifest.json')) as [{ Config: string; Layers: string[] }];
  const { config, architecture } = JSON.parse(tar(file, '-xO', manifest.Config)) as {
    config: ImageConfiguration;
    architecture: string;
  };
  for (const layer of manifest.Layers) tar(join(directory, layer), '-xz', '-C', root);

  return { root, configuration: config, architecture, layers: manifest.Layers };
};

/** The files and links of a directory, at any depth, by their paths from it. */
export const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

/** What a program or library was compiled for, by its ELF header (elf.h: e_machine is at byte 18); undefined for others. */
export const machineOf = (file: string): 'amd64' | 'arm64' | 'another' | undefined => {
  const header = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, header, 0, 20, 0);
  closeSync(descriptor);
  if (header.subarray(0, 4).toString('latin1') !== '\x7fELF') return undefined;
  const machine = header.readUInt16LE(18);
  if (machine === 62) return 'amd64';

  return machine === 183 ? 'arm64' : 'another';
};
