import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guardRails, type Owned } from '../../../functions/evidence/register/owned.ts';
import { places } from '../../../functions/evidence/register/places.ts';
import { marksBelow, marksIn, placesOf } from '../../../package/marks.ts';

test('every guard rail is marked where it is enforced and tried, and the generated register says so', () => {
  const marks = marksBelow(join(import.meta.dirname, '../../..'));

  expect(placesOf(guardRails, marks)).toEqual({ places, problems: [] });
  expect(marks.length).toBeGreaterThan(100);
});

const closed: Owned = {
  id: 'doors-are-closed',
  protects: 'the house from the weather',
  means: 'A door is closed.',
  enforced: [
    { by: 'Squadkit', name: 'closeDoor' },
    { by: 'the hub', name: 'door-policy' },
  ],
  controls: ['ISO A.8.3'],
  look: { at: 'nowhere' },
  provider: undefined,
};

/** Marks what follows; it is put together here, so that this file marks nothing. */
const marked = (id: string, code: string, sign = '//'): string => `  ${sign} ${'Guard'} rail: ${id}\n${code}`;
const files = {
  'functions/door.ts': marked(closed.id, 'export const closeDoor = () => true;'),
  'package/install/hub/door.yaml': marked(closed.id, '  name: door-policy', '#'),
  'test/cluster/scenarios/door.test.ts': marked(closed.id, "test('nobody opens it', () => {"),
};

const found = (changed: Record<string, string>) =>
  placesOf(
    [closed],
    Object.entries({ ...files, ...changed }).flatMap(([file, text]) => marksIn(file, text)),
  );

test('a guard rail is found by its marks', () => {
  expect(found({})).toEqual({
    places: {
      enforcedAt: [
        { id: closed.id, name: 'closeDoor', file: 'functions/door.ts' },
        { id: closed.id, name: 'door-policy', file: 'package/install/hub/door.yaml' },
      ],
      triedBy: [{ id: closed.id, file: 'test/cluster/scenarios/door.test.ts', title: 'nobody opens it' }],
    },
    problems: [],
  });
});

describe('a mark that is wrong or missing is a problem', () => {
  test.each([
    {
      of: 'nothing is marked that enforces it',
      changed: { 'functions/door.ts': 'export const closeDoor = () => true;' },
      problem: 'doors-are-closed: nothing called closeDoor is marked "Guard rail: doors-are-closed"',
    },
    {
      of: 'no test is marked',
      changed: { 'test/cluster/scenarios/door.test.ts': "test('nobody opens it', () => {" },
      problem: 'doors-are-closed: no test is marked "Guard rail: doors-are-closed"',
    },
    {
      of: 'the id is unknown',
      changed: { 'functions/window.ts': marked('windows-are-closed', 'const closeWindow = () => true;') },
      problem: 'functions/window.ts:1: no guard rail is called "windows-are-closed"',
    },
    {
      of: 'what is below has another name',
      changed: { 'functions/window.ts': marked(closed.id, 'const closeWindow = () => true;') },
      problem: 'functions/window.ts:1: nothing here is called closeDoor or door-policy',
    },
    {
      of: 'what is below only begins so',
      changed: { 'package/install/hub/window.yaml': marked(closed.id, '  name: door-policy-of-windows', '#') },
      problem: 'package/install/hub/window.yaml:1: nothing here is called closeDoor or door-policy',
    },
    {
      of: 'no test is below',
      changed: { 'test/window.test.ts': marked(closed.id, 'const window = open();') },
      problem: 'test/window.test.ts:1: no test begins here',
    },
  ])('$of', ({ changed, problem }) => {
    expect(found(changed).problems).toEqual([problem]);
  });
});

test.each([
  ["test('nobody opens it', () => {", 'nobody opens it'],
  ["])('$who opens $what', ({ who }) => {", '$who opens $what'],
  ["test.each(['ada', 'zoe'])('%s opens nothing', async (name) => {", '%s opens nothing'],
  ["['open it', () => open('door')],", 'open it'],
  ["[\n  'open it',\n  () => open('door'),", 'open it'],
  ["[\"open another squad's\", 'POST', path],", "open another squad's"],
])('the title of %s', (code, title) => {
  const { places } = found({ 'test/cluster/scenarios/door.test.ts': marked(closed.id, code) });

  expect(places.triedBy.map((place) => place.title)).toEqual([title]);
});

test('tests on real servers are told first, then attacks, and each test once', () => {
  const { places } = found({
    'test/unit/compose/door.test.ts': marked(closed.id, "test('and by no document', () => {"),
    'test/cluster/attacks/door.ts': marked(closed.id, "['open it', 'POST', path],"),
    'test/cluster/scenarios/door.test.ts': `${marked(closed.id, "test('nobody opens it', () => {")}\n`.repeat(2),
  });

  expect(places.triedBy.map(({ title }) => title)).toEqual(['nobody opens it', 'open it', 'and by no document']);
});
