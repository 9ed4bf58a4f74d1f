import { sep } from 'node:path';
import type { Problem } from './problem.ts';

/** A file of a tree. */
export interface TreeFile {
  /** From the root of the tree, with slashes. */
  path: string;
  bytes: number;
  /** Undefined if it cannot be opened. */
  read: () => Buffer | undefined;
}

/** A symbolic link of a tree; nothing is read through it. */
export interface TreeLink {
  path: string;
  /** What it leads to, from the root of the tree; undefined if that is outside. */
  target: string | undefined;
}

/** All that lies in a tree, sorted by path. */
export interface Listing {
  files: TreeFile[];
  links: TreeLink[];
  /** What cannot be looked into. */
  problems: Problem[];
}

/** More than any document of Kubernetes may have in etcd, and so more than a cluster would take. */
export const mostBytes = 1024 * 1024;

/** What nobody wrote by hand; not even looked at, whatever is in it. */
export const absurdBytes = 8 * mostBytes;

/** What is too much to look through, under any name. */
export const endlessBytes = 64 * mostBytes;

/** Whether a GitOps engine looks for documents in a file of that name by itself. */
export const mayHoldDocuments = (path: string): boolean => /\.(ya?ml|json)$/i.test(path);

/** Squads commit here, so what lies here is looked at even when a mistake has eaten the words that say so. */
export const isInSquadFolder = (path: string): boolean => /(^|\/)squads\/[^/]+\//.test(path);

/** A path of this system with slashes; where a backslash is a letter of a name, it stays one. */
export const withSlashes = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));

/** The folder of a path; empty at the root. */
export const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');

/** All folders around a path, from the nearest to the root. */
export const foldersAbove = (path: string): string[] => {
  const parts = path.split('/');

  return parts.map((_, index) => parts.slice(0, parts.length - 1 - index).join('/'));
};

/** Whether a path is a folder's, or lies in it. */
export const isUnder = (path: string, folder: string): boolean =>
  folder === '' || path === folder || path.startsWith(`${folder}/`);
