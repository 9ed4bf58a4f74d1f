import { expect, test } from 'vitest';
import { compare, countsOf, lookedAt, survivorsOf } from '../../mutation/report.ts';

const source = 'const keep = [\n  1,\n];\nif (a && b) go();\n';
const at = (line: number, column: number, endLine: number, endColumn: number) => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
});
const report = {
  files: {
    'functions/waiting/gate.ts': {
      source,
      mutants: [
        { status: 'Survived', replacement: '[]', location: at(1, 14, 3, 2) },
        { status: 'NoCoverage', replacement: 'a || b', location: at(4, 5, 4, 11) },
        { status: 'Killed', replacement: 'true', location: at(4, 5, 4, 11) },
        { status: 'Timeout', replacement: 'false', location: at(4, 5, 4, 11) },
      ],
    },
  },
};
const list = { file: 'functions/waiting/gate.ts', line: 'const keep = [', code: '[ 1, ]', becomes: '[]' };
const or = { file: 'functions/waiting/gate.ts', line: 'if (a && b) go();', code: 'a && b', becomes: 'a || b' };

test('what survived, and what no test ran into, is told by its code and not by its place', () => {
  expect(survivorsOf(report)).toEqual([list, or]);
  expect(countsOf(report)).toEqual({ Survived: 1, NoCoverage: 1, Killed: 1, Timeout: 1 });
});

test('a survivor needs a reason, and a reason needs a survivor', () => {
  const explained = { ...list, reason: 'because' };

  expect(compare([list, or], [explained])).toEqual({ unexplained: [or], stale: [] });
  expect(compare([list], [{ ...list, reason: '' }])).toEqual({ unexplained: [list], stale: [] });
  expect(compare([], [explained])).toEqual({ unexplained: [], stale: [explained] });
});

test('a run of some files says nothing of the reasons for others, and all of those for what is out of scope', () => {
  const of = (file: string) => ({ ...list, file, reason: 'because' });
  const [looked, leftOut, gone] = [
    of('functions/waiting/gate.ts'),
    of('functions/waiting/pace.ts'),
    of('functions/gone.ts'),
  ];

  expect(
    lookedAt([looked, leftOut, gone], ['functions/waiting/gate.ts', 'functions/waiting/pace.ts:3-3'], report),
  ).toEqual([looked, gone]);
});
