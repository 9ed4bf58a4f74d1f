import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ended } from '../support/ended.ts';
import { canary } from './databases.ts';
import { type DrillImage, installDrill, isRoot, nobody } from './drill-image.ts';
import { type Outcome, openScene, type Scene } from './scene.ts';
import { secretOf } from './store.ts';

/** What of a drill can be otherwise than it should be. */
export interface WrongDrill {
  identity?: string;
  reader?: Record<string, string>;
  storePort?: number;
  storeAuthority?: string;
  bucket?: string;
  postgres?: string;
  mostMinutes?: number;
  /** Other words at the end. */
  more?: string[];
  /** So many bytes of room, if it is root who asks. */
  room?: number;
  /** Told the number of the process once it runs, and where it works. */
  started?: (pid: number, work: string) => void;
}

/** A drill that has ended, and what it left. */
export interface Drilled extends Outcome {
  /** What lies where it worked. */
  left: string[];
  /** Processes that still work there. */
  running: number[];
}

/** A program of the image, and what it is started with besides what both are. */
export interface OwnWords {
  bundle: 'drill.cjs' | 'restore.cjs';
  /** Secrets are laid into the room. */
  words: (room: string) => string[];
}

/** All that a backup needs, and drill and restore as their image has them. */
export interface DrillScene extends Scene {
  /** Folder with bin/initdb, bin/postgres and bin/pg_restore, for everybody. */
  postgres: string;
  drill: (of: string, wrong?: WrongDrill) => Promise<Drilled>;
  run: (own: OwnWords, of: string, wrong?: WrongDrill) => Promise<Drilled>;
}

/** Of every process what started it, in words, by its number. */
const commandLines = (): [number, string[]][] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .sort((one, other) => Number(one) - Number(other))
    .map((pid) => {
      try {
        return [Number(pid), readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')];
      } catch {
        return [Number(pid), []];
      }
    });

/** The number of the first process of a drill that works there, by how its program ends, and a word that it has. */
export const processIn = (path: string, program: string, word = ''): number | undefined =>
  commandLines().find(
    ([, words]) =>
      words.slice(0, 2).some((word) => word.endsWith(program)) &&
      words.join(' ').includes(path) &&
      words.join(' ').includes(word),
  )?.[0];

/** Numbers of the processes that have a path on their command line, or work below it. */
const processesIn = (path: string): number[] =>
  commandLines()
    .filter(([pid, words]) => {
      try {
        return words.join(' ').includes(path) || readlinkSync(`/proc/${pid}/cwd`).startsWith(path);
      } catch {
        return false;
      }
    })
    .map(([pid]) => pid);

/** Starts all of it. What it leaves goes with `close`. */
export const openDrillScene = async (): Promise<DrillScene> => {
  const scene = await openScene();
  const place = mkdtempSync(join(tmpdir(), 'squadkit-drill-scene-'));
  const close = async () => {
    rmSync(place, { recursive: true, force: true });
    await scene.close();
  };
  try {
    const image = await installDrill(place);

    return {
      ...{ ...scene, postgres: image.postgres, close },
      drill: (of, wrong = {}) => run({ scene, place, image }, { bundle: 'drill.cjs', words: () => [] }, of, wrong),
      run: (own, of, wrong = {}) => run({ scene, place, image }, own, of, wrong),
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** What somebody else's shell, or a pod's template, could have in it: none of it counts. */
const environment = {
  ...{ PGHOST: 'nowhere.invalid', PGPORT: '1', PGOPTIONS: '-c nonsense=1', PGUSER: 'postgres', PGDATA: '/nowhere' },
  ...{ AWS_ENDPOINT_URL: 'https://nowhere.invalid', AWS_REGION: 'nowhere', PATH: process.env.PATH, TZ: 'Asia/Tokyo' },
};

/** As a node would: Secrets as files, as nobody, in a file system of which only its own folder can be written. */
const run = async (
  { scene, place, image }: { scene: Scene; place: string; image: DrillImage },
  own: OwnWords,
  of: string,
  wrong: WrongDrill,
): Promise<Drilled> => {
  const room = mkdtempSync(join(place, 'r-'));
  const work = join(room, 'work');
  mkdirSync(work);
  chmodSync(room, 0o755);
  chmodSync(work, 0o777);
  mkdirSync(join(room, 'reader'));
  const reader = { accessKeyId: 'reader', secretAccessKey: secretOf('reader'), ...wrong.reader };
  for (const [key, value] of Object.entries(reader)) writeFileSync(join(room, 'reader', key), value);
  cpSync(wrong.storeAuthority ?? scene.store.caPath, join(room, 'ca.crt'));
  cpSync(wrong.identity ?? (scene.identities[0] as string), join(room, 'identity'));
  const besides = own.words(room);
  execFileSync('chmod', ['-R', 'a+rX', room]);
  const words = [
    ...[image.program, join(image.bundles, own.bundle), '--of', of, '--bucket', wrong.bucket ?? 'backups'],
    ...['--store', `https://localhost:${wrong.storePort ?? scene.store.port}`, '--region', 'eu-west-1'],
    ...['--store-authority-file', join(room, 'ca.crt'), '--reader', join(room, 'reader')],
    ...['--identity-file', join(room, 'identity'), '--postgres', wrong.postgres ?? image.postgres, '--work', work],
    ...['--most-minutes', String(wrong.mostMinutes ?? 5), ...besides, ...(wrong.more ?? [])],
  ];
  const mounted = wrong.room === undefined ? `--bind ${work}` : `-t tmpfs -o size=${wrong.room},mode=1777 tmpfs`;
  const script = `mount ${mounted} ${work}; mount -o remount,bind,ro /; exec "$@"`;
  const [command, ...rest] = isRoot
    ? ['unshare', '--mount', '--ipc', 'sh', '-euc', script, 'sh', ...nobody, ...words]
    : words;
  const child = spawn(command as string, rest, { cwd: '/', env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) wrong.started?.(child.pid, work);
  const said = await ended(child);
  const left = readdirSync(work);
  const running = processesIn(work);
  rmSync(room, { recursive: true, force: true });

  return { ...said, left, running };
};

/** One sentence, whose move it is, no text of a row, and nothing left: no folder, no process. */
export const expectUnproven = (
  { status, out, error, left, running }: Drilled,
  because: RegExp,
  actor: 'Squad' | 'Platform' | 'SRE' | 'anybody',
  { message = 'not proven', code = 1 }: { message?: string; code?: number } = {},
): void => {
  const lines = error.split('\n').map((line) => JSON.parse(line || '{}') as Record<string, unknown>);
  expect(lines).toEqual([
    expect.objectContaining({
      ...{ level: 'error', message, because: expect.stringMatching(because) },
      actor: actor === 'anybody' ? expect.stringMatching(/^(Squad|Platform|SRE)$/) : actor,
      next: expect.any(String),
    }),
  ]);
  expect({ status, out, left, running }).toEqual({ status: code, out: '', left: [], running: [] });
  for (const secret of [canary, secretOf('reader'), 'AGE-SECRET-KEY']) expect(error).not.toContain(secret);
};
