import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { arch, homedir, platform } from 'node:os';
import { join } from 'node:path';
import type { Progress } from './progress.ts';

interface Tool {
  name: string;
  /** The module whose version is the tool's version. */
  module: string;
  /** How long a build from nothing takes on two cores, for people who wait. */
  minutes: number;
  /** Flags that put the version into the binary: some tools refuse to work without. */
  versionFlags?: (version: string) => string[];
  /** Directories of the module that are needed at run time. */
  directories?: string[];
}

const crossplaneVersion = (version: string) => [
  `-X github.com/crossplane/crossplane-runtime/v2/pkg/version.version=${version}`,
];

const kubernetesVersion = (version: string) => {
  const [major, minor] = version.slice(1).split('.');
  const variable = 'k8s.io/component-base/version';

  return [`-X ${variable}.gitVersion=${version} -X ${variable}.gitMajor=${major} -X ${variable}.gitMinor=${minor}`];
};

const tools: Tool[] = [
  { name: 'registry', module: 'github.com/google/go-containerregistry', minutes: 0.5 },
  { name: 'etcd', module: 'go.etcd.io/etcd/server/v3', minutes: 1 },
  { name: 'kubernetes', module: 'k8s.io/kubernetes', minutes: 5, versionFlags: kubernetesVersion },
  {
    name: 'crossplane',
    module: 'github.com/crossplane/crossplane/v2',
    minutes: 3,
    versionFlags: crossplaneVersion,
    directories: ['cluster/crds', 'cluster/webhookconfigurations'],
  },
  {
    name: 'crossplane-cli',
    module: 'github.com/crossplane/cli/v2',
    minutes: 3,
    versionFlags: crossplaneVersion,
  },
  {
    name: 'provider-sql',
    module: 'github.com/crossplane-contrib/provider-sql',
    minutes: 2,
    directories: ['package'],
  },
  {
    name: 'provider-kubernetes',
    module: 'github.com/crossplane-contrib/provider-kubernetes',
    minutes: 2,
    directories: ['package'],
  },
];

/** A tool that is ready to run: `binary('kube-apiserver')` and `directory('cluster/crds')` are absolute paths. */
export interface BuiltTool {
  version: string;
  binary(name: string): string;
  directory(path: string): string;
}

/**
 * Builds every tool, or the named ones, unless they are in the cache already, from the Go modules pinned in
 * tools/<name>/go.mod. The cache is outside the clone: SQUADKIT_CACHE, or squadkit in XDG_CACHE_HOME or in ~/.cache. Go
 * is needed only for what is missing.
 */
export const buildTools = async (
  progress: Progress,
  names = tools.map(({ name }) => name),
): Promise<(name: string) => BuiltTool> => {
  const entries = tools.filter(({ name }) => names.includes(name)).map((tool) => ({ tool, ...cacheEntry(tool) }));
  const missing = entries.filter((entry) => !existsSync(entry.path));
  if (missing.length) requireGo();

  for (const [index, { tool, path, version, flags }] of missing.entries()) {
    const remaining = missing.slice(index).reduce((sum, entry) => sum + entry.tool.minutes, 0);
    const announce = `building ${index + 1} of ${missing.length}, about ${Math.ceil(tool.minutes)} min (all: ${Math.ceil(remaining)} min on 2 cores, only once)`;
    await progress.step(`${tool.name} ${version}`, () => buildTool(tool, flags, path), { announce });
  }

  return (name) => {
    const entry = entries.find(({ tool }) => tool.name === name);
    if (!entry) throw new Error(`unknown tool "${name}": expected one of ${names.join(', ')}`);

    return {
      version: entry.version,
      binary: (binary) => join(entry.path, 'bin', binary),
      directory: (path) => join(entry.path, 'module', path),
    };
  };
};

const cacheDirectory = () =>
  process.env.SQUADKIT_CACHE ??
  (process.env.XDG_CACHE_HOME ? join(process.env.XDG_CACHE_HOME, 'squadkit') : join(homedir(), '.cache', 'squadkit'));

