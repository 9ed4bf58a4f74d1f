import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { approvalsProblem } from '../documents/approvals.ts';
import { filesOfDirectory } from './directory.ts';
import { filesOfRevision, isRevision, revisionOf } from './git.ts';
import { Misused, type Problem, problemLine, Unplannable } from './problem.ts';
import { type ReadFiles, readTree, type Tree } from './read.ts';
import { type World, worldOf } from './world.ts';

/** What is planned, and what with. */
export interface Loaded {
  target: World;
  base: World | undefined;
  comparedWith: string | undefined;
  notes: string[];
  /** The commit of the base, if it is one. */
  commit: string | undefined;
}

const isDirectory = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** Paths as they are from where the command was called, so that a terminal can open them. */
const under = (directory: string, { documents, problems, files }: Tree): Tree => ({
  documents: documents.map((document) => ({
    ...document,
    file: join(directory, document.file),
    tree: directory,
  })),
  problems: problems.map((problem) => ({ ...problem, file: join(directory, problem.file) })),
  files,
});

const treeOf = (directory: string, known: ReadFiles): Tree => {
  const { files, problems } = filesOfDirectory(directory);
  const tree = readTree(files, known);

  return under(directory, { ...tree, problems: [...problems, ...tree.problems] });
};

const joined = (...trees: Tree[]): Tree => ({
  documents: trees.flatMap(({ documents }) => documents),
  problems: trees.flatMap(({ problems }) => problems),
  files: trees.reduce((sum, { files }) => sum + files, 0),
});

/**
 * Reads what is planned, and what it is compared with: a Git revision or a directory. `platform` is a directory with the
 * Zones and Squads, if they are not in the tree itself.
 *
 * @throws Unplannable, Misused
 */
export const load = (directory: string, options: { base?: string; platform?: string } = {}): Loaded => {
  if (!isDirectory(directory))
    throw new Unplannable(`${directory} is not a directory: name the one with your documents`);
  if (options.platform !== undefined && !isDirectory(options.platform)) {
    throw new Unplannable(`${options.platform} is not a directory: name the one with the platform's Zones and Squads`);
  }
  const known: ReadFiles = new Map();
  const platform = options.platform === undefined ? [] : [treeOf(options.platform, known)];
  const target = withApprovals(worldOf(joined(treeOf(directory, known), ...platform)));
  if (target.zones.size === 0 && target.problems.length === 0) {
    throw new Unplannable(
      `there is no Zone in ${[directory, options.platform].filter((part) => part !== undefined).join(' or ')}: a plan needs the Zones and Squads of the platform; name their directory with --platform`,
    );
  }
  if (options.base === undefined) {
    return { target, base: undefined, comparedWith: undefined, notes: [], commit: undefined };
  }

  const { tree, ...base } = baseOf(directory, options.base, known);
  const world = worldOf(joined(tree, ...platform));
  const ignored = world.problems.map(
    (problem) => `in what it is compared with, ${problemLine(problem)}; that is left out`,
  );

  return { target, ...base, base: withoutBrokenApprovals(world), notes: [...base.notes, ...ignored] };
};

const baseOf = (directory: string, base: string, known: ReadFiles) => {
  const isPath = isDirectory(base);
  if (isPath && !/[./\\]/.test(base) && isRevision(directory, base)) {
    throw new Misused(`${base} is a directory and a Git revision: write ./${base} or refs/heads/${base}`);
  }
  if (isPath) return { tree: treeOf(base, known), comparedWith: base, notes: [], commit: undefined };

  const { commit, ahead } = revisionOf(directory, base);
  const moved = `${base} has moved on by ${ahead} commit${ahead === 1 ? '' : 's'} since this branch left it: bring them in before you merge, and plan again`;

  return {
    tree: under(directory, readTree(filesOfRevision(directory, commit), known)),
    comparedWith: `${base} (${commit.slice(0, 7)})`,
    notes: ahead > 0 ? [moved] : [],
    commit,
  };
};

/** Rules that nobody can follow are a problem of the tree like any other. */
const withApprovals = (world: World): World => {
  const refusal = world.approvals && approvalsProblem(world.approvals.object);
  if (world.approvals === undefined || refusal === undefined) return world;
  const { file, positionOf } = world.approvals;
  const problem: Problem = { file, ...positionOf(refusal.path), message: refusal.message };

  return { ...world, problems: [...world.problems, problem] };
};

const withoutBrokenApprovals = (world: World): World =>
  world.approvals && approvalsProblem(world.approvals.object) ? { ...world, approvals: undefined } : world;
