import { type Check, found, hidden, well } from './check.ts';
import type { Cluster } from './cluster.ts';

/**
 * Whether a Secret is there with the keys that it needs. No value is read.
 *
 * @param steps of package/install/README.md that say how it is made
 */
export const checkSecret = async (
  hub: Cluster,
  { namespace, name, keys }: { namespace: string; name: string; keys: string[] },
  steps: string,
): Promise<Check> => {
  const what = `Secret ${namespace}/${name}`;
  const move = {
    actor: 'Platform',
    next: `make it with the keys ${keys.join(', ')} (package/install/README.md, ${steps})`,
  } as const;
  const seen = await hub.keysOf(namespace, name);
  if (seen === 'not allowed') return hidden(what, 'you may not read the metadata of Secrets there');
  // Whoever took the notes away took them of everything: then the Zone itself says whether it gets in.
  if (seen === 'not told') return well(what);
  if (seen === 'not there') return found(what, 'missing', ['it is not there'], move);

  return found(
    what,
    'wrong',
    keys.filter((key) => !seen.includes(key)).map((key) => `it has no ${key}`),
    move,
  );
};
