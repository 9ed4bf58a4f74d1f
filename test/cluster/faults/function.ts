import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../../../package/build.ts';
import type { ProcessSpecification } from '../../control-plane/processes.ts';
import { eventually } from '../support/eventually.ts';
import { type Fault, kill, type Scene, said, wave } from './scene.ts';

/** The function is away while a Service is made, or works. */
export const functionAway = (during: string, minutes: number): Fault => ({
  name: `${during}: function down for ${minutes} min`,
  strike: async (scene) => {
    await kill(scene, 'function');
    await sleep(minutes * 60_000);
  },
});

const misbehaviours = {
  fails: 'answers each call with an error',
  slow: 'takes 25 s for each call',
  old: 'is an older version that does not know a field',
  ahead: 'has a clock that is an hour ahead',
  behind: 'has a clock that is an hour behind',
};

/**
 * The real server with the real certificates on the real port, which misbehaves for a minute. Whatever it answers,
 * nothing that exists is dropped.
 */
export const functionMisbehaves = (during: string, how: keyof typeof misbehaviours): Fault => {
  let standIn: ChildProcess | undefined;

  return {
    name: `${during}: function ${misbehaviours[how]}, for a minute`,
    strike: async (scene) => {
      if (during === 'creation') await wave(scene, 6);
      standIn = await replaceFunction(scene, how);
      await sleep(60_000);
      console.log(`meanwhile: ${await said(scene)}`);
    },
    mend: async () => {
      if (standIn === undefined) return;
      const ended = once(standIn, 'exit');
      standIn.kill('SIGKILL');
      await ended;
    },
  };
};

/** Ends the function and starts one that misbehaves in its place; resolves to its process, which the caller ends. */
export const replaceFunction = async (
  scene: Pick<Scene, 'controlPlane'>,
  fault: keyof typeof misbehaviours,
): Promise<ChildProcess> => {
  const { paths } = scene.controlPlane;
  const record = readFileSync(join(paths.state, 'processes', 'function.json'), 'utf8');
  const { specification } = JSON.parse(record) as { specification: ProcessSpecification };
  const outputDirectory = join(paths.state, 'packages', 'misbehaving');
  await bundle({ outputDirectory, entries: { 'function.cjs': join(import.meta.dirname, 'misbehaving.ts') } });
  await kill(scene, 'function');
  const standInFile = join(outputDirectory, 'function.cjs');
  const args = specification.arguments.map((argument) => (argument.endsWith('function.cjs') ? standInFile : argument));

  const standIn = spawn(specification.command, [...args, '--fault', fault], {
    env: { PATH: process.env.PATH, ...specification.environment },
    stdio: 'ignore',
  });
  await eventually('the stand-in serves', () => accepts(scene.controlPlane.ports.function), { seconds: 30 });

  return standIn;
};

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
