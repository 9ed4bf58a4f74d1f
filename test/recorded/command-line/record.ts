import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argumentsIn, examplesName, namedIn, type Recording, type Run, writeRecordings } from './recording.ts';
import { build, filesIn, type Tree } from './tree.ts';
import { examplesRuns, runsFor, trees } from './trees/index.ts';

/**
 * Writes what a built command line says of the examples and of odd trees into the folder of its version, for later
 * releases to be compared with: `tsx test/recorded/command-line/record.ts <squadkit.mjs>`.
 */
const [, , program = 'dist/squadkit.mjs'] = process.argv;

/** Trees at the same moment: most of the time goes into starting Node.js. */
const together = 4;

/** What Node.js itself warns of is not what the command says. */
const called = (args: string[]): Promise<{ status: number; out: string; error: string }> =>
  new Promise((done, failed) => {
    const options = { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NO_COLOR: '1', NODE_NO_WARNINGS: '1' } };
    execFile(process.execPath, [resolve(program), ...args], options, (ended, out, error) => {
      const status = ended === null ? 0 : ended.code;
      if (typeof status === 'number') done({ status, out, error });
      else failed(ended);
    });
  });

const recorded = async (tree: Tree, commands: string[][]): Promise<Recording> => {
  const folder = mkdtempSync(join(tmpdir(), 'squadkit-plan-'));
  try {
    build(folder, tree, examples);
    const runs: Run[] = [];
    for (const args of commands) {
      const { status, out, error } = await called(argumentsIn(folder, args));
      runs.push({ args, status, out: namedIn(folder, out), error: namedIn(folder, error) });
    }
    return { ...tree, runs };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const examples = filesIn('examples');
const recordings: Record<string, Recording> = {
  // Told in full, and first: the others are told as changes of it.
  [examplesName]: { ...(await recorded({ files: {} }, examplesRuns)), files: examples },
};
const waiting = Object.entries(trees);
const recordNext = async (): Promise<void> => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [name, { evidence = [], ...tree }] = next;
    recordings[name] = await recorded(tree, runsFor(tree, evidence));
  }
};
await Promise.all(Array.from({ length: together }, recordNext));

const release = `v${(await called(['--version'])).out.trim()}`;
writeRecordings(release, recordings);
console.log(`${Object.keys(recordings).length} recordings of the command line of ${release}`);
