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
  /** Whether there are more branches and names than are looked at, so that commits may be missing. */
  isCut: boolean;
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
  const budget = { left: mostLooks };
  const steps = stepsOf(repository, { tip: 'HEAD', path, without: [] }, budget);
  const told: Change[] = [];
  let read = 0;
  for (; read < steps.length && told.length < most; read += 1)
    told.push(...changesAt(repository, steps[read] as Step, budget));

  return { told, before: steps.length - read, isCut: budget.left < 0 };
};

/** So many branches and names of a file are gone through at most: each is a question to Git. */
export const mostLooks = 200;

/** How many looks are left; less than none once one was refused. */
interface Budget {
  left: number;
}

const isAllowed = (budget: Budget): boolean => {
  budget.left = budget.left > 0 ? budget.left - 1 : -1;

  return budget.left >= 0;
};

/** A file from a commit on to where others begin. */
interface Line {
  tip: string;
  path: string;
  without: string[];
}

/** What the configuration of a clone may say otherwise. */
const asWritten = ['-c', 'log.showRoot=true', '-c', 'log.follow=false', '-c', 'log.diffMerges=separate'];

/** The steps of a file from a commit on to where others begin, and those of the file that it was made from. */
const stepsOf = (repository: Repository, line: Line, budget: Budget): Step[] => {
  const steps: Step[] = [];
  for (let next: Line | undefined = line; next !== undefined && isAllowed(budget); ) {
    const found = stepsOfName(repository, next);
    steps.push(...found.steps);
    next = found.from;
  }

  return steps;
};

/** The steps of a file under one name, and where it goes on under another one. */
const stepsOfName = (
  repository: Repository,
  { tip, path, without }: Line,
): { steps: Step[]; from: Line | undefined } => {
  const log = git(repository, [
    ...[...asWritten, 'log', '--first-parent', '-m', '--raw', '--no-abbrev', '--no-renames', '--no-ext-diff'],
    ...['--format=%x00%H %P%x00', tip, ...without.map((commit) => `^${commit}`), '--', path],
  ]);
  const parts = log.output.toString().split('\0').slice(1);
  const steps: Step[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [id = '', ...parents] = (parts[at] ?? '').trim().split(' ');
    const isNew = /^:\d+ \d+ [0-9a-f]+ [0-9a-f]+ A/m.test(parts[at + 1] ?? '');
    const step = { id, parents: parents.filter((parent) => parent !== ''), path, isNew };
    steps.push(step);
    const source = isNew ? sourceOf(repository, step) : undefined;
    if (source !== undefined) return { steps, from: { tip: parents[0] as string, path: source, without } };
  }

  return { steps, from: undefined };
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
const changesAt = (repository: Repository, step: Step, budget: Budget): Change[] => {
  const { id, parents, path } = step;
  const [first, ...merged] = parents;
  if (first === undefined || merged.length === 0) return [{ id, merge: undefined }];
  const inside = commitsIn(
    repository,
    merged.map((tip) => ({ tip, path, without: [first] })),
    budget,
  );
  const isTaken = inside.length > 0 && merged.some((tip) => isTakenFrom(repository, step, first, tip));

  return [...(isTaken ? [] : [{ id, merge: undefined }]), ...inside.map((commit) => ({ id: commit, merge: id }))];
};

/**
 * The commits of branches that changed a file, but for what the other one had already, and each once: branches that were merged
 * into each other again and again have more ways than anybody could go. What is still to be looked at is kept in a list, because
 * they may lie in each other deeper than a program calls itself.
 */
const commitsIn = (repository: Repository, lines: Line[], budget: Budget): string[] => {
  const commits: string[] = [];
  const seen = new Set<string>();
  const open: (Line | { step: Step; without: string[] })[] = [...lines].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!('step' in next)) {
      const { without } = next;
      open.push(
        ...stepsOf(repository, next, budget)
          .map((step) => ({ step, without }))
          .reverse(),
      );
      continue;
    }
    const { step, without } = next;
    const { id, parents, path } = step;
    if (seen.has(id)) continue;
    seen.add(id);
    const [first, ...merged] = parents;
    if (first === undefined || merged.length === 0) {
      commits.push(id);
      continue;
    }
    const blob = blobAt(repository, id, path);
    if (!merged.some((other) => blobAt(repository, other, path) === blob)) commits.push(id);
    open.push(...merged.map((tip) => ({ tip, path, without: [...without, first] })).reverse());
  }

  return commits;
};

/** Whether a merge has the file as the merged branch had it, and the branch that it was merged into had not changed it. */
const isTakenFrom = (repository: Repository, { id, path }: Step, first: string, tip: string): boolean => {
  if (blobAt(repository, id, path) !== blobAt(repository, tip, path)) return false;
  const [fork] = linesOf(git(repository, ['merge-base', first, tip]).output);

  return fork !== undefined && blobAt(repository, first, path) === blobAt(repository, fork, path);
};

const blobAt = (repository: Repository, commit: string, path: string): string =>
  lineOf(git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}:${path}`]).output);
