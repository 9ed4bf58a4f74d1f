import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../../package/tools/progress.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples } from '../../control-plane/examples.ts';
import { isTrue } from '../../control-plane/objects.ts';
import { owner } from '../../control-plane/state.ts';
import { startCommand } from './command.ts';
import type { Tree } from './tree.ts';
import type { Undo } from './undo.ts';

/** A tree's own control plane, to which this tree's code is connected. */
export interface RunningTree {
  controlPlane: ControlPlane;
  /** Stops it; nothing of it is left but logs. */
  stop(): Promise<void>;
}

/** Steps that are done, and how long a first start still builds; the rest tells people what to do next. */
const isStep = /^(ok|failed) |: building /;

/**
 * Starts the control plane of a tree by what every release has, `npm start`, so that only this tree's code measures and
 * only the other's runs. Resolves as soon as the Services of its examples are Ready.
 */
export const startTree = async (undo: Undo, progress: Progress, tree: Tree, poll: string): Promise<RunningTree> => {
  const state = join(tree.directory, '.squadkit');
  const file = join(state, 'control-plane.json');
  const running = owner(state);
  if (running) throw new Error(`${tree.name} already runs (pid ${running.pid}): "npm stop" ends it.`);

  // What an interrupted run left would be taken for the new one's.
  rmSync(file, { force: true });
  const started = startCommand(['npm', 'start'], {
    directory: tree.directory,
    environment: { SQUADKIT_POLL: poll },
    onLine: (line) => isStep.test(line) && progress.note(`   ${tree.name}: ${line.trim()}`),
  });
  const stop = undo.add(async () => {
    await startCommand(['npm', 'stop'], { directory: tree.directory }).ended;
    await started.ended.catch(() => undefined);
  });
  const failed = started.ended.then(() => Promise.reject(new Error(`npm start of ${tree.name} ended by itself`)));

  return { controlPlane: await Promise.race([failed, up(file, tree)]), stop };
};

/** Building tools the first time takes as long as it takes: until the file is there, only the end of npm start ends it. */
const up = async (file: string, tree: Tree): Promise<ControlPlane> => {
  while (!existsSync(file)) await sleep(200);
  const controlPlane = connectControlPlane(file);
  for (const service of readExamples('squads', tree.directory)) {
    await controlPlane.hub.waitFor(service, (found) => isTrue(found, 'Ready'), { what: 'Ready', seconds: 600 });
  }

  return controlPlane;
};
