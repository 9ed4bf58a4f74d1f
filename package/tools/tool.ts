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
import { go } from './go.ts';

/** A tool that is built from the Go modules pinned in <name>/go.mod. */
export interface Tool {
  name: string;
  /** The module whose version is the tool's version. */
  module: string;
  /** How long a build from nothing takes when it has two cores, for people who wait. */
  minutes: number;
  /** Flags that put the version into the binary: some tools refuse to work without. */
  versionFlags?: (version: string) => string[];
  /** Build tags, with commas between them: what of the module is left out. */
  tags?: string;
  /** Directories of the module that are needed at run time. */
  directories?: string[];
}

/** Where a tool is kept once it is built, and what decides its content. */
export interface CacheEntry {
  version: string;
  /** Flags of the Go compiler and linker. */
  flags: string[];
  /** The absolute path of the directory, with bin/ and module/; it is there only when the build is complete. */
  path: string;
}

/** The directory of a tool's go.mod. */
export const sourceDirectory = (tool: Tool): string => join(import.meta.dirname, tool.name);

/** The entry's name tells version and platform; another go.mod, line of Go or flag makes another entry. */
export const cacheEntry = (tool: Tool): CacheEntry => {
  const directory = sourceDirectory(tool);
  const sources = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.go'));
  const [goMod = '', ...others] = ['go.mod', 'go.sum', ...sources.sort()].map((name) =>
    readFileSync(join(directory, name), 'utf8'),
  );
  const version = new RegExp(`^\\s*(?:require )?${tool.module} (v\\S+)`, 'm').exec(goMod)?.[1];
  if (!version) throw new Error(`cannot find the version of ${tool.module} in ${directory}/go.mod`);

  // Without debug information, which -s would drop later: an eighth less CPU.
  const flags = [
    '-trimpath',
    '-gcflags=all=-dwarf=false',
    ...(tool.tags === undefined ? [] : [`-tags=${tool.tags}`]),
    `-ldflags=${['-s -w', ...(tool.versionFlags?.(version) ?? [])].join(' ')}`,
  ];
  const content = createHash('sha256').update([goMod, ...others, ...flags, ...(tool.directories ?? [])].join('\n'));
  const key = `${version}-${content.digest('hex').slice(0, 12)}-${platform()}-${arch()}`;

  return { version, flags, path: join(cacheDirectory(), 'tools', tool.name, key) };
};

/** SQUADKIT_CACHE, or squadkit in XDG_CACHE_HOME or in ~/.cache: outside the clone, so that clones share it. */
export const cacheDirectory = (): string =>
  process.env.SQUADKIT_CACHE ??
  (process.env.XDG_CACHE_HOME ? join(process.env.XDG_CACHE_HOME, 'squadkit') : join(homedir(), '.cache', 'squadkit'));

/** Builds into a temporary directory beside the cache entry and renames it: an interrupted build leaves no entry. */
export const buildTool = async (tool: Tool, { flags, path }: CacheEntry): Promise<void> => {
  mkdirSync(join(path, '..'), { recursive: true });
  const temporary = mkdtempSync(`${path}.building-`);
  try {
    // The clone's commit would be read for programs of ours: it would change what is built, and fails where Git refuses.
    await go(['install', '-buildvcs=false', ...flags, 'tool'], sourceDirectory(tool), {
      GOBIN: join(temporary, 'bin'),
    });
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
