import type { Kustomization } from './kustomization.ts';

/** So many steps are taken from kustomization to kustomization, in all of a tree: a platform of thousands needs fewer. */
export const mostSteps = 100_000;

/** What a kustomization brings, with all that those bring which it lists. */
export interface Reached {
  /** Files that are no kustomizations. */
  listed: ReadonlySet<string>;
  /** The others that it reaches. */
  kustomizations: Kustomization[];
  /** The first that lists one which lists it. */
  circle: Kustomization | undefined;
  /** Whether there was more than could be followed. */
  isEndless: boolean;
}

/** What the kustomizations of a tree list of each other. */
export interface Reach {
  /** The kustomization of a folder. */
  at: (folder: string) => Kustomization | undefined;
  from: (kustomization: Kustomization) => Reached;
}

/** Follows what kustomizations list, by a stack of its own: a chain of them may be longer than that of the program. */
export const reachOf = (found: readonly Kustomization[]): Reach => {
  const byFolder = new Map(found.map((each) => [each.folder, each]));
  const known = new Map<Kustomization, Reached>();
  let steps = 0;

  const follow = (start: Kustomization): Reached => {
    const listed = new Set<string>();
    const kustomizations: Kustomization[] = [];
    const state = new Map<Kustomization, 'open' | 'done'>();
    const open: (Kustomization | { end: Kustomization })[] = [start];
    let circle: Kustomization | undefined;
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if ('end' in next) {
        state.set(next.end, 'done');
        continue;
      }
      if (state.has(next)) {
        // What is still open is around it.
        if (state.get(next) === 'open') circle ??= next;
        continue;
      }
      state.set(next, 'open');
      if (next !== start) kustomizations.push(next);
      open.push({ end: next });
      for (const path of next.resources) {
        steps += 1;
        if (steps > mostSteps) return { listed, kustomizations, circle, isEndless: true };
        const inner = byFolder.get(path);
        if (inner === undefined) listed.add(path);
        else open.push(inner);
      }
    }

    return { listed, kustomizations, circle, isEndless: false };
  };

  return {
    at: (folder) => byFolder.get(folder),
    from: (kustomization) => {
      const before = known.get(kustomization);
      if (before !== undefined) return before;
      const reached = follow(kustomization);
      known.set(kustomization, reached);

      return reached;
    },
  };
};
