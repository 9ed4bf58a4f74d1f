import { documentsOf, type TreeDocument } from './document.ts';
import { absurdBytes, mostBytes, type TreeFile } from './file.ts';
import type { Problem } from './problem.ts';

/** The documents of Squadkit in a tree, in the order of their files. */
export interface Tree {
  documents: TreeDocument[];
  problems: Problem[];
  files: number;
}

/** Parsed files by path and content: base and target share almost all of theirs. */
export type ReadFiles = Map<string, { documents: TreeDocument[]; problems: Problem[] }>;

/** Every file that is for us says so. Files that do not are left alone, whatever is in them. */
const mention = 'squadkit.io/';

/** Squads commit here, so what lies here is looked at even when a mistake has eaten the words that say so. */
const isSquadFolder = /(^|\/)squads\/[^/]+\//;

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** Reads the documents of the group squadkit.io; others are ignored. Nothing is thrown: what is wrong is in `problems`. */
export const readTree = (files: TreeFile[], known: ReadFiles = new Map()): Tree => {
  const parts = files.map((file) => readFile(file, known));

  return {
    documents: parts.flatMap(({ documents }) => documents),
    problems: parts.flatMap(({ problems }) => problems),
    files: parts.filter(({ documents }) => documents.length > 0).length,
  };
};

const nothing = { documents: [], problems: [] };
const problem = (file: string, message: string) => ({ documents: [], problems: [{ file, message }] });

const readFile = ({ path, bytes, read }: TreeFile, known: ReadFiles) => {
  if (bytes > absurdBytes) {
    return problem(path, `this file has ${megabytes(bytes)}, and a document has at most 1 MB: take it out of the tree`);
  }
  const content = read();
  if (content === undefined) return problem(path, 'this file cannot be read: check its permissions');

  const text = content.toString('utf8');
  const key = `${path}\0${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;

  const result = parse(path, content, text);
  known.set(key, result);

  return result;
};

const parse = (path: string, content: Buffer, text: string) => {
  const isOurs = text.includes(mention);
  const encoding = otherEncoding(content, text);
  if (encoding !== undefined) return problem(path, `this file is ${encoding}: save it as UTF-8`);
  if (!isOurs && !isSquadFolder.test(path)) return nothing;
  if (content.length > mostBytes) {
    return problem(path, `this file has ${megabytes(content.length)}, and a document has at most 1 MB: split it`);
  }

  const { documents, problems } = documentsOf(path, text);
  // A template is not YAML before it is rendered.
  if (!isOurs && text.includes('{{')) return nothing;

  return { documents: documents.filter(({ object }) => isOfSquadkit(object.apiVersion)), problems };
};

const isOfSquadkit = (apiVersion: unknown): boolean =>
  typeof apiVersion === 'string' && /^(plan\.)?squadkit\.io\//.test(apiVersion);

const otherEncoding = (content: Buffer, text: string): string | undefined => {
  if (content.length >= 2 && [0xfeff, 0xfffe].includes(content.readUInt16BE(0))) return 'in UTF-16';
  if (!text.includes('\ufffd')) return undefined;

  // The replacement character may really be in the text.
  return Buffer.from(text, 'utf8').equals(content) ? undefined : 'not text, or in another encoding';
};
