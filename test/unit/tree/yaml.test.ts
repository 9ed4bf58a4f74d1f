import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cases } from '../../yaml/cases.ts';
import { neighbourShapes } from '../../yaml/neighbours.ts';
import { readingOf } from '../../yaml/read.ts';
import { shapesFrom } from '../../yaml/shapes.ts';
import { agreementOf, recordedShapes } from '../../yaml/verdicts.ts';

const recorded = readFileSync(join(import.meta.dirname, '../../recorded/yaml-verdicts.txt'), 'utf8')
  .trim()
  .split('\n');
const shapes = [...cases, ...shapesFrom(recordedShapes.seed, recordedShapes.count), ...neighbourShapes];

/** What kubectl and Kustomize said is recorded by `npm run test:yaml`. */
test('what is read is what kubectl and Kustomize read; what they refuse, or read in two ways, is a problem', () => {
  expect(recorded).toHaveLength(shapes.length);
  // One of three here, all of them where the verdicts come from.
  const some = shapes.flatMap((shape, index) => (index < cases.length || index % 3 === 0 ? [{ shape, index }] : []));
  const found = some.map(({ shape, index }) => ({
    shape,
    agreement: agreementOf(readingOf(shape), recorded[index] ?? ''),
  }));
  const countOf = (wanted: string) => found.filter(({ agreement }) => agreement === wanted).length;
  console.log(
    `${found.length} of ${shapes.length} shapes: ${['read alike', 'refused', 'refused, though all read it alike'].map((name) => `${countOf(name)} ${name}`).join('; ')}`,
  );

  expect(found.filter(({ agreement }) => agreement === 'read otherwise').map(({ shape }) => shape.text)).toEqual([]);
  // A reader that refuses everything would read nothing otherwise.
  expect(countOf('read alike')).toBeGreaterThan(found.length / 5);
  // Some of them have labels that every reader reads, and no API server takes.
  expect(countOf('refused, though all read it alike')).toBeLessThan(found.length / 5);
});

describe('shapes that people asked about', () => {
  test.each(cases)('$name', ({ documents, ...shape }) => {
    const { objects, isProblem } = readingOf(shape);

    expect(isProblem ? 0 : objects.length).toBe(documents);
  });
});
