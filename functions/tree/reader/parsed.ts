import {
  type Alias,
  type Document,
  isCollection,
  isScalar,
  type Node,
  parseAllDocuments,
  visit,
  YAMLParseError,
} from 'yaml';
import { outOfBounds } from './bounds.ts';
import type { Doubt } from './lines.ts';

/** Thrown for a text that nobody can read as YAML, or as a tree: it says where and why. */
export class Unreadable extends Error {
  readonly offset: number;

  constructor({ offset, message }: Doubt) {
    super(message);
    this.offset = offset;
  }
}

type Options = NonNullable<Parameters<typeof parseAllDocuments>[1]>;

/**
 * The documents of a text. All texts of a tree that are read as YAML are read here, and what they say is taken by `contentOf`.
 *
 * @throws Unreadable before anything is read, if that would take too much
 */
export const parsedIn = (text: string, { uniqueKeys, ...options }: Options = {}): Document.Parsed[] => {
  const doubt = outOfBounds(text);
  if (doubt !== undefined) throw new Unreadable(doubt);

  // The parser compares each key with all others of its mapping, and would warn on stderr, in the words of the tree, of keys that
  // are no text, such as of a template.
  const documents = parseAllDocuments(text, { ...options, uniqueKeys: false, logLevel: 'error' }) as Document.Parsed[];
  if (uniqueKeys !== false) for (const document of documents) refuseKeysTwice(document);

  return documents;
};

/**
 * What a document says, as a tree.
 *
 * @throws Unreadable if it is none: go-yaml refuses an alias inside of what it stands for, and what walks over it has no end
 */
export const contentOf = (document: Document): unknown => {
  const circle = circleIn(document);
  if (circle !== undefined) throw new Unreadable(circle);

  return document.toJS();
};

/** Why nobody can read a text, if it is so; where that may stand without being ours. */
export const unreadable = (text: string): Doubt | undefined => {
  const doubt = outOfBounds(text);
  if (doubt !== undefined || !text.includes('*')) return doubt;

  return parsedIn(text)
    .map(circleIn)
    .find((circle) => circle !== undefined);
};

/** Whether an alias stands inside of what it stands for, by what is around it. It comes after its anchor, so there is no other circle. */
export const isInside = ({ source }: Alias, around: readonly unknown[]): boolean =>
  around.some((each) => isCollection(each) && each.anchor === source);

/** The first place at which something in a document holds itself: no JSON can be made of it. */
export const circleIn = (document: Document): Doubt | undefined => {
  let circle: Doubt | undefined;
  visit(document, {
    Alias: (_, alias, path) => {
      if (!isInside(alias, path)) return undefined;
      circle = { offset: alias.range?.[0] ?? 0, message: `*${alias.source} stands for something that it is inside of` };
      return visit.BREAK;
    },
  });

  return circle;
};

/** A mapping that has a key twice is an error in the words of the parser, among its others. */
const refuseKeysTwice = ({ contents, errors }: Document.Parsed): void => {
  const offset = contents === null ? undefined : keyTwice(contents);
  if (offset === undefined) return;
  const error = new YAMLParseError([offset, offset + 1], 'DUPLICATE_KEY', 'Map keys must be unique');
  errors.push(error);
  errors.sort((one, other) => one.pos[0] - other.pos[0]);
};

const keyTwice = (contents: Node): number | undefined => {
  let offset: number | undefined;
  visit(contents, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      const twice = items.find(({ key }) => {
        if (!isScalar(key)) return false;
        const isSeen = seen.has(key.value);
        seen.add(key.value);
        return isSeen;
      });
      if (twice === undefined) return undefined;
      offset = (twice.key as Node).range?.[0] ?? 0;
      return visit.BREAK;
    },
  });

  return offset;
};
