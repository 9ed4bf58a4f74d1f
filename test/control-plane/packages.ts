import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Package } from '../../package/package.ts';
import type { Progress } from '../../package/tools/progress.ts';
import type { BuiltTool } from '../../package/tools/tools.ts';
import type { Cluster } from './kubernetes.ts';
import { describeConditions, isTrue } from './objects.ts';
import type { ProcessSpecification } from './processes.ts';

/** A registry of our own, on disk, by package/tools/crossplane/xpkg. */
export const registry = (
  crossplane: BuiltTool,
  { port, directory }: { port: number; directory: string },
): ProcessSpecification => {
  mkdirSync(directory, { recursive: true });

  return {
    name: 'registry',
    command: crossplane.binary('xpkg'),
    arguments: ['serve', `127.0.0.1:${port}`, directory],
    ready: { url: `http://127.0.0.1:${port}/v2/` },
  };
};

/** Pushes packages to the local registry. */
export const pushPackages = async (crossplane: BuiltTool, port: number, packages: Package[]): Promise<void> => {
  await Promise.all(
    packages.map(({ files, repository }) =>
      promisify(execFile)(crossplane.binary('xpkg'), ['push', `127.0.0.1:${port}/${repository}`, ...files]),
    ),
  );
};

/** Makes Crossplane take packages of these registries from the local one, under their real names. */
export const redirectRegistries = async (hub: Cluster, port: number): Promise<void> => {
  for (const prefix of ['xpkg.crossplane.io', 'ghcr.io']) {
    await hub.apply({
      apiVersion: 'pkg.crossplane.io/v1beta1',
      kind: 'ImageConfig',
      metadata: { name: prefix.replaceAll('.', '-') },
      spec: { matchImages: [{ type: 'Prefix', prefix }], rewriteImage: { prefix: `127.0.0.1:${port}` } },
    });
  }
};

/** Installs, or upgrades to, a version of the Squadkit configuration, which brings the function and the providers. */
export const installConfiguration = async (hub: Cluster, version: string): Promise<void> => {
  await hub.apply({
    apiVersion: 'pkg.crossplane.io/v1',
    kind: 'Configuration',
    metadata: { name: 'squadkit' },
    spec: { package: `ghcr.io/squadkit/squadkit:${version}` },
  });
};

/** Waits until all packages are installed and healthy, and says so one by one. */
export const waitForPackages = async (hub: Cluster, progress: Progress, seconds = 180): Promise<void> => {
  const deadline = Date.now() + seconds * 1000;
  const announced = new Set<string>();
  let waiting: string[] = [];
  while (Date.now() < deadline) {
    const lists = ['Configuration', 'Provider', 'Function'].map((kind) => hub.list('pkg.crossplane.io/v1', kind));
    const packages = (await Promise.all(lists)).flat();
    const unhealthy = packages.filter((item) => !isTrue(item, 'Installed') || !isTrue(item, 'Healthy'));
    for (const { kind, metadata } of packages.filter((item) => !unhealthy.includes(item))) {
      const name = `${kind} ${metadata.name}`;
      if (!announced.has(name)) progress.note(`   ${name} is healthy`);
      announced.add(name);
    }
    waiting = unhealthy.map((item) => `${item.kind} ${item.metadata.name}: ${describeConditions(item)}`);
    if (packages.length > 1 && waiting.length === 0) return;
    await sleep(300);
  }

  throw new Error(`not all packages are healthy after ${seconds} s:\n${waiting.join('\n')}`);
};
