import type { Deliveries } from './delivery/deliveries.ts';
import { mayDecide } from './delivery/named.ts';
import { documentsOf, type TreeDocument } from './document.ts';
import { absurdBytes, endlessBytes, isInSquadFolder, mayHoldDocuments, mostBytes, type TreeFile } from './file.ts';
import { looked } from './net.ts';
import type { Problem } from './problem.ts';
import { tooMuchIn } from './reader/budget.ts';
import { disguiseIn } from './reader/disguised.ts';
import { positionIn } from './reader/lines.ts';
import { mayBecomeOurs, mentions, mentionsInBase64, wideMention } from './reader/mention.ts';
import { isGenerator, isTemplate, templateProblem } from './rendering/marks.ts';

/** The documents of Squadkit in a tree, in the order of their files. */
export interface Tree {
  documents: TreeDocument[];
  problems: Problem[];
  files: number;
  /** What is no Service in the folder of a squad, if there is such a squad. */
  foreign?: Problem[];
  /** What may be wrong, and nobody can tell from the tree. */
  unsure?: Problem[];
  /** What decides what an engine applies of it; undefined of what was rendered. */
  deliveries?: (() => Deliveries) | undefined;
}

/** Parsed files by path and content: base and target share almost all of theirs. */
export type ReadFiles = Map<string, Part>;

interface Part {
  documents: TreeDocument[];
  problems: Problem[];
  foreign?: Problem[];
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/**
 * Reads the documents of the group squadkit.io; others are ignored. What speaks of the group and cannot be read is a
 * problem, whatever its name and place. Nothing is thrown: what is wrong is in `problems`.
 */
export const readTree = (files: TreeFile[], known: ReadFiles = new Map()): Tree => {
  const parts = files.map((file) =>
    looked(
      file.path,
      (): Part => readFile(file, known),
      (found) => ({ documents: [], problems: [found] }),
    ),
  );

  return {
    documents: parts.flatMap(({ documents }) => documents),
    problems: parts.flatMap(({ problems }) => problems),
    foreign: parts.flatMap(({ foreign = [] }) => foreign),
    files: parts.filter(({ documents }) => documents.length > 0).length,
  };
};

/** Whether anything can be said of a file: by its name, or because it speaks of us. */
export const mayMatter = (path: string, content: Buffer): boolean =>
  mayDecide(path) || isInSquadFolder(path) || mentions(content.toString('utf8')) || wideMention(content) !== undefined;

const nothing = { documents: [], problems: [] };
const problem = (file: string, message: string) => ({ documents: [], problems: [{ file, message }] });

const readFile = ({ path, bytes, read }: TreeFile, known: ReadFiles) => {
  if (bytes > endlessBytes || (bytes > absurdBytes && mayHoldDocuments(path))) {
    return problem(path, `this file has ${megabytes(bytes)}, and a document has at most 1 MB: take it out of the tree`);
  }
  const content = read();
  if (content === undefined) return problem(path, 'this file cannot be read: check its permissions');

  const text = content.toString('utf8');
  const key = `${path}\0${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;

  const result = mayHoldDocuments(path) ? parse(path, content, text) : look(path, content, text);
  known.set(key, result);

  return result;
};

const parse = (path: string, content: Buffer, text: string) => {
  const isOurs = mentions(text) || mentionsInBase64(text) || mayBecomeOurs(text);
  const encoding = otherEncoding(content, text);
  if (encoding !== undefined) return problem(path, `this file is ${encoding}: save it as UTF-8`);
  if (isEncrypted.test(text)) return problem(path, encrypted);
  if (!isOurs && !isInSquadFolder(path)) return disguised(path, text);
  if (content.length > mostBytes) {
    return problem(path, `this file has ${megabytes(content.length)}, and a document has at most 1 MB: split it`);
  }

  const tooMuch = isInSquadFolder(path) ? tooMuchIn(text) : undefined;
  if (tooMuch !== undefined) return problem(path, tooMuch);

  const { documents, problems, inside, foreign } = documentsOf(path, text, isOurs);
  // What is made of a template is not in it.
  const isMade = isTemplate(text) && (documents.length > 0 || problems.length > 0);

  return isMade
    ? { documents: [], problems: [templateProblem(path, text), ...inside] }
    : { documents, problems: [...problems, ...inside], foreign };
};

const disguised = (file: string, text: string) => {
  const doubt = disguiseIn(text);
  if (doubt === undefined) return nothing;

  return { documents: [], problems: [{ file, ...positionIn(text, doubt.offset), message: doubt.message }] };
};

/**
 * SOPS leaves only the names of fields: https://github.com/getsops/sops, which Flux decrypts. A value may be of several lines, or
 * have a tag or an anchor.
 */
const isEncrypted =
  /(^|[\s"'{,])(apiVersion|kind)["']?\s*:\s*([>|][-+0-9]{0,2}\s+)?([!&]\S{0,60}\s{1,20}){0,3}["']?ENC\[/;
const encrypted =
  'this document is encrypted, so nobody can review what it is: leave apiVersion and kind readable (encrypted_regex)';

/** What has another name may still be listed in a kustomization, or applied by hand. */
const look = (path: string, content: Buffer, text: string) => {
  const encoding = wideMention(content);
  if (encoding !== undefined) return problem(path, `this file is in ${encoding} and speaks of Squadkit: ${rename}`);
  if (!mentions(text)) return nothing;
  if (isGenerator(path)) return { documents: [], problems: [templateProblem(path, text)] };
  const isProse = prose.test(path);
  if (content.length > mostBytes) return isProse ? nothing : problem(path, unread);
  const [document] = documentsOf(path, text, false).documents;
  if (document !== undefined) {
    const { line, column } = document;
    return {
      documents: [],
      problems: [{ file: path, line, column, message: `this document is not read here: ${rename}` }],
    };
  }

  return isProse ? nothing : problem(path, unread);
};

const rename = 'only files that end in .yaml, .yml or .json are read; rename it, or take it out of the tree';
const unread = `this file speaks of Squadkit: ${rename}`;

/** What tools and people read, and no tool takes for a document unless it is one as it stands. */
const prose =
  /(\.(md|mdx|markdown|rst|adoc|html?|css|svg|[cm]?[jt]sx?|go|py|rb|rs|java|kt|cs|sh|bash|zsh|fish|ps1|toml|lock|mod|sum|ini|cfg|conf|log|proto|sql|xml|csv|map)|(^|\/)(CODEOWNERS|Makefile|Dockerfile|LICENSE|NOTICE|\.gitignore|\.gitattributes|\.editorconfig))$/i;

const otherEncoding = (content: Buffer, text: string): string | undefined => {
  if (content.length >= 2 && [0xfeff, 0xfffe].includes(content.readUInt16BE(0))) return 'in UTF-16';
  const encoding = wideMention(content);
  if (encoding !== undefined) return `in ${encoding}`;
  if (!text.includes('\ufffd')) return undefined;

  // The replacement character may really be in the text.
  return Buffer.from(text, 'utf8').equals(content) ? undefined : 'not text, or in another encoding';
};
