import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs Go in a directory with a go.mod and returns what it says on standard output. Throws with the last lines of its
 * errors. Go ends when this process ends.
 */
export const go = async (
  commandArguments: string[],
  directory: string,
  environment: Record<string, string> = {},
): Promise<string> => {
  const child = spawn('go', commandArguments, {
    cwd: directory,
    env: { ...process.env, GOWORK: 'off', ...environment },
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

/** Throws one sentence when Go is missing or older than what the go.mod files in these directories ask for. */
export const requireGo = (directories: string[]): void => {
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
