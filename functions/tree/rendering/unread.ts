import { type Document, isAlias, isMap, isScalar, type Pair, type ParsedNode, visit } from 'yaml';
import type { Problem } from '../problem.ts';
import { type Doubt, doubtfulLines, positionIn } from '../reader/lines.ts';
import { mentionsEngine, unescaped } from '../reader/mention.ts';
import { circleIn, parsedIn } from '../reader/parsed.ts';
import { textTag } from '../reader/scalars.ts';

/**
 * Why a file that may hold a document of Flux or Argo CD cannot be read here as they read it: then nobody knows what they make
 * of our documents.
 */
export const unreadProblems = (file: string, text: string): Problem[] => {
  // What has no apiVersion in any spelling is no document of Kubernetes.
  if (!text.includes('!') && !unescaped(text).includes('apiVersion')) return [];
  const isOfEngine = (document: Parsed): boolean =>
    isOfKubernetes(document) && mentionsEngine(text.slice(document.range[0], document.range[2]));

  return problemAt(file, text, 'Flux or Argo CD', documentDoubt(text, isOfEngine));
};

/** The same for what Kustomize is told, which is in the first document. */
export const unreadKustomization = (file: string, text: string): Problem[] => {
  let count = 0;
  const doubt = documentDoubt(text, ({ contents }) => {
    if (contents !== null) count += 1;
    return true;
  });
  const second = count > 1 ? { offset: 0, message: 'there are several documents: write one' } : undefined;

  return problemAt(file, text, 'Kustomize', doubt ?? second);
};

type Parsed = Document.Parsed<ParsedNode>;

const problemAt = (file: string, text: string, tool: string, found: Doubt | undefined): Problem[] => {
  const doubt = doubtfulLines(text)[0] ?? found;
  if (doubt === undefined) return [];

  return [
    {
      file,
      ...positionIn(text, doubt.offset),
      message: `what ${tool} may be told here cannot be read for sure: ${doubt.message}`,
    },
  ];
};

const documentDoubt = (text: string, isRead: (document: Parsed) => boolean): Doubt | undefined => {
  try {
    const parsed: Parsed[] = parsedIn(text, options) as Parsed[];
    for (const document of parsed) {
      const [error] = document.errors;
      if (error !== undefined) return { offset: error.pos[0], message: sentence(error.message) };
      const doubt = isRead(document) ? tagOrLoop(document) : undefined;
      if (doubt !== undefined) return doubt;
      document.toJS();
    }
  } catch (error) {
    // Where the parser has run out of stack says nothing about the file.
    return { offset: 0, message: sentence((error as Error).message) };
  }

  return undefined;
};

// Whatever one of the readers of YAML may take: keys twice, keys that are merged in.
const options = { merge: true, uniqueKeys: false, prettyErrors: false } as const;

/** Whether it says what it is, in itself or by something that is merged in or tagged. */
const isOfKubernetes = ({ contents }: Parsed): boolean =>
  isMap(contents) &&
  contents.items.some(
    ({ key }) =>
      isAlias(key) ||
      !isScalar(key) ||
      key.tag !== undefined ||
      typeof key.value === 'symbol' ||
      ['apiVersion', 'kind', 'items', '<<'].includes(String(key.value)),
  );

const tagOrLoop = (document: Parsed): Doubt | undefined => {
  const offset = document.contents?.range[0] ?? 0;
  if (circleIn(document) !== undefined) return { offset, message: 'it holds itself: write out what is meant' };
  let found: Doubt | undefined;
  visit(document, {
    Node: (_, node) => {
      const tag = isAlias(node) ? undefined : node.tag;
      const isTagged = tag !== undefined && tag !== textTag;
      if (!isTagged && !(isMap(node) && hasFieldTwice(node.items))) return undefined;
      const message = isTagged ? `leave the tag ${JSON.stringify(tag)} out` : 'a field is written twice: keep one';
      found = { offset: node.range?.[0] ?? 0, message };
      return visit.BREAK;
    },
  });

  return found;
};

const hasFieldTwice = (pairs: Pair[]): boolean => {
  const names = pairs.flatMap(({ key }) => (isScalar(key) && typeof key.value !== 'symbol' ? [String(key.value)] : []));

  return new Set(names).size < names.length;
};

const sentence = (message: string): string => {
  const line = message.split('\n')[0] ?? '';
  return /call stack/.test(line) ? 'it is nested too deeply' : line.charAt(0).toLowerCase() + line.slice(1);
};
