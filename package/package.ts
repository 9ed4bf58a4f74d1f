import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createProgress } from './tools/progress.ts';
import { type BuiltTool, buildTools } from './tools/tools.ts';

const repository = resolve(import.meta.dirname, '..');

/** A package file and where it belongs in a registry. */
export interface Package {
  file: string;
  /** Without the registry's host, such as `squadkit/function-squadkit:v0.1.0`. */
  repository: string;
}

/**
 * Builds the function's and the configuration's package with tools/crossplane/xpkg. `root` is a directory with
 * crossplane.yaml, apis/ and package/crossplane.yaml; `version` is the tag, by default the one of package.json.
 */
export const buildPackages = async (
  crossplane: BuiltTool,
  { root = repository, output = join(repository, 'dist'), version = releasedVersion() } = {},
): Promise<Package[]> => {
  mkdirSync(output, { recursive: true });
  const build = async (name: string, files: Record<string, string>) => {
    const file = join(output, `${name}.xpkg`);
    await stage(files, (directory) => buildPackage(crossplane, directory, file));

    return { file, repository: `squadkit/${name}:${version}` };
  };

  return Promise.all([
    build('function-squadkit', { 'crossplane.yaml': join(root, 'package/crossplane.yaml') }),
    build('squadkit', { 'crossplane.yaml': join(root, 'crossplane.yaml'), apis: join(root, 'apis') }),
  ]);
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

      return { file, repository: `crossplane-contrib/${name}:${tool.version}` };
    }),
  );
};

/** The version that is released together: function, configuration and command line tool. */
export const releasedVersion = (): string => {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };

  return `v${version}`;
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

const buildPackage = (crossplane: BuiltTool, directory: string, file: string) =>
  promisify(execFile)(crossplane.binary('xpkg'), ['build', directory, file]);

if (argv[1] === fileURLToPath(import.meta.url)) {
  const providerNames = ['provider-sql', 'provider-kubernetes'];
  const tool = await buildTools(createProgress(), ['crossplane', ...providerNames]);
  const providers = providerNames.map((name) => ({ name, tool: tool(name) }));
  const packages = [
    ...(await buildPackages(tool('crossplane'))),
    ...(await buildProviderPackages(tool('crossplane'), providers)),
  ];
  for (const { file, repository: name } of packages) console.log(`${relative(process.cwd(), file)}  ${name}`);
  if (!existsSync(join(repository, 'dist/function.cjs'))) console.log('The function itself: npm run build');
}
