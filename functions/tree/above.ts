import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Problem } from './problem.ts';
import { convertedBy, leftOutBy } from './rendering/left-out.ts';
import { takeOut } from './rendering/problems.ts';
import { repositoryAround } from './repository.ts';

/** What is told to Flux and to Git above of a tree holds in it too. */
const told: { name: string; said: (text: string, folder: string, ours: readonly string[]) => string | undefined }[] = [
  {
    name: '.sourceignore',
    said: (text, folder, ours) => {
      const left = leftOutBy(text, folder, ours);
      return left === undefined ? undefined : `Flux leaves ${left} out, as it is told here: take that out`;
    },
  },
  {
    name: '.gitattributes',
    said: (text, folder, ours) => {
      const other = convertedBy(text, folder, ours);
      return other === undefined
        ? undefined
        : `Git makes something else of ${other} than was committed, as it is told here: ${takeOut}`;
    },
  },
];

/**
 * What lies above a tree, up to the top of its repository, and leaves documents of it out or makes others of them.
 *
 * @param ours files with documents, from the root of the tree
 */
export const problemsAbove = (directory: string, ours: readonly string[]): Problem[] => {
  const repository = repositoryAround(directory);
  if (repository === undefined || repository.prefix === '') return [];
  const { top, prefix } = repository;
  const parts = prefix.split('/').slice(0, -1);
  const paths = ours.map((path) => prefix + path);

  return parts.flatMap((_, depth) => {
    const folder = parts.slice(0, depth).join('/');
    return told.flatMap(({ name, said }): Problem[] => {
      const file = join(top, folder, name);
      if (!existsSync(file) || !statSync(file).isFile()) return [];
      const message = said(readFileSync(file, 'utf8'), folder, paths);
      return message === undefined ? [] : [{ file: posix.join('../'.repeat(parts.length - depth), name), message }];
    });
  });
};
