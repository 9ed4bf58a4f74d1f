import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guardRails } from '../../cluster/without-guard-rails/all.ts';
import { directories, leftOut, policyGuardRails } from '../../cluster/without-guard-rails/policies.ts';
import { repository } from '../../control-plane/state.ts';

const textOf = (file: string) => readFileSync(join(repository, file), 'utf8');
const report = textOf('test/cluster/without-guard-rails/README.md');

/** Read as text, not by what makes the list: the name and the policy of each binding, and whether it refuses. */
const bindingsIn = (directory: string) =>
  readdirSync(join(repository, directory))
    .flatMap((file) => textOf(`${directory}/${file}`).split(/^---$/m))
    .filter((document) => /^kind: ValidatingAdmissionPolicyBinding$/m.test(document))
    .map((document) => ({
      name: /^ {2}name: (.*)$/m.exec(document)?.[1] ?? '',
      policy: /^ {2}policyName: (.*)$/m.exec(document)?.[1] ?? '',
      refuses: /^ {2}validationActions: .*\bDeny\b/m.test(document),
    }));

describe.each(Object.entries(directories))('the admission policies of the %s', (cluster, directory) => {
  const bindings = bindingsIn(directory);
  const taken = policyGuardRails(cluster as keyof typeof directories).flatMap((guardRail) => guardRail.bindings);

  test('are taken away, each once, or are left out with a reason', () => {
    const wanted = bindings.filter(({ policy }) => !(policy in leftOut)).map(({ name }) => name);

    expect(wanted.length).toBeGreaterThan(15);
    expect(taken.toSorted()).toEqual(wanted.toSorted());
  });

  test('are left out when they refuse nothing, and only then', () => {
    const silent = bindings.filter(({ refuses }) => !refuses).map(({ policy }) => policy);

    expect(bindings.filter(({ policy }) => policy in leftOut).map(({ policy }) => policy)).toEqual(silent);
  });
});

test('what is left out is there, and has a reason', () => {
  const policies = Object.values(directories).flatMap((directory) => bindingsIn(directory).map(({ policy }) => policy));

  for (const [policy, reason] of Object.entries(leftOut)) {
    expect(policies).toContain(policy);
    expect(reason).toMatch(/^[A-Z].*\.$/);
  }
});

test('the last result tells each guard rail, in the same order, and that somebody noticed', () => {
  const rows = [...report.matchAll(/^\| (.*?) \| (.*?) \| (\d+) \| .*\|$/gm)];

  expect(
    rows.map(([, name, from]) => `${name} (${from})`),
    'npm run test:cluster -- --mutate makes it anew',
  ).toEqual(guardRails.map(({ name, from }) => `${name} (${from})`));
  expect(report).not.toContain('**nobody**');
});
