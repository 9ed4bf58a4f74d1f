import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../../support/folder.ts';

interface Step {
  name?: string;
  run?: string;
  shell?: string;
}

const workflow = parse(
  readFileSync(join(import.meta.dirname, '../../../examples/.github/workflows/delivered.yaml'), 'utf8'),
) as { jobs: Record<string, { steps: Step[] }> };
const wait = Object.values(workflow.jobs)
  .flatMap(({ steps }) => steps)
  .find(({ name }) => name === 'Wait') as Step;

/** The shell of GitHub Actions on Linux: only where a step names bash does a pipe fail with what is in it. */
const shellOf = ({ shell }: Step): string[] =>
  shell === 'bash' ? ['bash', '--noprofile', '--norc', '-eo', 'pipefail'] : ['bash', '-e'];

/** Runs the step with a squadkit that ends so for each Service, and answers the statuses that it has set. */
const delivered = (statuses: Record<string, number>) => {
  const place = temporaryDirectory();
  mkdirSync(join(place, 'bin'));
  writeFileSync(
    join(place, 'squadkit.mjs'),
    `const [command, name] = process.argv.slice(2);
     const statuses = ${JSON.stringify(statuses)};
     if (command === 'plan') console.log(JSON.stringify({ changes: Object.keys(statuses).map((name) => ({ kind: 'Service', name })) }));
     else { console.log(name + ' ends with ' + statuses[name]); process.exit(statuses[name]); }`,
  );
  writeFileSync(join(place, 'bin/gh'), '#!/bin/sh\necho "$@" >> "$RUNNER_TEMP/statuses"\n');
  chmodSync(join(place, 'bin/gh'), 0o755);
  writeFileSync(join(place, 'step.sh'), wait.run ?? '');
  const [program = '', ...words] = shellOf(wait);
  const { status } = spawnSync(program, [...words, join(place, 'step.sh')], {
    cwd: place,
    env: {
      PATH: `${join(place, 'bin')}:${process.env.PATH}`,
      RUNNER_TEMP: place,
      GITHUB_SHA: 'head',
      BEFORE: 'base',
      STATUSES: 'statuses',
    },
  });

  return { status, said: readFileSync(join(place, 'statuses'), 'utf8').trimEnd().split('\n') };
};

test.each([
  [{ 'galaxy/one': 0, 'galaxy/two': 0 }, 0],
  [{ 'galaxy/one': 1, 'galaxy/two': 0 }, 1],
  [{ 'galaxy/one': 0, 'galaxy/two': 3 }, 1],
])('each Service that was waited for is said to be what it is: %j', (statuses, want) => {
  const { status, said } = delivered(statuses);

  expect(status).toBe(want);
  expect(said).toEqual(
    Object.entries(statuses).map(
      ([name, ended]) =>
        `api --silent statuses -f state=${ended === 0 ? 'success' : 'failure'} -f context=squadkit/${name} -f description=${name} ends with ${ended}`,
    ),
  );
});
