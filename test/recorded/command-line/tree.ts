import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What a file holds: text, its lines, bytes that are no text, or one text many times; null if the file is not there. */
export type Content = string | string[] | { base64: string } | { repeat: string; times: number } | null;

/** Contents by path, from the root of a tree. */
export type Files = Record<string, Content>;

/** A tree of documents as the command line is asked about it. */
export interface Tree {
  /** What is different from the examples. */
  files: Files;
  /** There is nothing but these files: the examples are left out. */
  bare?: boolean;
  /** What is different from the examples in the tree that `plan` compares with; or a revision of the tree's repository. */
  base?: Files | string;
  /** The tree is a Git repository: the examples are committed first, then each of these. */
  commits?: Files[];
}

const bytesOf = (content: Exclude<Content, null>): string | Buffer => {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.join('\n');

  return 'base64' in content ? Buffer.from(content.base64, 'base64') : content.repeat.repeat(content.times);
};

const write = (directory: string, files: Files): void => {
  mkdirSync(directory, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    if (content === null) rmSync(file, { force: true });
    else writeFileSync(file, bytesOf(content));
  }
};

/** The same person at the same minute always, so that the ids of the commits are the same on every machine. */
const git = (directory: string, day: number, ...args: string[]): void => {
  const date = `2026-01-${String(day).padStart(2, '0')}T12:00:00+00:00`;
  execFileSync('git', ['-C', directory, '-c', 'user.email=ada@example.org', '-c', 'user.name=Ada', ...args], {
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    },
    stdio: 'ignore',
  });
};

/** Writes a tree, and the one that it is compared with, as `tree` and `base` below a folder. */
export const build = (folder: string, { files, bare, base, commits }: Tree, examples: Files): void => {
  const start = bare === true ? {} : examples;
  const tree = join(folder, 'tree');
  write(tree, start);
  if (commits !== undefined) git(tree, 1, 'init', '-q', '-b', 'main');
  for (const [index, commit] of [{}, ...(commits ?? [])].entries()) {
    write(tree, commit);
    if (commits === undefined) continue;
    git(tree, index + 1, 'add', '-A');
    git(tree, index + 1, 'commit', '-q', '-m', index === 0 ? 'The examples' : `Change ${index}`);
  }
  write(tree, files);
  if (typeof base === 'object') write(join(folder, 'base'), { ...start, ...base });
};

/** Every file of a directory; all of them are text. */
export const filesIn = (directory: string): Files =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((path) => join(directory, path))
      .filter((path) => statSync(path).isFile())
      .sort()
      .map((path) => [relative(directory, path), readFileSync(path, 'utf8')]),
  );
