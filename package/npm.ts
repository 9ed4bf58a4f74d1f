import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle, commandLineEntries } from './build.ts';

const root = resolve(import.meta.dirname, '..');

/**
 * Writes what `npm publish` takes into a directory, which is emptied before: the bundled command line, its licences, a
 * README, and a manifest without dependencies. Throws when esbuild does.
 */
export const writeNpmPackage = async (directory: string): Promise<void> => {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await bundle({ outputDirectory: directory, entries: commandLineEntries });
  cpSync(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  cpSync(join(root, 'package/npm/README.md'), join(directory, 'README.md'));
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
};

/** The repository's own manifest is of a clone: it says nothing of a bundle and cannot be published. */
const manifest = () => {
  const { name, version, description, license, repository, engines } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const [file] = Object.keys(commandLineEntries);

  return {
    ...{ name, version, description, license, repository, type: 'module', engines },
    bin: { squadkit: file },
    // npm adds README, LICENSE and the manifest; the source map is for us.
    files: [file, 'LICENSES.txt'],
  };
};
