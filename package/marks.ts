import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Owned, Places } from '../functions/evidence/register/owned.ts';

/** A comment `Guard rail: <id>` on a line of its own, with the two lines of code below it. */
export interface Mark {
  id: string;
  /** From the root of the repository. */
  file: string;
  /** Of the comment, from 1. */
  line: number;
  below: string[];
}

const folders = ['functions', 'package', 'test'];
const isComment = (line: string): boolean => /^\s*(\/\/|#)/.test(line);

/** The marks in the text of a file. */
export const marksIn = (file: string, text: string): Mark[] => {
  const lines = text.split('\n');

  return lines.flatMap((line, index): Mark[] => {
    const id = /^\s*(?:\/\/|#) Guard rail: (.*)$/.exec(line)?.[1];
    if (id === undefined) return [];
    const below = lines.slice(index + 1).filter((other) => !isComment(other));

    return [{ id, file, line: index + 1, below: below.slice(0, 2) }];
  });
};

/** The marks in all code, manifests and tests below that directory. */
export const marksBelow = (root: string): Mark[] =>
  folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => /\.(ts|yaml)$/.test(file))
    .sort()
    .flatMap((file) => marksIn(file, readFileSync(join(root, file), 'utf8')));

/**
 * The title of the test, of the case, or of the attack that begins below a mark. A test of several cases has its title
 * after them: `])('cannot connect to %s', …`.
 */
const titleOf = ({ below }: Mark): string | undefined =>
  below.flatMap((line) => {
    const [, , title] = /\)\((['"`])(.*?)\1,/.exec(line) ?? /(['"`])(.*?)\1[,)]/.exec(line) ?? [];
    return title === undefined ? [] : [title];
  })[0];

/** Whether what is called so begins with that name in the line below a mark: `ownership` may be `ownershipOf`. */
const isCalled = (name: string, { below: [line = ''] }: Mark): boolean => {
  const start = line.indexOf(name);

  return start >= 0 && !/[\w-]/.test(line[start - 1] ?? ' ') && !line.slice(start + name.length).startsWith('-');
};

/**
 * Files in the order in which they are told: a Service's own code before what all rooms share; of tests those on real
 * servers first, then attacks, contracts, documents, all others. Within one of these by path, within a file by line.
 */
const order = [
  'functions/service/',
  'functions/',
  'package/',
  'test/cluster/scenarios/',
  'test/cluster/attacks/',
  'test/contract/',
  'test/unit/documents/',
  'test/',
];
const rankOf = ({ file }: Mark): number => order.findIndex((folder) => file.startsWith(folder));

const isTest = ({ file }: Mark): boolean => file.startsWith('test/');

/** What the marks say of these guard rails, and what is wrong with the marks: each a line for whoever made them. */
export const placesOf = (guardRails: readonly Owned[], marks: Mark[]): { places: Places; problems: string[] } => {
  const told = [...marks].sort((a, b) => rankOf(a) - rankOf(b));
  const marksOf = (id: string) => told.filter((mark) => mark.id === id);
  const enforcedAt = guardRails.flatMap(({ id, enforced }) =>
    enforced.flatMap(({ name }) =>
      marksOf(id)
        .filter((mark) => !isTest(mark) && isCalled(name, mark))
        .map(({ file }) => ({ id, name, file })),
    ),
  );
  const triedBy = guardRails.flatMap(({ id }) =>
    marksOf(id)
      .filter(isTest)
      .map((mark) => ({ id, file: mark.file, title: titleOf(mark) ?? '' })),
  );

  return {
    places: { enforcedAt: unique(enforcedAt), triedBy: unique(triedBy) },
    problems: [
      ...guardRails.flatMap((guardRail) => missing(guardRail, marksOf(guardRail.id))),
      ...marks.flatMap((mark) => misplaced(mark, guardRails)),
    ],
  };
};

const unique = <Place>(places: Place[]): Place[] => [
  ...new Map(places.map((place) => [JSON.stringify(place), place])).values(),
];

const missing = ({ id, enforced }: Owned, marks: Mark[]): string[] => [
  ...enforced
    .filter(({ name }) => !marks.some((mark) => !isTest(mark) && isCalled(name, mark)))
    .map(({ name }) => `${id}: nothing called ${name} is marked "Guard rail: ${id}"`),
  ...(marks.some(isTest) ? [] : [`${id}: no test is marked "Guard rail: ${id}"`]),
];

const misplaced = (mark: Mark, guardRails: readonly Owned[]): string[] => {
  const where = `${mark.file}:${mark.line}`;
  const guardRail = guardRails.find(({ id }) => id === mark.id);
  if (guardRail === undefined) return [`${where}: no guard rail is called "${mark.id}"`];
  if (isTest(mark)) return titleOf(mark) === undefined ? [`${where}: no test begins here`] : [];
  const names = guardRail.enforced.map(({ name }) => name);

  return names.some((name) => isCalled(name, mark)) ? [] : [`${where}: nothing here is called ${names.join(' or ')}`];
};

const rows = (places: object[]): string => places.map((place) => `    ${JSON.stringify(place)},`).join('\n');

/** The module of functions/ that says these places, each in a line. */
export const placesModule = ({
  enforcedAt,
  triedBy,
}: Places): string => `// Generated by \`npm run generate\` from the marks "Guard rail: …" in code, manifests and tests. Do not edit.
import type { Places } from './owned.ts';

/** Where each guard rail is enforced, and which tests try to break it. */
export const places: Places = {
  enforcedAt: [
${rows([...enforcedAt])}
  ],
  triedBy: [
${rows([...triedBy])}
  ],
};
`;
