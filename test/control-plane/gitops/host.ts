import { join } from 'node:path';
import type { ProcessSpecification } from '../processes.ts';
import type { Engine } from './look-now.ts';

/** A Git host on loopback, which has an engine look at every push. */
export const gitServer = (of: {
  port: number;
  /** The directory of the bare repositories. */
  repositories: string;
  engine: Engine;
  /** Who tells the engine to look: a file's path. */
  kubeconfig: string;
}): ProcessSpecification => ({
  name: 'git-server',
  command: process.execPath,
  arguments: [
    ...['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'git-server.ts')],
    ...['--port', `${of.port}`, '--directory', of.repositories],
    ...['--engine', of.engine, '--kubeconfig', of.kubeconfig],
  ],
  ready: { port: of.port },
});
