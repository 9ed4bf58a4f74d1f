import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { buildImages, type Image } from '../../../package/image/image.ts';
import { addLibraries } from '../../../package/image/layers.ts';
import type { Architecture } from '../../../package/image/lock.ts';
import { addNode } from '../../../package/image/node.ts';
import { run } from '../../../package/image/run.ts';
import { type ImageName, specifications } from '../../../package/image/specification.ts';
import { buildPackages, type Package } from '../../../package/package.ts';
import { postgresClient } from '../../../package/tools/postgres-client.ts';
import type { BuiltTool } from '../../../package/tools/tools.ts';
import { releasedVersion } from '../../../package/version.ts';
import { repository } from '../state.ts';

/** What containers here run on. */
export const architecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

interface Program {
  /** Files and directories of the machine, by where they belong in the image. */
  files: Record<string, string>;
  entrypoint: string[];
  /** Whether Node is in it. */
  hasNode?: boolean;
  /** Which of our images has the libraries that it needs. */
  libraries?: keyof typeof specifications;
}

/** Builds an image of programs from here on the libraries of our own images, and returns its file. */
export const programImage = async (
  xpkg: BuiltTool,
  file: string,
  { files, entrypoint, hasNode, libraries: of = 'function-squadkit' }: Program,
): Promise<string> => {
  const work = mkdtempSync(join(tmpdir(), 'squadkit-program-'));
  const layer = (name: string) => {
    mkdirSync(join(work, name));

    return join(work, name);
  };
  const [libraries, node, own] = [layer('libraries'), layer('node'), layer('own')];
  try {
    await addLibraries(specifications[of], architecture, libraries);
    if (hasNode) await addNode(architecture, node);
    for (const [target, source] of Object.entries(files)) {
      mkdirSync(join(own, dirname(target)), { recursive: true });
      cpSync(source, join(own, target), { recursive: true });
    }
    chmodSync(own, 0o755);
    mkdirSync(dirname(file), { recursive: true });
    await run(xpkg.binary('xpkg'), [
      ...['image', file, `--platform=linux/${architecture}`],
      ...[libraries, node, own].map((directory) => `--layer=${directory}`),
      ...entrypoint.map((word) => `--entrypoint=${word}`),
    ]);

    return file;
  } finally {
    rmSync(work, { recursive: true });
  }
};

/** Everything that the hub pulls, as files, and where each belongs in the registry; `further` are images of ours besides. */
export const buildEverything = async (
  tool: (name: string) => BuiltTool,
  output: string,
  further: ImageName[] = [],
): Promise<Package[]> => {
  const xpkg = tool('crossplane');
  const program = async (name: string, repository: string, files: Record<string, string>, entrypoint: string[]) => ({
    files: [await programImage(xpkg, join(output, `${name}.tar`), { files, entrypoint })],
    repository,
  });
  const functionImages: Image[] = await buildImages(xpkg, 'function-squadkit', { output });
  const ours: Package[] = [];
  for (const name of ['janitor', ...further] as const) {
    const built = await buildImages(xpkg, name, { output });
    ours.push({ files: built.map(({ file }) => file), repository: `squadkit/${name}:${releasedVersion()}` });
  }
  const app = join(output, 'app.cjs');
  await build({
    ...{ entryPoints: [join(repository, 'test/install/app/app.ts')], outfile: app, bundle: true, platform: 'node' },
    ...{ format: 'cjs', external: ['pg-native'], logLevel: 'warning' },
  });
  const crds = xpkg.directory('cluster/crds');
  const webhooks = xpkg.directory('cluster/webhookconfigurations');

  return Promise.all([
    ...(await buildPackages(xpkg, { output, images: functionImages })),
    ...ours,
    appImage(xpkg, join(output, 'app.tar'), app),
    psqlImage(xpkg, join(output, 'psql.tar')),
    program('pause', 'pause:v1', { pause: tool('pods').binary('pause') }, ['/pause']),
    program('coredns', 'coredns:v1', { coredns: tool('pods').binary('coredns') }, ['/coredns']),
    program(
      'crossplane',
      `crossplane/crossplane:${xpkg.version}`,
      { 'usr/local/bin/crossplane': xpkg.binary('crossplane'), crds, webhookconfigurations: webhooks },
      ['/usr/local/bin/crossplane'],
    ),
    providerPackage(tool, 'provider-sql', output),
    providerPackage(tool, 'provider-kubernetes', output),
  ]);
};

/** What a squad runs in its namespace. */
const appImage = async (xpkg: BuiltTool, file: string, app: string): Promise<Package> => {
  const entrypoint = ['/usr/bin/node', '/app.cjs'];

  return {
    files: [await programImage(xpkg, file, { files: { 'app.cjs': app }, entrypoint, hasNode: true })],
    repository: 'app:v1',
  };
};

/** The file of a library that a program of this machine, or one for this machine, is linked with. */
const libraryOf = async (program: string, library: string): Promise<string> => {
  const [, path] =
    new RegExp(`^\\s*${library.replaceAll('.', '\\.')} => (\\S+)`, 'm').exec(await run('ldd', [program])) ?? [];
  if (path === undefined) throw new Error(`${program} is not linked with ${library}`);

  return realpathSync(path);
};

/** What the page of a squad's first row takes of the official image of PostgreSQL: psql of 18, a shell, cat and sleep. */
const psqlImage = async (xpkg: BuiltTool, file: string): Promise<Package> => {
  const client = await postgresClient();
  const psql = join(client, 'bin/psql');
  const files = {
    'usr/bin/psql': psql,
    // Beside which it looks for its own.
    'usr/lib/libpq.so.5': realpathSync(join(client, 'lib/libpq.so.5')),
    'usr/lib/libreadline.so.8': await libraryOf(psql, 'libreadline.so.8'),
    'usr/lib/libtinfo.so.6': await libraryOf(psql, 'libtinfo.so.6'),
    'bin/sh': realpathSync('/bin/sh'),
    'bin/cat': realpathSync('/bin/cat'),
    'bin/sleep': realpathSync('/bin/sleep'),
  };

  return {
    files: [await programImage(xpkg, file, { files, entrypoint: ['/bin/sh'], libraries: 'backup' })],
    repository: 'psql:v1',
  };
};

/** A provider's package as its project publishes it, with the program inside: built of its module. */
const providerPackage = async (tool: (name: string) => BuiltTool, name: string, output: string): Promise<Package> => {
  const provider = tool(name);
  const image = await programImage(tool('crossplane'), join(output, `${name}.tar`), {
    files: { 'usr/local/bin/provider': provider.binary('provider') },
    entrypoint: ['/usr/local/bin/provider'],
  });
  const file = join(output, `${name}.xpkg`);
  await run(tool('crossplane').binary('xpkg'), [
    'build',
    provider.directory('package'),
    file,
    `--runtime-image=${image}`,
  ]);

  return { files: [file], repository: `crossplane-contrib/${name}:${provider.version}` };
};
