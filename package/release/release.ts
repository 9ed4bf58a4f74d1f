/**
 * `npm run release` makes everything that a release has, in dist/release: packages with their images, the command line as a
 * file, a tarball for npm and an image, what platforms apply, bills of materials, the entry of CHANGELOG.md, and checksums.
 * It pushes and signs nothing: see push.ts and .github/workflows/release.yaml. `--snapshot` takes what CHANGELOG.md has under
 * Unreleased; `--tag v0.2.0` insists on that version.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, commandLineEntries } from '../build.ts';
import { buildImages } from '../image/image.ts';
import { run } from '../image/run.ts';
import { writeNpmPackage } from '../npm.ts';
import { buildPackages } from '../package.ts';
import { createProgress } from '../tools/progress.ts';
import { buildTools } from '../tools/tools.ts';
import { releasedVersion } from '../version.ts';
import { changelogEntry, differingVersions } from './versions.ts';

const clone = resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    snapshot: { type: 'boolean', default: false },
    tag: { type: 'string' },
    output: { type: 'string', default: join(clone, 'dist/release') },
  },
});
const { output } = values;
const version = releasedVersion().slice(1);

const problems = differingVersions(clone, values.tag);
const changelog = readFileSync(join(clone, 'CHANGELOG.md'), 'utf8');
const notes = changelogEntry(changelog, values.snapshot ? 'Unreleased' : version);
if (notes === undefined)
  problems.push(`CHANGELOG.md has nothing under "## ${version}": name so what is under Unreleased, or add --snapshot`);
for (const problem of problems) console.error(problem);
if (notes === undefined || problems.length > 0) process.exit(1);

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const progress = createProgress();
const crossplane = (await buildTools(progress, ['crossplane']))('crossplane');

await progress.step('images and packages', async () => {
  const images = await buildImages(crossplane, 'function-squadkit', { output });
  await buildPackages(crossplane, { output, images });
  // The function's images are inside of its packages.
  for (const { file } of images) rmSync(file);
  await buildImages(crossplane, 'janitor', { output });
  await buildImages(crossplane, 'backup', { output });
  await buildImages(crossplane, 'drill', { output });
  await buildImages(crossplane, 'command-line', { output });
});

await progress.step('the command line', async () => {
  const work = join(output, 'work');
  await bundle({ outputDirectory: work, entries: commandLineEntries });
  cpSync(join(work, 'squadkit.mjs'), join(output, 'squadkit.mjs'));
  cpSync(join(work, 'LICENSES.txt'), join(output, 'LICENSES.txt'));
  cpSync(join(work, 'sbom.cdx.json'), join(output, 'squadkit.cdx.json'));
  await writeNpmPackage(join(work, 'npm'));
  await run('npm', ['pack', '--silent', `--pack-destination=${output}`], { directory: join(work, 'npm') });
  rmSync(work, { recursive: true });
});

// What a platform applies; only names, contents and places can differ.
const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
await run('tar', [...same, '--use-compress-program=gzip -n', '-cf', join(output, 'install.tar.gz'), 'install'], {
  directory: join(clone, 'package'),
});
writeFileSync(join(output, 'CHANGELOG.md'), notes);

const checksums = readdirSync(output)
  .sort()
  .map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(output, file)))
        .digest('hex')}  ${file}\n`,
  );
writeFileSync(join(output, 'checksums.txt'), checksums.join(''));
console.log(checksums.join(''));
