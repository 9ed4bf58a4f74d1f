import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { createProgress, elapsed, type Progress } from '../../../package/tools/progress.ts';
import { applyRoom } from '../../cluster/support/room.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples } from '../../control-plane/examples.ts';
import { quiet } from '../counters.ts';
import { applyBackups } from './backups.ts';
import { startTree } from './control-plane.ts';
import type { Measurement, Run } from './measurement.ts';
import { removeServices } from './removal.ts';
import { report } from './report.ts';
import { untilResponsive, watchAtRest } from './rest.ts';
import { restartParts } from './restart.ts';
import { makeTogether, servicesOf, zone } from './together.ts';
import { baseRelease, type Tree, takeTree, thisTree } from './tree.ts';
import { createUndo, type Undo } from './undo.ts';

/** What is measured, and with what. */
export interface ManyOptions {
  /** How many Services at once; a size that is named again is measured again in the same round. */
  sizes: number[];
  /** How often each tree has its turn. */
  rounds: number;
  /** The revision to compare with; the base release if undefined. */
  base?: string | undefined;
  /** Whether this tree is measured and nothing beside it. */
  alone: boolean;
  /** Whether this tree is measured twice in turn, without a store and with one, in place of a base. */
  backups: boolean;
  /** For how many minutes those of the last size are watched while nothing changes; not at all if 0. */
  rest: number;
  /** Whether parts of the control plane are started again while those of the last size are there. */
  restart: boolean;
  /** The file that gets the figures as JSON, after each measurement. */
  json?: string | undefined;
}

/** As many as a Squad may be given. */
const servicesOfSquad = 500;

/** This tree once more, where the Zone of the Services has a store. */
const withStore: Tree = { ...thisTree, name: 'with a store' };

/** How often the providers look at what they manage: seldom, so that creating is measured and not looking. */
const poll = process.env.SQUADKIT_POLL ?? '10m';

/**
 * Makes many Services at once on a base release and on this tree, in turn: each round starts the control plane of the one,
 * measures all sizes on it, stops it, and goes on with the other.
 */
export const benchMany = async ({
  sizes,
  rounds,
  base = baseRelease.commit,
  alone,
  backups,
  rest,
  restart,
  json,
}: ManyOptions): Promise<void> => {
  const since = Date.now();
  const progress = createProgress();
  const undo = createUndo();
  try {
    const other = backups ? [withStore] : [];
    const trees = alone || backups ? [thisTree, ...other] : [await takeTree(undo, progress, base), thisTree];
    const run = newRun(trees.map(({ name }) => name));
    const write = () => {
      if (json !== undefined) writeFileSync(json, `${JSON.stringify(run, null, 2)}\n`);
    };
    // A file that cannot be written is better known now than in an hour.
    write();
    const keep = (measurement: Measurement) => {
      run.measurements.push(measurement);
      write();
    };
    for (let round = 1; round <= rounds; round += 1) {
      for (const tree of trees) await measureTree(tree, { sizes, round, rest, restart, keep, write, progress, undo });
    }
    console.log(`\n${report(run)}\n\nIt took ${elapsed(since)}.`);
  } finally {
    await undo.all();
  }
};

interface Turn {
  sizes: number[];
  round: number;
  rest: number;
  restart: boolean;
  keep: (measurement: Measurement) => void;
  write: () => void;
  progress: Progress;
  undo: Undo;
}

const measureTree = async (tree: Tree, turn: Turn): Promise<void> => {
  const { sizes, round, rest, restart, keep, write, progress, undo } = turn;
  const { controlPlane, stop } = await startTree(undo, progress, tree, poll);
  await progress.step(`${tree.name}: room for all of them`, async () => {
    await applyRoom(controlPlane, servicesOfSquad, tree.directory);
    if (tree === withStore) await applyBackups(controlPlane, zone);
    // They have warmed caches and watches that a platform has had for weeks.
    await removeServices(controlPlane, readExamples('squads', tree.directory));
  });
  for (const [index, size] of sizes.entries()) {
    const what = `round ${round}, ${tree.name}, ${size} at once`;
    const services = servicesOf(`many${index}`, size);
    await untilQuiet(controlPlane, progress);
    const measured = await progress.step(what, () => makeTogether(controlPlane, services, { progress, what }));
    const measurement: Measurement = { tree: tree.name, size, round, ...measured };
    // Kept at once, and then again with what came after: whoever stops it now has this.
    keep(measurement);
    if (rest > 0 && index === sizes.length - 1) {
      const hears = `${what}: Crossplane hears of all of them`;
      const losing = await progress.step(hears, () => untilResponsive(controlPlane, services));
      if (losing > 0) progress.note(`   not of ${losing}, measured all the same`);
      await untilQuiet(controlPlane, progress);
      const watched = `${what}: at rest for ${rest} minutes`;
      measurement.rest = await progress.step(watched, () => watchAtRest(controlPlane, rest));
    }
    // Kept as well before parts are started again: one that does not come back ends all of it.
    write();
    if (restart && index === sizes.length - 1) {
      measurement.restarted = await restartParts(controlPlane, { progress, what });
    }
    measurement.removed = await progress.step(`${what}: gone again`, () => removeServices(controlPlane, services));
    write();
  }
  await progress.step(`${tree.name} stopped`, stop);
};

const untilQuiet = async (controlPlane: ControlPlane, progress: Progress): Promise<void> => {
  const busy = await quiet(controlPlane, 300);
  if (busy.length > 0) progress.note(`   not quiet after 5 minutes, measured all the same: ${busy.join(', ')}`);
};

const newRun = (trees: Run['trees']): Run => ({
  started: new Date().toISOString(),
  machine: {
    cores: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryGibibytes: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  },
  poll,
  trees,
  measurements: [],
});
