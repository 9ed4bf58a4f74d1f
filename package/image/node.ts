import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Architecture, downloads, pinnedNode } from './lock.ts';
import { run } from './run.ts';

/**
 * Puts Node and its licence into a directory, as the npm package that package-lock.json pins brings it for a processor.
 * Throws when what npm fetched is not what is pinned.
 */
export const addNode = async (architecture: Architecture, directory: string): Promise<void> => {
  const file = await nodeFile(architecture);
  const unpacked = mkdtempSync(join(tmpdir(), 'squadkit-node-'));
  try {
    await run('tar', ['-xzf', file, '-C', unpacked, 'package/bin/node', 'package/LICENSE']);
    mkdirSync(join(directory, 'usr/bin'), { recursive: true });
    cpSync(join(unpacked, 'package/bin/node'), join(directory, 'usr/bin/node'));
    mkdirSync(join(directory, 'usr/share/doc/node'), { recursive: true });
    cpSync(join(unpacked, 'package/LICENSE'), join(directory, 'usr/share/doc/node/copyright'));
  } finally {
    rmSync(unpacked, { recursive: true });
  }
};

const nodeFile = async (architecture: Architecture): Promise<string> => {
  const { name, version, integrity } = pinnedNode(architecture);
  const directory = join(downloads(), 'node');
  const file = join(directory, `${name}-${version}.tgz`);
  mkdirSync(directory, { recursive: true });
  if (!existsSync(file))
    await run('npm', ['pack', '--silent', `--pack-destination=${directory}`, `${name}@${version}`], { directory });
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (found === integrity) return file;

  rmSync(file);
  throw new Error(`${name} ${version} is not what package-lock.json says: its integrity is ${found}, not ${integrity}`);
};
