import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

/** An npm package that has code in a bundle; its licence is an SPDX expression. */
export interface BundledPackage {
  ecosystem: 'npm';
  name: string;
  version: string;
  licence: string;
  /** Where it is installed, from the top of the clone. */
  directory: string;
}

/** The packages that have code in bundles, by what esbuild says of them, each once and in the order of their places. */
export const packagesIn = (metafiles: Metafile[]): BundledPackage[] => {
  const directories = new Set(
    metafiles
      .flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)))
      .flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : []))
      .flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
  );

  return [...directories].sort().map((directory) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));

    return { ecosystem: 'npm', name, version, licence: license, directory };
  });
};

/** The licence texts of packages, one after the other. */
export const licencesOf = (packages: BundledPackage[]): string =>
  packages
    .map(({ name, version, licence, directory }) => {
      const path = join(root, directory);
      const texts = readdirSync(path).filter((file) => /^(licen[cs]e|notice)/i.test(file));

      return [
        `=== ${name} ${version} (${licence}) ===`,
        ...texts.map((file) => readFileSync(join(path, file), 'utf8')),
      ].join('\n');
    })
    .join('\n');
