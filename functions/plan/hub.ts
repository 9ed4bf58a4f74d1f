import { simulatedHub } from '../simulation/simulate.ts';
import type { Change } from './change.ts';

/** What stands for the hub's name, and for what is made from it. */
const unknown = '<hub>';

/** Marks, and what claims a server: both end in a hash of the hub's name (ownership/mark.ts). */
const made = /(?<=squadkit_|[.])[0-9a-f]{24}\b/g;

/**
 * The resources of a change without the name of a hub: a tree does not tell of which hub it is, and the marks of the
 * simulated one would be taken for those on the servers.
 */
export const withoutHub = ({ resources, ...change }: Change): Change => ({
  ...change,
  resources: JSON.parse(
    JSON.stringify(resources).replaceAll(made, unknown).replaceAll(`squadkit ${simulatedHub}/`, `squadkit ${unknown}/`),
  ) as Change['resources'],
});
