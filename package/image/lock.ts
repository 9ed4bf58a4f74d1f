import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheDirectory } from '../tools/tool.ts';

/** What Go, Debian and container images call a processor. */
export type Architecture = (typeof architectures)[number];

/** What images are made for. */
export const architectures = ['amd64', 'arm64'] as const;

/** A Debian package as it was when the lock was renewed. */
export interface PinnedPackage {
  version: string;
  /** Of the .deb file, as hexadecimal digits. */
  sha256: string;
}

/** image.lock.json: which files of Debian are in the images. */
export interface Lock {
  /** The code name of the release. */
  debian: string;
  packages: Record<Architecture, Record<string, PinnedPackage>>;
}

/** Where the lock lies. */
export const lockFile = join(import.meta.dirname, 'image.lock.json');

/** The lock as it is now. */
export const readLock = (): Lock => JSON.parse(readFileSync(lockFile, 'utf8')) as Lock;

/** What is pinned under a name. Throws when it is not in the lock. */
export const pinned = (name: string, architecture: Architecture): PinnedPackage => {
  const found = readLock().packages[architecture][name];
  if (!found) throw new Error(`${name} for ${architecture} is not in ${lockFile}: run npm run image:lock`);

  return found;
};

/** Node as package-lock.json pins it: its version and the integrity of the npm package that brings it. */
export const pinnedNode = (architecture: Architecture): { name: string; version: string; integrity: string } => {
  const name = `node-linux-${architecture === 'amd64' ? 'x64' : architecture}`;
  const { packages } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; integrity: string }>;
  };
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  if (!version || !integrity) throw new Error(`package-lock.json does not pin ${name}`);

  return { name, version, integrity };
};

/** Where what was downloaded for images is kept, beside the tools. */
export const downloads = (): string => join(cacheDirectory(), 'image');
