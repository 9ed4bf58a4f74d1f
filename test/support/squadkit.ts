import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../../functions/command/squadkit.ts';
import { temporaryDirectory } from './folder.ts';

/** Contents by path; null removes the file. */
export type Files = Record<string, string | Buffer | null>;

/** Writes files below a directory, or removes them. */
export const write = (directory: string, files: Files): void => {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    if (content === null) rmSync(file);
    else writeFileSync(file, content);
  }
};

const examples = join(import.meta.dirname, '../../examples');

/** A copy of the example repository, changed. */
export const exampleTree = (changes: Files = {}): string => {
  const directory = temporaryDirectory();
  cpSync(examples, directory, { recursive: true });
  write(directory, changes);

  return directory;
};

/** A file of the example repository. */
export const exampleFile = (path: string): string => readFileSync(join(examples, path), 'utf8');

/** A tree of these files only. */
export const treeOf = (files: Files): string => {
  const directory = temporaryDirectory();
  write(directory, files);

  return directory;
};

/** Runs the command; temporary directories are called as the test calls them. */
export const squadkit = async (
  args: string[],
  names: Record<string, string> = {},
): Promise<{ status: number; out: string; error: string }> => {
  let [out, error] = ['', ''];
  const status = await run(args, {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    colour: false,
  });
  const named = (text: string) =>
    Object.entries(names).reduce((before, [path, name]) => before.replaceAll(path, name), text);

  return { status, out: named(out), error: named(error) };
};

/** Git in a directory, with an identity and nobody's configuration. */
export const git = (directory: string, ...args: string[]): string =>
  execFileSync('git', ['-C', directory, '-c', 'user.email=test@example.org', '-c', 'user.name=test', ...args], {
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** A repository whose first commit is the example repository, on the branch main. */
export const exampleRepository = (): string => {
  const directory = exampleTree();
  git(directory, 'init', '-q', '-b', 'main');
  git(directory, 'add', '-A');
  git(directory, 'commit', '-q', '-m', 'The example');

  return directory;
};

/** Golden outputs are read by people: a file each, in a folder beside the tests. */
export const goldenFiles = (): string[] => readdirSync(join(import.meta.dirname, '../unit/plan/outputs')).sort();
