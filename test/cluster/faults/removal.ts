import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, kill } from './scene.ts';

/** Something dies at the moment when a Service is removed, and comes back. */
export const killedWhileRemoved = (seconds: number, ...names: string[]): Fault => ({
  name: `removal: ${names.join(', ')} ${seconds < 30 ? 'killed' : `down for ${seconds / 60} min`}`,
  strike: async (scene) => {
    await kill(scene, ...names);
    await sleep(seconds * 1000);
  },
});
