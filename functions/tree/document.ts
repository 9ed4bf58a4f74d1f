import { isCollection, isMap, isScalar, isSeq, LineCounter, type Node, Schema, visit } from 'yaml';
import { isMapping } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import type { Path } from '../round/refusal.ts';
import { isInSquadFolder } from './file.ts';
import type { Problem } from './problem.ts';
import { broughtBy, strangersIn } from './reader/brought.ts';
import { tagsOf } from './reader/disguised.ts';
import { doubtsOf, identityDoubts, listDoubts } from './reader/doubts.ts';
import { doubtsOfJson } from './reader/json.ts';
import { type Doubt, doubtfulLines, type Position, positionIn } from './reader/lines.ts';
import { neighbourDoubts } from './reader/neighbours.ts';
import { contentOf, parsedIn, Unreadable } from './reader/parsed.ts';
import { putInto } from './reader/put-in.ts';
import { refusalsOf } from './reader/refused.ts';
import { plainTags } from './reader/scalars.ts';
import { wrappedIn } from './reader/wrapped.ts';

/** One document, and where it is. */
export interface TreeDocument {
  object: KubernetesObject;
  file: string;
  /** The directory that was read, in which the file lies: the repository around it tells its history. */
  tree: string;
  line: number;
  column: number;
  /** Where a field is, or the nearest field around it that is there. */
  positionOf: (path: Path, of?: 'value' | 'name') => Position;
}

const schema = new Schema({
  schema: 'failsafe',
  customTags: (tags) => tags.concat(plainTags, 'merge'),
});
const options = { version: '1.1', prettyErrors: false, schema } as const;

/** Whether an object is for us. */
export const isOfSquadkit = (object: unknown): object is KubernetesObject =>
  isMapping(object) && typeof object.apiVersion === 'string' && /^(plan\.)?squadkit\.io\//.test(object.apiVersion);

/**
 * The documents of Squadkit in a text of YAML or JSON, as every tool of Kubernetes reads them: those of its own and the items
 * of lists. What one tool would read otherwise than another is a problem; so is what is broken.
 *
 * @param isSuspect whether the text speaks of Squadkit: then it is a problem too if that cannot be read by everybody alike,
 *   or is inside of a document of somebody else
 * @returns `inside`: what is wrong with what documents of others hold or bring; `foreign`: what is no Service in the folder of a
 *   squad, which is a problem if there is such a squad
 */
export const documentsOf = (
  file: string,
  text: string,
  isSuspect: boolean,
): { documents: TreeDocument[]; problems: Problem[]; inside: Problem[]; foreign: Problem[] } => {
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const place = { file, positionAt };
  const problemAt = ({ offset, message }: Doubt): Problem => ({ file, ...positionAt(offset), message });
  const documents: TreeDocument[] = [];
  const problems: Problem[] = [];
  const doubtful = (doubts: Doubt[]): void => {
    problems.push(...doubts.slice(0, mostProblems).map(problemAt));
  };
  const within: Problem[] = [];
  const foreign: Problem[] = [];
  const ours = new Set<unknown>();
  const squads: Problem[] = [];

  try {
    const parsed = parsedIn(text, { ...options, lineCounter: lines });
    for (const document of parsed) {
      const error = document.errors[0];
      if (error !== undefined) {
        problems.push(brokenAt(file, positionAt(error.pos[0]), error.message));
        // What follows a broken document was not read as it was meant.
        break;
      }
      if (document.contents === null) continue;
      const object = contentOf(document);
      const { found, doubts } = inside(document.contents, object, place);
      if (found.length > 0 && isEndless(document.contents, found.length)) {
        const message = `this has more than ${mostNodes} values, and no document of Squadkit needs so many: leave some out`;
        problems.push(problemAt({ offset: offsetOf(document.contents) ?? 0, message }));
        ours.add(document);
        continue;
      }
      const read = new Set<unknown>(found.map((each) => each.object));
      // Ours are no templates at all.
      const open = found.length === 0 ? putInto(object, isInSquadFolder(file)) : [];
      const wrapped = isSuspect && open.length === 0 ? wrappedIn(object, read) : [];
      const others = [...open, ...wrapped, ...(isInSquadFolder(file) ? broughtBy(object) : [])];
      if (isInSquadFolder(file)) {
        for (const { path, message } of strangersIn(object)) {
          foreign.push(problemAt({ offset: offsetOf(nearest(document.contents, path, 'value')) ?? 0, message }));
        }
      }
      for (const { path, message } of others.slice(0, mostProblems)) {
        within.push(problemAt({ offset: offsetOf(nearest(document.contents, path, 'value')) ?? 0, message }));
      }
      for (const each of found) documents.push(each);
      if (found.length > 0) {
        ours.add(document);
        doubtful(firstAtEach([...doubts, ...doubtsOf(document, text), ...refusalsOf(document, text)]));
      } else if (isInSquadFolder(file)) {
        squads.push(...firstAtEach(refusalsOf(document, text)).slice(0, mostProblems).map(problemAt));
      } else if (isSuspect) {
        doubtful(firstAtEach([...identityDoubts(document.contents), ...tagsOf(document.contents, document)]));
      }
    }
    const neighbours = parsed.filter((document) => ours.size > 0 && !ours.has(document));
    if (ours.size === 0) problems.push(...squads);
    doubtful(neighbours.flatMap((document) => firstAtEach(neighbourDoubts(document, text))));
    if (ours.size > 0 || isSuspect || isInSquadFolder(file)) {
      const known = parsed.filter(({ errors }) => errors.length === 0);
      const lineDoubts = [...doubtfulLines(text), ...doubtsOfJson(file, text, known)].slice(0, mostProblems);
      problems.unshift(...lineDoubts.map(problemAt));
    }
  } catch (error) {
    // The parser counts aliases against bombs.
    const position = positionIn(text, error instanceof Unreadable ? error.offset : 0);
    problems.push({ file, ...position, message: `this cannot be read as YAML: ${sentence((error as Error).message)}` });
  }

  return { documents, problems: problems.slice(0, mostProblems), inside: within.slice(0, mostProblems), foreign };
};

