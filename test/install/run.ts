/**
 * `npm run test:install` installs Squadkit as people do, on a hub with a node, in namespaces of its own. `--keep` leaves all of
 * it running until Ctrl-C, to look at; `--long` goes on with what takes too long for every merge; `--record` keeps what
 * `squadkit doctor` was answered, for the unit tests. Other words go to Vitest. Ends with 2, and a sentence, where no node
 * can run.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgress } from '../../package/tools/progress.ts';
import { backupTools, buildTools, installTools } from '../../package/tools/tools.ts';
import { buildEverything } from '../control-plane/node/images.ts';
import { podGroup } from '../control-plane/node/kubelet.ts';
import { aquaPlace, hubPlace, installState } from '../control-plane/node/layout.ts';
import { noNode, ownNamespaces, prepareMachine } from '../control-plane/node/namespaces.ts';
import { claimState, clearState } from '../control-plane/state.ts';

const reason = noNode();
if (reason) {
  console.error(`npm run test:install cannot run here: ${reason}`);
  process.exit(2);
}

const progress = createProgress();
// What takes too long for every merge needs a store, and what backs up.
const isLong = process.argv.includes('--long');
const tool = await buildTools(progress, [...installTools, ...(isLong ? backupTools : [])]);
await claimState(installState);
const images = join(installState, 'images');
mkdirSync(images, { recursive: true });
const packages = await progress.step('images and packages', () =>
  buildEverything(tool, images, isLong ? ['backup', 'drill'] : []),
);
const order = join(installState, 'order.json');
writeFileSync(order, JSON.stringify({ state: installState, packages, arguments: process.argv.slice(2) }));

const undo = prepareMachine(podGroup, [hubPlace.name, aquaPlace.name]);
const [command = '', ...words] = ownNamespaces;
const program = [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  join(import.meta.dirname, 'inside.ts'),
  order,
];
// A group of its own: Ctrl-C reaches us, and we end process 1 in there, and with it everything.
const inside = spawn(command, [...words, ...program], { stdio: 'inherit', detached: true });
const end = () => inside.kill('SIGKILL');
process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
const code = await new Promise<number>((resolve) => inside.once('close', (status) => resolve(status ?? 1)));
undo();
// Its processes are gone, and their numbers belong to nobody.
rmSync(join(installState, 'processes'), { recursive: true, force: true });
await clearState(installState);
process.exit(code);
