import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '../../../package/tools/progress.ts';
import { repository } from '../../control-plane/state.ts';
import { runCommand } from './command.ts';
import type { Undo } from './undo.ts';

/** A version of this repository that can be started by `npm start` in its directory. */
export interface Tree {
  /** What tables call it. */
  name: string;
  directory: string;
}

/** The release that later ones are compared with, and its commit: there is no tag. */
export const baseRelease = { name: 'v0.1.0', commit: '6b2efa2b0823a49b1e866f63f852df9c51508b88' };

/** The tree that this code belongs to, as it is now. */
export const thisTree: Tree = { name: 'this tree', directory: repository };

/**
 * Takes a revision from the history of this repository into a temporary directory and installs what it depends on. The
 * directory goes when everything is undone. Throws one sentence when this clone does not have the revision.
 */
export const takeTree = async (undo: Undo, progress: Progress, revision: string): Promise<Tree> => {
  requireRevision(revision);
  const directory = mkdtempSync(join(tmpdir(), 'squadkit-bench-'));
  undo.add(async () => rmSync(directory, { recursive: true, force: true }));
  // PostgreSQL does not run as root: it, too, must be able to enter.
  chmodSync(directory, 0o755);
  const name = revision === baseRelease.commit ? baseRelease.name : revision;
  await progress.step(`${name} taken from the history`, async () => {
    const archive = join(directory, 'tree.tar');
    await runCommand(undo, ['git', 'archive', '--output', archive, revision], { directory: repository });
    await runCommand(undo, ['tar', '-xf', archive], { directory });
    rmSync(archive);
    await runCommand(undo, ['npm', 'ci', '--no-audit', '--no-fund'], { directory });
  });

  return { name, directory };
};

const requireRevision = (revision: string): void => {
  const git = (...parameters: string[]) => spawnSync('git', parameters, { cwd: repository, encoding: 'utf8' });
  if (git('cat-file', '-e', `${revision}^{commit}`).status === 0) return;
  const isShallow = git('rev-parse', '--is-shallow-repository').stdout?.trim() === 'true';
  const fetch = `git fetch ${isShallow ? '--depth 1 ' : ''}origin ${revision}`;
  throw new Error(`This clone does not have revision ${revision}, which is to be measured: "${fetch}" brings it.`);
};
