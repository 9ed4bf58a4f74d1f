import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Unpacked } from './unpacked.ts';

/** Why containers cannot run here, or undefined when they can. */
export const noContainers = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'only root runs containers here';

  return spawnSync('runc', ['--version']).error ? 'runc is not installed' : undefined;
};

/**
 * Starts an image with runc as kubelet would in a namespace with the restricted standard: its user, no capability, no way to
 * more of them, a root that nobody writes. It shares the machine's network. `mounts` are directories of the machine to show,
 * `writable` are places where it may write.
 */
export const runContainer = (
  { root, configuration }: Unpacked,
  {
    command = [],
    mounts = {},
    writable = [],
  }: { command?: string[]; mounts?: Record<string, string>; writable?: string[] } = {},
): ChildProcess => {
  const bundle = mkdtempSync(join(tmpdir(), 'squadkit-container-'));
  const [uid, gid] = configuration.User.split(':').map(Number);
  const own = ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type }));
  const specification = {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid },
      args: command,
      env: configuration.Env,
      cwd: '/',
      noNewPrivileges: true,
      capabilities: { bounding: [], effective: [], permitted: [], ambient: [] },
    },
    root: { path: root, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      ...writable.map((destination) => ({
        ...{ destination, type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] },
      })),
      ...Object.entries(mounts).map(([destination, source]) => ({
        ...{ destination, source, type: 'bind', options: ['rbind', 'ro'] },
      })),
    ],
    linux: { namespaces: own },
  };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(specification));

  return spawn(
    'runc',
    ['--root', join(bundle, 'state'), 'run', '--bundle', bundle, `squadkit-${process.pid}-${Date.now()}`],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
};

/** What a container said when it has ended. */
export const ended = async (
  container: ChildProcess,
): Promise<{ code: number | null; output: string; errors: string }> => {
  let output = '';
  let errors = '';
  container.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  container.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) =>
    container.once('close', resolve).once('error', reject),
  );

  return { code, output, errors };
};
