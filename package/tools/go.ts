import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A line of Go that a tool needs, and that this machine's Go could not get. */
export class NoToolchain extends Error {}

/**
 * Runs Go in a directory with a go.mod and returns what it says on standard output. Throws with the last lines of its
 * errors. Go ends when this process ends. Where the go.mod names a toolchain, that one is run, which Go gets itself.
 */
export const go = async (
  commandArguments: string[],
  directory: string,
  environment: Record<string, string> = {},
): Promise<string> => {
  const child = spawn('go', commandArguments, {
    cwd: directory,
    env: { ...process.env, GOWORK: 'off', ...toolchainEnvironment(directory), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stopWithUs = () => child.kill();
  process.once('exit', stopWithUs);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
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

/** The toolchain that the go.mod of a directory names, such as `go1.27.3`; undefined where it is the one in PATH. */
const toolchainOf = (directory: string): string | undefined =>
  /^toolchain (\S+)/m.exec(readFileSync(join(directory, 'go.mod'), 'utf8'))?.[1];

/** Some machines are set to use no Go but their own. */
const toolchainEnvironment = (directory: string): Record<string, string> => {
  const toolchain = toolchainOf(directory);

  return toolchain === undefined ? {} : { GOTOOLCHAIN: toolchain };
};

/**
 * Throws one sentence when Go is missing or older than what the go.mod files in these directories ask for, and
 * NoToolchain when it cannot get a toolchain that one of them names.
 */
export const requireGo = (directories: string[]): void => {
  requireOwnGo(directories.filter((directory) => toolchainOf(directory) === undefined));
  for (const directory of directories) {
    const toolchain = toolchainOf(directory);
    if (toolchain !== undefined) requireToolchain(toolchain, basename(directory));
  }
};

/** Go 1.21 and later get a toolchain as they get a module. */
const requireToolchain = (toolchain: string, tool: string): void => {
  const { stdout, stderr, error } = spawnSync('go', ['version'], {
    env: { ...process.env, GOWORK: 'off', GOTOOLCHAIN: toolchain },
    cwd: tmpdir(),
    encoding: 'utf8',
  });
  if (!error && stdout.includes(`${toolchain} `)) return;

  const reason = error ? 'there is no "go" in PATH' : `"go" in PATH could not get it: ${lastLineOf(stderr || stdout)}`;
  throw new NoToolchain(`${toolchain} is needed to build ${tool}, and ${reason}`);
};

const lastLineOf = (text: string): string => text.trim().split('\n').at(-1) ?? '';

const requireOwnGo = (directories: string[]): void => {
  if (directories.length === 0) return;
  const needed = directories
    .map((directory) => /^go (\S+)/m.exec(readFileSync(join(directory, 'go.mod'), 'utf8'))?.[1] ?? '1.26.0')
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
