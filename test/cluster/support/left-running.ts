import { afterAll, beforeAll } from 'vitest';
import { inWords } from '../../../functions/words/listed.ts';
import { connectControlPlane } from '../../control-plane/control-plane.ts';

/**
 * For every file of scenarios: what ran when it began runs when it has ended. Otherwise it is this file that fails, and not
 * all that come after it.
 */
let running: string[] = [];

beforeAll(() => {
  const { names, pid } = connectControlPlane();
  running = names().filter((name) => pid(name) !== undefined);
});

afterAll(async () => {
  const controlPlane = connectControlPlane();
  const known = controlPlane.names();
  const left = running.filter((name) => known.includes(name) && controlPlane.pid(name) === undefined);
  await controlPlane.startAll();
  if (left.length > 0) throw new Error(`${inWords(left)} ran before these scenarios, and did not after them`);
});
