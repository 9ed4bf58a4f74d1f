import { git, lineOf, linesOf, type Repository } from '../tree/repository.ts';

/** A commit that made a file what it is, and the merge that brought it onto the branch that is checked out. */
export interface Change {
  id: string;
  merge: string | undefined;
}

/** Whoever made a file what it is. */
export interface Changes {
  /** The youngest first: as many as were asked for, and all that came by the same merge as the last of them. */
  told: Change[];
  /** How often it was changed on the branch before these. */
  before: number;
}

/** A commit at which a file is otherwise than in the first of its parents. */
interface Step {
  id: string;
  parents: string[];
  path: string;
  isNew: boolean;
}

/**
 * Who made a file what it is: whatever changed it on the line of first parents, which is what a branch went through, and
 * where that is a merge the commits in it that did. What a merged branch changed and changed back is nobody's doing, whatever
 * its commits say of their author and date, and a merge that is neither what was there nor what was merged is itself one.
 *
 * `git log --follow` tells none of this: it passes over merges, and follows one name over all branches.
 */
export const changesOf = (repository: Repository, path: string, most: number): Changes => {
  const steps = stepsOf(repository, 'HEAD', path, []);
  const told: Change[] = [];
  let read = 0;
  for (; read < steps.length && told.length < most; read += 1) told.push(...changesAt(repository, steps[read] as Step));

  return { told, before: steps.length - read };
};

/** What the configuration of a clone may say otherwise. */
const asWritten = ['-c', 'log.showRoot=true', '-c', 'log.follow=false', '-c', 'log.diffMerges=separate'];

/** The steps of a file from a commit on to where others begin, and those of the file that it was made from. */
const stepsOf = (repository: Repository, tip: string, path: string, without: string[]): Step[] => {
  const log = git(repository, [
    ...[...asWritten, 'log', '--first-parent', '-m', '--raw', '--no-abbrev', '--no-renames', '--no-ext-diff'],
    ...['--format=%x00%H %P%x00', tip, ...without.map((commit) => `^${commit}`), '--', path],
  ]);
  const parts = log.output.toString().split('\0').slice(1);
  const steps: Step[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [id = '', ...parents] = (parts[at] ?? '').trim().split(' ');
    const isNew = /^:\d+ \d+ [0-9a-f]+ [0-9a-f]+ A/m.test(parts[at + 1] ?? '');
    steps.push({ id, parents: parents.filter((parent) => parent !== ''), path, isNew });
    const source = isNew ? sourceOf(repository, steps.at(-1) as Step) : undefined;
    if (source !== undefined) return [...steps, ...stepsOf(repository, parents[0] as string, source, without)];
  }

  return steps;
};

/** The name that a file had in the first parent of the commit that renamed it. */
const sourceOf = (repository: Repository, { id, parents: [first], path }: Step): string | undefined => {
  if (first === undefined) return undefined;
  const renames = ['diff-tree', '-r', '-M', '--diff-filter=R', '--name-status', '-z', first, id];
  const words = git(repository, renames).output.toString().split('\0');
  for (let at = 0; at + 2 < words.length; at += 3) if (words[at + 2] === path) return words[at + 1];

  return undefined;
};

/** The commits of one step of the branch that is checked out. */
const changesAt = (repository: Repository, step: Step): Change[] => {
  const { id, parents } = step;
  const [first, ...merged] = parents;
  if (first === undefined || merged.length === 0) return [{ id, merge: undefined }];
  const seen = new Set<string>();
  const inside = merged.flatMap((tip) => commitsIn(repository, tip, step.path, [first], seen));
  const isTaken = inside.length > 0 && merged.some((tip) => isTakenFrom(repository, step, first, tip));

  return [...(isTaken ? [] : [{ id, merge: undefined }]), ...inside.map((commit) => ({ id: commit, merge: id }))];
};

/**
 * The commits of a branch that changed a file, but for what the other one had already, and each once: branches that were merged
 * into each other again and again have more ways than anybody could go.
 */
const commitsIn = (repository: Repository, tip: string, path: string, without: string[], seen: Set<string>): string[] =>
  stepsOf(repository, tip, path, without).flatMap(({ id, parents, path: name }) => {
    if (seen.has(id)) return [];
    seen.add(id);
    const [first, ...merged] = parents;
    if (first === undefined || merged.length === 0) return [id];
    const inside = merged.flatMap((other) => commitsIn(repository, other, name, [...without, first], seen));
    const blob = blobAt(repository, id, name);

    return [...(merged.some((other) => blobAt(repository, other, name) === blob) ? [] : [id]), ...inside];
  });

/** Whether a merge has the file as the merged branch had it, and the branch that it was merged into had not changed it. */
const isTakenFrom = (repository: Repository, { id, path }: Step, first: string, tip: string): boolean => {
  if (blobAt(repository, id, path) !== blobAt(repository, tip, path)) return false;
  const [fork] = linesOf(git(repository, ['merge-base', first, tip]).output);

  return fork !== undefined && blobAt(repository, first, path) === blobAt(repository, fork, path);
};

const blobAt = (repository: Repository, commit: string, path: string): string =>
  lineOf(git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}:${path}`]).output);
