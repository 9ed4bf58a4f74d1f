import { join, posix } from 'node:path';
import { problemsAbove } from './above.ts';
import { problemsAround } from './around.ts';
import { type Deliveries, deliveriesOf } from './delivery/deliveries.ts';
import { mayDecide } from './delivery/named.ts';
import { listingOfDirectory } from './directory.ts';
import type { Listing } from './file.ts';
import { listingOfRevision } from './git.ts';
import { problemLine, Unplannable } from './problem.ts';
import { type ReadFiles, readTree, type Tree } from './read.ts';
import { engineTexts, passedOverIn, renderingProblems, sourcesIn } from './rendering/problems.ts';
import type { Around } from './rendering/sources.ts';
import { type Repository, remotesOf, repositoryAround } from './repository.ts';

/** Paths as they are from where the command was called, so that a terminal can open them. */
const under = (
  directory: string,
  { documents, problems, files, unsure = [], foreign = [], deliveries }: Tree,
): Tree => ({
  deliveries,
  documents: documents.map((document) => ({
    ...document,
    file: join(directory, document.file),
    tree: directory,
  })),
  problems: problems.map((problem) => ({ ...problem, file: join(directory, problem.file) })),
  files,
  unsure: unsure.map((problem) => ({ ...problem, file: join(directory, problem.file) })),
  foreign: foreign.map((problem) => ({ ...problem, file: join(directory, problem.file) })),
});

/** All that is in a directory, and what lies above of it and changes how it is read. */
export const treeOf = (directory: string, known: ReadFiles): Tree => {
  const listing = listingOfDirectory(directory);
  const tree = lookedAt(directory, listing, known);
  const ours = [...new Set(tree.documents.map(({ file }) => file))];

  const applied = tree.documents.filter(({ object }) => object.kind !== 'Approvals').map(({ file }) => file);
  const around = problemsAround(directory, [...new Set(applied)]);
  const told = new Set((tree.unsure ?? []).map(problemLine));

  return under(directory, {
    ...tree,
    problems: [...tree.problems, ...problemsAbove(directory, ours), ...around.problems],
    unsure: [...(tree.unsure ?? []), ...around.unsure.filter((problem) => !told.has(problemLine(problem)))],
    deliveries: deliveriesAround(directory, tree, ({ top, prefix }) =>
      prefix === '' ? listing : listingOfDirectory(top),
    ),
  });
};

/** All that is in a directory as it is in a commit. */
export const treeAt = (directory: string, commit: string, known: ReadFiles): Tree => {
  const listing = listingOfRevision(directory, commit);
  const tree = lookedAt(directory, listing, known);
  const deliveries = deliveriesAround(directory, tree, ({ top, prefix }) =>
    prefix === '' ? listing : listingOfRevision(top, commit, mayDecide),
  );

  return under(directory, { ...tree, deliveries });
};

/** What decides what becomes of a tree, looked for in all of its repository once somebody asks; paths are from the tree. */
const deliveriesAround = (
  directory: string,
  { documents }: Tree,
  listingOf: (repository: Repository) => Listing,
): (() => Deliveries) =>
  once(() => {
    const repository = repositoryAround(directory) ?? { top: directory, prefix: '' };
    const { prefix } = repository;
    const applied = documents.filter(({ object }) => object.kind !== 'Approvals').map(({ file }) => `${prefix}${file}`);
    const remotes = remotesOf(repository);
    const listing = orUnread(() => listingOf(repository));
    if (typeof listing === 'string') return { told: new Map(), made: new Map(), appliedBy: new Map(), unread: listing };
    const { told, made, appliedBy } = deliveriesOf({ ...listing, ours: [...new Set(applied)], remotes });
    const seen = (file: string): string => join(directory, posix.relative(prefix, file));

    return {
      told: new Map([...told].map(([key, each]) => [key, { ...each, file: seen(each.file) }])),
      made: new Map([...made].map(([file, of]) => [seen(file), of])),
      appliedBy: new Map([...appliedBy].map(([file, names]) => [seen(file), names])),
    };
  });

/** What of a repository lies beside a tree may not have been fetched, and the tree can be planned all the same. */
const orUnread = (read: () => Listing): Listing | string => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unplannable)) throw error;
    return error.message;
  }
};

const once = <Value>(make: () => Value): (() => Value) => {
  let made: { value: Value } | undefined;

  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** What is read, and all that may be applied without having been read. */
const lookedAt = (directory: string, listing: Listing, known: ReadFiles): Tree => {
  const tree = readTree(listing.files, known);
  // Every file is opened for it: once.
  const texts = engineTexts(listing.files);
  const sources = sourcesIn(texts, tree, () => aroundOf(directory));
  const problems = [
    ...listing.problems,
    ...tree.problems,
    ...renderingProblems(listing, tree, texts),
    ...sources.filter(({ isOfThis }) => isOfThis),
  ];

  return {
    ...tree,
    problems,
    unsure: [...sources.filter(({ isOfThis }) => !isOfThis), ...passedOverIn(listing, tree, texts)],
  };
};

const aroundOf = (directory: string): Around => {
  const repository = repositoryAround(directory);

  return repository === undefined
    ? { prefix: '', remotes: [] }
    : { prefix: repository.prefix, remotes: remotesOf(repository) };
};

/** What decides what becomes of several trees. Each may be of a repository of its own, so that paths from their tops may be the same. */
const together = (trees: readonly Tree[]): Deliveries => {
  const all = trees.flatMap(({ deliveries }, index) => (deliveries === undefined ? [] : [{ index, ...deliveries() }]));
  const unread = all.find((each) => each.unread !== undefined)?.unread;

  return {
    told: new Map(all.flatMap(({ index, told }) => [...told].map(([key, each]) => [`${index} ${key}`, each] as const))),
    made: new Map(all.flatMap(({ made }) => [...made])),
    appliedBy: new Map(all.flatMap(({ appliedBy }) => [...appliedBy])),
    ...(unread !== undefined && { unread }),
  };
};

/** Several trees as one. */
export const joined = (...trees: Tree[]): Tree => ({
  documents: trees.flatMap(({ documents }) => documents),
  problems: trees.flatMap(({ problems }) => problems),
  files: trees.reduce((sum, { files }) => sum + files, 0),
  unsure: trees.flatMap(({ unsure = [] }) => unsure),
  foreign: trees.flatMap(({ foreign = [] }) => foreign),
  deliveries: trees.some(({ deliveries }) => deliveries !== undefined) ? once(() => together(trees)) : undefined,
});
