/** Process 1 of namespaces of its own: starts two clusters with nodes, and runs the tests on them. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Package } from '../../package/package.ts';
import { createProgress } from '../../package/tools/progress.ts';
import { buildTools, installTools } from '../../package/tools/tools.ts';
import { startNodes } from '../control-plane/node/start.ts';

const [file = ''] = process.argv.slice(2);
const {
  state,
  packages,
  arguments: given,
} = JSON.parse(readFileSync(file, 'utf8')) as {
  state: string;
  packages: Package[];
  arguments: string[];
};
const progress = createProgress();
const tool = await buildTools(progress, installTools);
const nodes = await startNodes({ state, tool, progress, packages });
const programs = ['node', 'helm'].map((name) => join(tool(name).binary('.')));
const scene = join(state, 'scene.json');
writeFileSync(
  scene,
  JSON.stringify({ ...nodes, state, programs, chart: tool('crossplane').directory('cluster/charts/crossplane') }),
  { mode: 0o600 },
);

const vitest = [
  join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs'),
  'run',
  '--project',
  'install',
  '--bail=1',
];
const words = given.filter((word) => !['--keep', '--long', '--record'].includes(word));
// What comes after the walk needs it, and goes by name.
const files = given.includes('--long') ? 'test/install/walk' : 'test/install/walk.test';
const tests = spawn(process.execPath, [...vitest, files, ...words], {
  stdio: 'inherit',
  env: { ...process.env, SQUADKIT_INSTALL: scene, ...(given.includes('--record') && { SQUADKIT_RECORD: '1' }) },
});
const code = await new Promise<number>((resolve) => tests.once('close', (status) => resolve(status ?? 1)));
if (given.includes('--keep')) {
  console.log(`All of it runs until Ctrl-C. A shell in there, from outside, as root:
  nsenter --target $(pgrep --newest --full install/inside.ts) --net --mount --pid --wd=$PWD
  export KUBECONFIG=${nodes.hub} PATH=${programs.join(':')}:$PATH`);
  while (true) await sleep(60_000);
}
process.exit(code);
