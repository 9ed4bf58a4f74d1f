import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { approvalsProblem } from '../documents/approvals.ts';
import { unchangedApart } from './apart.ts';
import { baseOf } from './base.ts';
import { isDirectory } from './directory.ts';
import { documentsOf } from './document.ts';
import { emptiedFolders } from './emptied.ts';
import { mayHoldDocuments, mostBytes } from './file.ts';
import { exactCommit } from './git.ts';
import { movedOut } from './moved.ts';
import { type Past, pastOf } from './past.ts';
import { type Problem, problemLine, Unplannable } from './problem.ts';
import { type ReadFiles, readTree, type Tree } from './read.ts';
import { isOneRepository } from './repository.ts';
import { joined, treeAt, treeOf } from './whole.ts';
import { type World, worldOf } from './world.ts';

/** What is planned, and what with. */
export interface Loaded {
  target: World;
  base: World | undefined;
  comparedWith: string | undefined;
  notes: string[];
  /** The commit of the base, if it is one. */
  commit: string | undefined;
  /** What was there before it. */
  past: Past | undefined;
}

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
  const whole = joined(treeOf(directory, known), ...platform);
  const target = withApprovals(worldOf(whole));
  const unsure = (whole.unsure ?? []).map(problemLine);
  if (target.zones.size === 0 && target.problems.length === 0) throw withoutZones(directory, options.platform);
  if (options.base === undefined) {
    return { target, base: undefined, comparedWith: undefined, notes: unsure, commit: undefined, past: undefined };
  }

  const { tree, ...base } = baseOf(directory, options.base, known);
  const { platform: was, note } = platformOf(directory, options.platform, base.commit, platform, known);
  const world = worldOf(joined(tree, ...was));
  const asBefore = unchangedApart(target, world);
  const ignored = world.problems
    .filter((problem) => !asBefore.has(problemLine(problem)))
    .map((problem) => `in what it is compared with, ${problemLine(problem)}; that is left out`);

  const moved = movedOut(world, target);
  const notes = [
    ...unsure,
    ...uncompared(target, world),
    ...[...asBefore].map((line) => `as before, ${line}`),
    ...base.notes,
    ...note,
    ...ignored,
    ...emptiedFolders(directory, tree.documents),
    ...moved.notes,
  ];

  return {
    target: {
      ...target,
      problems: [...target.problems.filter((problem) => !asBefore.has(problemLine(problem))), ...moved.problems],
    },
    ...base,
    base: withoutBrokenApprovals({
      ...world,
      unread: world.unread.filter((problem) => !asBefore.has(problemLine(problem))),
    }),
    past:
      base.commit === undefined
        ? undefined
        : pastOf({
            ...{ directory, commit: base.commit, world, known },
            platform:
              options.platform === undefined ? undefined : { directory: options.platform, now: joined(...platform) },
          }),
    notes,
  };
};

/** That nobody can tell what engines are told, because what lies beside the tree cannot be read. */
const uncompared = (...worlds: World[]): string[] => {
  const [unread] = worlds.flatMap(({ deliveries }) => deliveries?.().unread ?? []);

  return unread === undefined
    ? []
    : [`what tells engines what to apply lies beside this tree too, and is not compared: ${unread}`];
};

/** That there is nothing to plan with: an empty plan would look like good news. */
const withoutZones = (...places: (string | undefined)[]): Unplannable =>
  new Unplannable(
    `there is no Zone in ${places.filter((place) => place !== undefined).join(' or ')}: a plan needs the Zones and Squads of the platform; name their directory with --platform`,
  );

/** The platform's documents on the side of the base: of the same commit, if that has them; otherwise what is so is told. */
const platformOf = (
  directory: string,
  platform: string | undefined,
  commit: string | undefined,
  now: Tree[],
  known: ReadFiles,
): { platform: Tree[]; note: string[] } => {
  if (platform === undefined) return { platform: now, note: [] };
  if (commit !== undefined && isOneRepository(directory, platform)) {
    const was = treeAt(platform, commit, known);
    return { platform: [was], note: [] };
  }

  return {
    platform: now,
    note: [`${platform} is taken as it is now on both sides: what changes in it is not told here`],
  };
};

/**
 * Reads a tree as it is in a commit, whatever is checked out.
 *
 * @throws Unplannable if there is no such commit
 */
export const loadRevision = (directory: string, revision: string): { world: World; commit: string } => {
  const commit = exactCommit(directory, revision);

  return {
    world: worldOf(treeAt(directory, commit, new Map())),
    commit,
  };
};

/**
 * What Kustomize, Helm or a GitOps engine made of both sides, a file each. All that is applied is in there, so nothing is
 * looked for around it.
 */
const renderedOf = (file: string, known: ReadFiles): Tree => {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new Unplannable(`${file} is not a file: name what was rendered, a file for each side`);
  }
  const content = readFileSync(file);
  const path = `${basename(file)}${mayHoldDocuments(file) ? '' : '.yaml'}`;
  // It has the documents of many files, so the bounds of one do not hold.
  const tree =
    content.length > mostBytes
      ? wholeOf(documentsOf(path, content.toString('utf8'), true))
      : readTree([{ path, bytes: content.length, read: () => content }], known);
  const named = <Part extends { file: string }>(part: Part): Part => ({ ...part, file, tree: dirname(file) });

  return {
    ...tree,
    documents: tree.documents.map(named),
    problems: tree.problems.map((problem) => ({ ...problem, file })),
  };
};

const wholeOf = ({ documents, problems, inside }: ReturnType<typeof documentsOf>): Tree => ({
  documents,
  problems: [...problems, ...inside],
  files: 1,
});

/**
 * Reads what was rendered: what is there now, and what will be.
 *
 * @throws Unplannable
 */
export const loadRendered = (before: string, after: string, platform: string | undefined): Loaded => {
  const known: ReadFiles = new Map();
  const more = platform === undefined ? [] : [treeOf(platform, known)];
  const target = withApprovals(worldOf(joined(renderedOf(after, known), ...more)));
  if (target.zones.size === 0 && target.problems.length === 0) throw withoutZones(after, platform);
  const base = withoutBrokenApprovals(worldOf(joined(renderedOf(before, known), ...more)));
  const notes = base.problems.map(
    (problem) => `in what it is compared with, ${problemLine(problem)}; that is left out`,
  );

  return { target, base, comparedWith: before, notes, commit: undefined, past: undefined };
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
