import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, functionEntries } from '../../../package/build.ts';
import { buildPackages } from '../../../package/package.ts';
import { createProgress } from '../../../package/tools/progress.ts';
import { buildTools } from '../../../package/tools/tools.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import { installConfiguration, pushPackages } from '../../control-plane/packages.ts';
import { repository } from '../../control-plane/state.ts';

/** The column that the next release adds to Services. */
export const nextColumn = 'NEXT RELEASE';

/**
 * Builds packages and function of a release that does not exist, and pushes them: the working tree with another
 * version, a column more on Services and, by next-compose.ts, an annotation more on everything composed. Returns the
 * directory of its function.
 */
export const publishNextRelease = async ({ paths, ports }: ControlPlane, version: string): Promise<string> => {
  const directory = join(paths.state, 'next-release');
  const root = join(directory, 'source');
  mkdirSync(join(root, 'package'), { recursive: true });
  cpSync(join(repository, 'apis'), join(root, 'apis'), { recursive: true });
  const copy = (file: string, change: (text: string) => string) =>
    writeFileSync(join(root, file), change(readFileSync(join(repository, file), 'utf8')));
  copy('crossplane.yaml', (text) => replaced(text, /(function-squadkit\n\s+version: ).*/, `$1"${version}"`));
  copy('package/crossplane.yaml', (text) => replaced(text, /(name\.meta\.crossplane\.io: ).*/, `$1Next release`));
  copy('apis/services/definition.yaml', (text) =>
    replaced(
      text,
      /(\n\s+additionalPrinterColumns:\n)(\s+)- /,
      `$1$2- {name: ${nextColumn}, type: string, jsonPath: .metadata.name, priority: 1}\n$2- `,
    ),
  );

  const crossplane = (await buildTools(createProgress(), ['crossplane']))('crossplane');
  const [packages] = await Promise.all([
    buildPackages(crossplane, { root, output: join(directory, 'packages'), version }),
    bundle({
      entries: functionEntries,
      outputDirectory: join(directory, 'function'),
      compose: join(import.meta.dirname, 'next-compose.ts'),
      version: version.slice(1),
    }),
  ]);
  await pushPackages(crossplane, ports.registry, packages);

  return join(directory, 'function');
};

const replaced = (text: string, what: RegExp, by: string): string => {
  const changed = text.replace(what, by);
  if (changed === text) throw new Error(`cannot make the next release: ${what} is not there`);

  return changed;
};

/**
 * Goes to a version of Squadkit: the configuration, and the function that it depends on. With its default flags
 * Crossplane v2.3 does not move a dependency that is already installed, so both are named.
 */
export const installVersion = async (hub: Cluster, version: string): Promise<void> => {
  await hub.patch(functionPackage, { spec: { package: `ghcr.io/squadkit/function-squadkit:${version}` } });
  await installConfiguration(hub, version);
};

/** The function as the package manager called it when it came with the configuration. */
export const functionPackage = {
  apiVersion: 'pkg.crossplane.io/v1',
  kind: 'Function',
  metadata: { name: 'squadkit-function-squadkit' },
};

/** The configuration, as `installConfiguration` calls it. */
export const configurationPackage = {
  apiVersion: 'pkg.crossplane.io/v1',
  kind: 'Configuration',
  metadata: { name: 'squadkit' },
};