/** More than ten times what the largest Zone of a platform has; what compares each with each other would take minutes. */
const mostNodes = 10_000;

/** Whether a document, or each of those of a list taken together, has more values than that. */
const isEndless = (contents: Node, documents: number): boolean => {
  let nodes = 0;
  visit(contents, {
    Node: () => {
      nodes += 1;
      return nodes > mostNodes * documents ? visit.BREAK : undefined;
    },
  });

  return nodes > mostNodes * documents;
};

/** One sentence for each place. */
const firstAtEach = (doubts: Doubt[]): Doubt[] =>
  [...new Map([...doubts].reverse().map((doubt) => [doubt.offset, doubt])).values()].reverse();

/** A text that is wrong all over is wrong in one way. */
const mostProblems = 20;

interface Place {
  file: string;
  positionAt: (offset: number) => Position;
}

/** What is for us in one document: the document itself, or items of a list. */
const inside = (node: Node, object: unknown, place: Place): { found: TreeDocument[]; doubts: Doubt[] } => {
  if (!isMapping(object)) return { found: [], doubts: [] };
  if (!Array.isArray(object.items)) {
    if (!isOfSquadkit(object)) return { found: [], doubts: [] };
    const doubts = Object.hasOwn(object, 'items') ? listDoubts(node, object) : [];
    return { found: [documentAt(node, object, place)], doubts };
  }

  const items = isMap(node) ? node.get('items', true) : undefined;
  const all = object.items.map((item: unknown, index) => {
    const itemNode = isSeq(items) ? items.items[index] : undefined;
    return inside((itemNode as Node | undefined) ?? node, item, place);
  });
  const found = all.flatMap((item) => item.found);
  const isOurs = isOfSquadkit(object) || found.length > 0;

  return {
    found: found.length === 0 && all.length > 0 && isOfSquadkit(object) ? [documentAt(node, object, place)] : found,
    doubts: [...(isOurs ? listDoubts(node, object) : []), ...all.flatMap((item) => item.doubts)],
  };
};

const offsetOf = (node: unknown): number | undefined => (node as Node | undefined)?.range?.[0];

const documentAt = (node: Node, object: KubernetesObject, { file, positionAt }: Place): TreeDocument => {
  const start = positionAt(offsetOf(node) ?? 0);

  return {
    object,
    file,
    tree: '',
    line: start.line,
    column: start.column,
    positionOf: (path, of = 'value') => positionAt(offsetOf(nearest(node, path, of)) ?? offsetOf(node) ?? 0),
  };
};

const brokenAt = (file: string, position: Position, message: string): Problem => ({
  file,
  ...position,
  message: `this is not YAML: ${sentence(message)}`,
});

const sentence = (message: string): string => {
  const line = message.split('\n')[0] ?? '';
  return line.charAt(0).toLowerCase() + line.slice(1);
};

/**
 * The node to point at for a path, or for as much of it as is there: the value if it is a scalar, and the name of what
 * is longer, because its value may be lines below. What an alias stands for may be right elsewhere, so an alias is
 * pointed at itself.
 */
const nearest = (node: Node, path: Path, of: 'value' | 'name'): unknown => {
  let container: unknown = node;
  let pointed: unknown = node;
  for (const [depth, key] of path.entries()) {
    const { name, value } = entryOf(container, key);
    if (value === undefined || value === null) break;
    pointed =
      name !== undefined && (isCollection(value) || (of === 'name' && depth === path.length - 1)) ? name : value;
    container = value;
  }

  return pointed;
};

/** An entry of a list, or a field of a mapping with its name; a field that is merged in is the alias that brings it. */
const entryOf = (container: unknown, key: string | number): { name?: unknown; value: unknown } => {
  if (!isMap(container)) return { value: isSeq(container) ? container.items[Number(key)] : undefined };
  const nameOf = (item: { key: unknown }): unknown => (isScalar(item.key) ? item.key.value : item.key);
  const pair = container.items.find((item) => String(nameOf(item)) === String(key));
  if (pair !== undefined) return { name: pair.key, value: pair.value };

  // The parser reads `<<` as a symbol.
  return { value: container.items.find((item) => typeof nameOf(item) === 'symbol')?.value };
};
