import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildImages, type Image } from './image/image.ts';
import { createProgress } from './tools/progress.ts';
import { type BuiltTool, buildTools } from './tools/tools.ts';
import { releasedVersion } from './version.ts';

const repository = resolve(import.meta.dirname, '..');

/** A package and where it belongs in a registry. */
export interface Package {
  /** One file, or one for each architecture. */
  files: string[];
  /** Without the registry's host, such as `squadkit/function-squadkit:v0.1.0`. */
  repository: string;
}

/**
 * Builds the function's and the configuration's package with tools/crossplane/xpkg. `root` is a directory with
 * crossplane.yaml, apis/ and package/crossplane.yaml; `version` is the tag, by default the one of package.json. `images` are
 * what the function's package runs; without any it is a package for a control plane that runs the function itself.
 */
export const buildPackages = async (
  crossplane: BuiltTool,
  { root = repository, output = join(repository, 'dist'), version = releasedVersion(), images = [] as Image[] } = {},
): Promise<Package[]> => {
  mkdirSync(output, { recursive: true });
  const file = (name: string) => join(output, `${name}.xpkg`);
  const ofFunction = { 'crossplane.yaml': join(root, 'package/crossplane.yaml') };
  const ofConfiguration = { 'crossplane.yaml': join(root, 'crossplane.yaml'), apis: join(root, 'apis') };
  const build = async (files: Record<string, string>, target: string, image?: Image) => {
    await stage(files, (directory) => buildPackage(crossplane, directory, target, image));

    return target;
  };
  const variants: [string, Image?][] =
    images.length === 0
      ? [['function-squadkit']]
      : images.map((image) => [`function-squadkit-${image.architecture}`, image]);

  return [
    {
      files: await Promise.all(variants.map(([name, image]) => build(ofFunction, file(name), image))),
      repository: `squadkit/function-squadkit:${version}`,
    },
    { files: [await build(ofConfiguration, file('squadkit'))], repository: `squadkit/squadkit:${version}` },
  ];
};

/** Builds the packages of the two providers, from the files inside their Go modules. */
export const buildProviderPackages = async (
  crossplane: BuiltTool,
  providers: { name: string; tool: BuiltTool }[],
  output = join(repository, 'dist'),
): Promise<Package[]> => {
  mkdirSync(output, { recursive: true });

  return Promise.all(
    providers.map(async ({ name, tool }) => {
      const file = join(output, `${name}.xpkg`);
      await buildPackage(crossplane, tool.directory('package'), file);

      return { files: [file], repository: `crossplane-contrib/${name}:${tool.version}` };
    }),
  );
};

/** The tool packs every YAML file it finds: it gets a directory that holds nothing else. */
const stage = async (files: Record<string, string>, work: (directory: string) => Promise<unknown>) => {
  const directory = mkdtempSync(join(tmpdir(), 'squadkit-package-'));
  try {
    for (const [name, source] of Object.entries(files)) cpSync(source, join(directory, name), { recursive: true });
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const buildPackage = (crossplane: BuiltTool, directory: string, file: string, image?: Image) =>
  promisify(execFile)(crossplane.binary('xpkg'), [
    ...['build', directory, file],
    ...(image ? [`--runtime-image=${image.file}`] : []),
  ]);

if (argv[1] === fileURLToPath(import.meta.url)) {
  const output = argv[2] ?? join(repository, 'dist');
  const tool = await buildTools(createProgress(), ['crossplane']);
  const images = await buildImages(tool('crossplane'), 'function-squadkit', { output });
  const janitor = await buildImages(tool('crossplane'), 'janitor', { output });
  const backup = await buildImages(tool('crossplane'), 'backup', { output });
  const drill = await buildImages(tool('crossplane'), 'drill', { output });
  const commandLine = await buildImages(tool('crossplane'), 'command-line', { output });
  const packages = await buildPackages(tool('crossplane'), { output, images });
  for (const { file, digest } of [...images, ...janitor, ...backup, ...drill, ...commandLine])
    console.log(`${relative(process.cwd(), file)}  ${digest}`);
  for (const { files, repository: name } of packages)
    for (const file of files) console.log(`${relative(process.cwd(), file)}  ${name}`);
}
