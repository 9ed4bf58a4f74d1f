import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../../package/image/run.ts';
import { buildPackages } from '../../package/package.ts';
import { createProgress } from '../../package/tools/progress.ts';
import { buildTools } from '../../package/tools/tools.ts';
import { architecture } from '../control-plane/node/images.ts';
import { installState, registryAddress } from '../control-plane/node/layout.ts';

const clone = resolve(import.meta.dirname, '../..');

/** Puts packages of another version into the registry, with the function of today inside: a release that changes nothing. */
export const publishNext = async (from: string, version: string): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'squadkit-next-'));
  const output = join(root, 'output');
  const replaced = (file: string, text: (before: string) => string) =>
    writeFileSync(join(root, file), text(readFileSync(join(clone, file), 'utf8')));
  try {
    mkdirSync(join(root, 'package'));
    cpSync(join(clone, 'apis'), join(root, 'apis'), { recursive: true });
    replaced('crossplane.yaml', (text) => text.replace(`version: "${from}"`, `version: "${version}"`));
    // Another content is another digest, by which Crossplane tells revisions apart.
    replaced('package/crossplane.yaml', (text) => text.replace('Squadkit function', `Squadkit function ${version}`));
    const xpkg = (await buildTools(createProgress(), ['crossplane']))('crossplane');
    const image = join(installState, 'images', `function-squadkit-${architecture}.tar`);
    const packages = await buildPackages(xpkg, {
      ...{ root, output, version },
      images: [{ name: 'function-squadkit', file: image, architecture, billOfMaterials: '', digest: '' }],
    });
    for (const { files, repository } of packages)
      await run(xpkg.binary('xpkg'), ['push', `${registryAddress}/${repository}`, ...files]);
  } finally {
    rmSync(root, { recursive: true });
  }
};
