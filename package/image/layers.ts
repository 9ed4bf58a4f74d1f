import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { bundleOf } from '../build.ts';
import type { BundledPackage } from '../licences.ts';
import { debianFile } from './debian.ts';
import { type Architecture, pinned } from './lock.ts';
import { run } from './run.ts';
import type { Specification } from './specification.ts';

/** Puts the files that an image needs of Debian's packages into a directory, with what is said of them. */
export const addLibraries = async (
  { debian, files, links, hasTemporaryDirectory }: Specification,
  architecture: Architecture,
  directory: string,
): Promise<void> => {
  for (const [name, wanted] of Object.entries(debian)) await addPackage(name, wanted, architecture, directory);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    symlinkSync(target, join(directory, path));
  }
  if (hasTemporaryDirectory) {
    mkdirSync(join(directory, 'tmp'));
    chmodSync(join(directory, 'tmp'), 0o1777);
  }
};

const addPackage = async (name: string, wanted: RegExp, architecture: Architecture, directory: string) => {
  const file = await debianFile(name, pinned(name, architecture), architecture);
  const unpacked = mkdtempSync(join(tmpdir(), 'squadkit-debian-'));
  try {
    await run('dpkg-deb', ['-x', file, unpacked]);
    const isWanted = (path: string) => wanted.test(path) || /^\/usr\/share\/doc\/[^/]+(\/copyright)?$/.test(path);
    cpSync(unpacked, directory, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => {
        const isDirectory = lstatSync(path).isDirectory();

        return isDirectory || isWanted(`/${relative(unpacked, path)}`);
      },
    });
  } finally {
    rmSync(unpacked, { recursive: true });
  }
  // Every directory of a package is there now, and most are empty.
  await run('find', [directory, '-type', 'd', '-empty', '-delete']);
  // Where scanners of images look for what a package manager without a database has installed, as in distroless images.
  const state = join(directory, 'var/lib/dpkg/status.d');
  mkdirSync(state, { recursive: true });
  writeFileSync(join(state, name), await run('dpkg-deb', ['-f', file]));
};

/** Puts a bundle made for this image into a directory, with the licences of everything inside; answers what is inside. */
export const addBundle = async (
  { entries, directory: place }: Specification,
  version: string,
  directory: string,
): Promise<BundledPackage[]> => {
  const bundled = mkdtempSync(join(tmpdir(), 'squadkit-bundle-'));
  try {
    const { packages } = await bundleOf({ outputDirectory: bundled, entries, version });
    mkdirSync(join(directory, place), { recursive: true });
    for (const file of [...Object.keys(entries), 'LICENSES.txt'])
      cpSync(join(bundled, file), join(directory, place, file));
    cpSync(resolve(import.meta.dirname, '../../LICENSE'), join(directory, place, 'LICENSE'));

    return packages;
  } finally {
    rmSync(bundled, { recursive: true });
  }
};
