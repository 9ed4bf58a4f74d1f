import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Hub, hubOf } from '../evidence/live/hub.ts';
import { connectionOf } from '../evidence/live/kubeconfig.ts';
import { renewing } from '../evidence/live/renewing.ts';
import { awaitedOf } from '../evidence/wait/awaited.ts';
import type { Awaited } from '../evidence/wait/awaiting.ts';
import { foldersOf } from '../evidence/wait/engines.ts';
import { registeredFor } from '../evidence/wait/platform.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { loadRevision } from '../tree/load.ts';
import { Misused, problemLine, Unplannable } from '../tree/problem.ts';
import type { World } from '../tree/world.ts';
import { printable } from '../words/printable.ts';
import type { Done } from './status.ts';
import type { Streams } from './streams.ts';
import { millisecondsIn } from './time.ts';

const exitStatuses = `
The kubeconfig needs to read services.squadkit.io in the squad's namespace, which every member of a squad may. If it may
also read Kustomizations in squadkit-delivery, or Applications in argocd, what Flux or Argo CD could not apply is told at
once instead of at the end of the time. Where the tree has the Service's Zones and its Squad, they are compared with the hub's too,
if the kubeconfig may read Zones and Squads; if not, that is said.

Exit status:
  0  the Service is Ready as that commit has it, or gone as that commit has none
  1  it is refused, or not there in time, or the tree or the hub cannot be read
  2  the command was called wrongly`;

interface Options {
  revision: string;
  timeout: string;
  kubeconfig?: string;
  context?: string;
}

/** What is waited for. */
interface Wanted {
  name: string;
  document: KubernetesObject | undefined;
  commit: string;
  /** What else the commit has: its Zones and Squads. */
  world: World;
}

const interval = 2000;
/** What is refused may be put right by what the same commit brings elsewhere, such as a Zone. */
const grace = 15_000;

/** Adds `squadkit wait`; `done` gets its exit status. */
export const addWait = (program: Command, { out, error }: Streams, done: Done): void => {
  program
    .command('wait')
    .description('wait until the hub has a Service as a commit has it, and say whether it is Ready, or why not')
    .argument('<service>', 'squad/name of the Service')
    .argument('[directory]', 'the tree in which it is', '.')
    .option('--revision <commit>', 'the commit that was merged', 'HEAD')
    .option('--timeout <time>', 'how long to wait, as 90s or 5m', '10m')
    .option('--kubeconfig <file>', 'of the hub; default: KUBECONFIG, or ~/.kube/config')
    .option('--context <name>', 'of the kubeconfig; default: the current one')
    .addHelpText('after', exitStatuses)
    .action(async (service: string, directory: string, options: Options) => {
      const milliseconds = millisecondsIn('--timeout', options.timeout);
      const wanted = documentIn(service, directory, options.revision);
      const see = renewing(
        () => hubOf(connectionOf(options)),
        (hub) => seenOn(hub, wanted),
      );
      const { state, words } = await wait(see, milliseconds, (line) => error(`${line}\n`));
      const isWell = state === 'Ready' || state === 'Gone';
      if (isWell) out(`${printable(words)}\n`);
      else error(`${printable(words)}\n`);
      done(isWell ? 0 : 1);
    });
};

/**
 * The document in a commit; none if the commit has none.
 *
 * @throws Misused if that is no name, Unplannable if the commit cannot be read, or has a document that nothing can come of
 */
const documentIn = (name: string, directory: string, revision: string): Wanted => {
  if (!/^[^/]+\/[^/]+$/.test(name)) throw new Misused(`${name} is no Service: name it as squad/name`);
  const { world, commit } = loadRevision(directory, revision);
  const document = world.services.get(name);
  // A file that cannot be read may have it: then to wait until it is gone would be wrong.
  const [unread] = world.unread;
  if (document === undefined && unread !== undefined) throw new Unplannable(problemLine(unread));

  return { name, document: document?.object, commit, world };
};

/** Looks until it is decided or time is up; tells what changes, with the seconds since the start. */
const wait = async (
  see: () => Promise<Awaited>,
  milliseconds: number,
  tell: (line: string) => void,
): Promise<Awaited> => {
  const started = Date.now();
  let last: Awaited | undefined;
  let refusedSince: number | undefined;
  for (;;) {
    const now = await look(see, last);
    if (now.state === 'Ready' || now.state === 'Gone') return now;
    if (now.words !== last?.words) tell(`${Math.round((Date.now() - started) / 1000)} s: ${printable(now.words)}`);
    refusedSince = now.state === 'Refused' ? (refusedSince ?? Date.now()) : undefined;
    if (refusedSince !== undefined && Date.now() - refusedSince >= grace) return now;
    last = now;

    const left = started + milliseconds - Date.now();
    if (left <= 0) return atTheEnd(now, milliseconds);
    await sleep(Math.min(interval, left));
  }
};

const atTheEnd = (last: Awaited, milliseconds: number): Awaited =>
  last.state === 'Refused' ? last : { ...last, words: `not Ready after ${milliseconds / 1000} s: ${last.words}` };

/** A hub that cannot be reached for a moment is asked again; at the first look it is an error. */
const look = (see: () => Promise<Awaited>, last: Awaited | undefined): Promise<Awaited> =>
  see().catch((error: unknown) => {
    if (last === undefined || !(error instanceof Unplannable)) throw error;
    return { state: 'Waiting', words: error.message };
  });

const seenOn = async (hub: Hub, { name, document, commit, world }: Wanted): Promise<Awaited> => {
  const [namespace = '', service = ''] = name.split('/');
  const [found, folders, registered] = await Promise.all([
    hub.get({ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', name: service, namespace }),
    foldersOf(namespace, hub),
    document === undefined ? [] : registeredFor(document, world, hub),
  ]);

  return awaitedOf(name, document, { service: found, folders, registered }, commit);
};
