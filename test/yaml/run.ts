import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createProgress } from '../../package/tools/progress.ts';
import { buildTools } from '../../package/tools/tools.ts';
import { cases } from './cases.ts';
import { neighbourShapes } from './neighbours.ts';
import { readingOf } from './read.ts';
import { axes, type Shape, shapesFrom } from './shapes.ts';
import {
  type Agreement,
  type Answer,
  agreementOf,
  linesOf,
  questionsOf,
  recordedShapes,
  verdictOf,
} from './verdicts.ts';

/**
 * `npm run test:yaml [-- <seed> <count>]`: what we make of files, beside what kubectl and Kustomize make of them. Without
 * arguments it takes the recorded shapes, and writes down the verdicts, which `npm test` replays without Go.
 */
const recorded = join(import.meta.dirname, '../recorded/yaml-verdicts.txt');

const ask = (binary: string, shapes: Shape[]): Answer[] => {
  const { stdout, stderr, status } = spawnSync(binary, {
    input: questionsOf(shapes),
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`the reader of Kubernetes ended with ${status}: ${stderr}`);

  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
};

const [seed = recordedShapes.seed, count = recordedShapes.count] = process.argv.slice(2).map(Number);
const tool = (await buildTools(createProgress(), ['kubernetes-reader']))('kubernetes-reader');
const shapes = [...cases, ...shapesFrom(seed, count), ...neighbourShapes];
const answers = ask(tool.binary('reader'), shapes);
const verdicts = answers.map(verdictOf);

const counts: Record<Agreement, number> = {
  'read alike': 0,
  refused: 0,
  'refused, though all read it alike': 0,
  'read otherwise': 0,
};
for (const [index, shape] of shapes.entries()) {
  const read = readingOf(shape);
  const agreement = agreementOf(read, verdicts[index] ?? '');
  counts[agreement] += 1;
  if (agreement === 'read otherwise') {
    const { kubectl, kustomize } = answers[index] as Answer;
    console.error(
      [
        `read otherwise: ${shape.name} ${JSON.stringify(shape.text)}`,
        `  squadkit   ${JSON.stringify(read.objects)}`,
        `  kubectl    ${kubectl.error ?? ''} ${JSON.stringify(kubectl.objects)}`,
        `  kustomize  ${kustomize.error ?? ''} ${JSON.stringify(kustomize.objects)}`,
      ].join('\n'),
    );
  }
}
console.log(`axes: ${JSON.stringify(axes)}`);

const isRecorded = seed === recordedShapes.seed && count === recordedShapes.count;
const lines = linesOf(verdicts);
if (isRecorded && lines !== readFileSync(recorded, { encoding: 'utf8', flag: 'a+' })) {
  writeFileSync(recorded, lines);
  console.log(`written: ${relative(process.cwd(), recorded)}`);
}
// Last, because the long run keeps the last line.
console.log(`${shapes.length} shapes, seed ${seed}, cli-runtime ${tool.version}: ${JSON.stringify(counts)}`);
process.exitCode = counts['read otherwise'] > 0 ? 1 : 0;
