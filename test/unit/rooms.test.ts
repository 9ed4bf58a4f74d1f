import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const functions = join(import.meta.dirname, '../../functions');

/** Floor of each room, as the table of functions/README.md has it. */
const floors = new Map(
  [...readFileSync(join(functions, 'README.md'), 'utf8').matchAll(/^\| (\d+) \| ([^|]+) \|/gm)].flatMap(
    ([, floor, rooms = '']) => [...rooms.matchAll(/`([^`]+)`/g)].map(([, room = '']) => [room, Number(floor)] as const),
  ),
);

const files = readdirSync(functions, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

const roomOf = (file: string): string => (file.includes('/') ? `${file.split('/')[0]}/` : file);

/** What a file imports from functions/, type or value, as paths from there. */
const importsOf = (file: string): string[] => {
  const text = readFileSync(join(functions, file), 'utf8');
  const found = [...text.matchAll(/(?:from|import|import\()\s*'(\.[^']+)'/g)].map(([, path = '']) => path);

  return found.map((path) => relative(functions, join(functions, dirname(file), path)));
};

test('every file lies in a room of the table, and every room of the table has files', () => {
  expect([...new Set(files.map(roomOf))].sort()).toEqual([...floors.keys()].sort());
});

test.each(files)('%s imports only from its own room and from lower floors', (file) => {
  const upwards = importsOf(file).filter(
    (imported) =>
      roomOf(imported) !== roomOf(file) && (floors.get(roomOf(imported)) ?? 0) >= (floors.get(roomOf(file)) ?? 0),
  );

  expect(upwards).toEqual([]);
});

test('no files import each other in a circle', () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const imported of importsOf(file)) walk(imported, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);

  expect(circles).toEqual([]);
});

test.each(files)('%s is at most 250 lines, and says of every name that it hands out what it is', (file) => {
  const lines = readFileSync(join(functions, file), 'utf8').split('\n');
  const before = (index: number): string => {
    const line = lines[index - 1] ?? '';
    return line.startsWith('// ') ? before(index - 1) : line;
  };
  const silent = lines.filter(
    (line, index) =>
      /^export (async )?(const|function|class|interface|type) \w/.test(line) && !before(index).endsWith('*/'),
  );

  // What is generated is a table, and grows with what it lists.
  if (!lines[0]?.startsWith('// Generated')) expect(lines.length - 1).toBeLessThanOrEqual(250);
  expect(silent).toEqual([]);
});