const cacheEntry = (tool: Tool) => {
  const goMod = readFileSync(join(sourceDirectory(tool), 'go.mod'), 'utf8');
  const goSum = readFileSync(join(sourceDirectory(tool), 'go.sum'), 'utf8');
  const version = new RegExp(`^\\s*(?:require )?${tool.module} (v\\S+)`, 'm').exec(goMod);
  if (!version?.[1]) throw new Error(`cannot find the version of ${tool.module} in ${sourceDirectory(tool)}/go.mod`);

  const flags = ['-trimpath', `-ldflags=${['-s -w', ...(tool.versionFlags?.(version[1]) ?? [])].join(' ')}`];
  const content = createHash('sha256').update([goMod, goSum, ...flags, ...(tool.directories ?? [])].join('\n'));
  const key = `${version[1]}-${content.digest('hex').slice(0, 12)}-${platform()}-${arch()}`;

  return { version: version[1], flags, path: join(cacheDirectory(), 'tools', tool.name, key) };
};

const sourceDirectory = (tool: Tool) => join(import.meta.dirname, tool.name);

/** Builds into a temporary directory beside the cache entry and renames it: an interrupted build leaves no entry. */
const buildTool = async (tool: Tool, flags: string[], path: string) => {
  mkdirSync(join(path, '..'), { recursive: true });
  const temporary = mkdtempSync(`${path}.building-`);
  try {
    await go(['install', ...flags, 'tool'], sourceDirectory(tool), { GOBIN: join(temporary, 'bin') });
    for (const directory of tool.directories ?? []) {
      const module = JSON.parse(await go(['list', '-m', '-json', tool.module], sourceDirectory(tool))) as {
        Dir: string;
      };
      copyDirectory(join(module.Dir, directory), join(temporary, 'module', directory));
    }
    chmodSync(temporary, 0o755);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Somebody else built the same at the same time.
    if (!existsSync(path)) throw error;
  }
};

const go = async (commandArguments: string[], directory: string, environment: Record<string, string> = {}) => {
  const options: SpawnOptions = { cwd: directory, env: { ...process.env, GOWORK: 'off', ...environment } };
  const child = spawn('go', commandArguments, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const stopWithUs = () => child.kill();
  process.once('exit', stopWithUs);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  process.removeListener('exit', stopWithUs);
  if (code !== 0) {
    throw new Error(
      `cannot run "go ${commandArguments[0]}" in ${directory}:\n${errors.trim().split('\n').slice(-15).join('\n')}`,
    );
  }

  return output;
};

/** Throws one sentence when Go is missing or older than what the go.mod files ask for. */
const requireGo = () => {
  const needed = tools
    .map((tool) => /^go (\S+)/m.exec(readFileSync(join(sourceDirectory(tool), 'go.mod'), 'utf8'))?.[1] ?? '1.26.0')
    .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }))
    .at(-1);
  const { stdout, error } = spawnSync('go', ['env', 'GOVERSION'], {
    env: { ...process.env, GOTOOLCHAIN: 'local' },
    encoding: 'utf8',
  });
  if (error) {
    throw new Error(
      `Go ${needed} or newer is needed to build the control plane, and there is no "go" in PATH: see go.dev/doc/install`,
    );
  }

  const found = stdout.trim().replace(/^go/, '').split(' ')[0] ?? '';
  if (found.localeCompare(needed ?? '', 'en', { numeric: true }) < 0) {
    throw new Error(
      `Go ${needed} or newer is needed to build the control plane, and "go" in PATH is ${found}: see go.dev/doc/install`,
    );
  }
};

/** Files of the module cache are read-only: a copy with their mode could not be removed again. */
const copyDirectory = (from: string, to: string) => {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      copyDirectory(source, target);
      continue;
    }
    copyFileSync(source, target);
    chmodSync(target, 0o644);
  }
};
