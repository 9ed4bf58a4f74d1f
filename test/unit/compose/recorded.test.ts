import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { identityOf } from '../../recorded/identity.ts';
import { answerTo, type Recording, recordingsOf, releases, type Said, saidBy } from '../../recorded/recording.ts';
import { canonical } from '../../support/json.ts';

interface Listed {
  release: string;
  recording?: string;
  resource?: string;
  field: string;
  reason: string;
}

interface Difference {
  resource: string;
  field: string;
  was: unknown;
  is: unknown;
}

const folder = resolve(import.meta.dirname, '../../recorded');
// An entry about the command line has a command, or a tree.
const listed = (
  parse(readFileSync(join(folder, 'differences.yaml'), 'utf8')) as (Listed & { command?: string; tree?: string })[]
).filter(({ command, tree }) => command === undefined && tree === undefined);

/** Where two answers to the same request differ in what must not change silently. */
const differences = (before: Said, after: Said): Difference[] => {
  const found: Difference[] = [];
  if (before.refused !== after.refused) {
    found.push({ resource: '', field: 'refused', was: before.refused, is: after.refused });
  }
  for (const name of new Set([...Object.keys(before.resources), ...Object.keys(after.resources)])) {
    const [was, is] = [before.resources[name], after.resources[name]];
    if (was === undefined || is === undefined) {
      found.push({ resource: name, field: is === undefined ? 'gone' : 'new', was: was?.kind, is: is?.kind });
      continue;
    }
    const [wasIdentity, isIdentity] = [identityOf(was), identityOf(is)];
    for (const field of new Set([...Object.keys(wasIdentity), ...Object.keys(isIdentity)])) {
      const [one, other] = [wasIdentity[field], isIdentity[field]];
      if (canonical(one) !== canonical(other)) found.push({ resource: name, field, was: one, is: other });
    }
  }

  return found;
};

const matches = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined ? text === '' : new RegExp(`^${pattern.split('*').map(quote).join('.*')}$`).test(text);
const quote = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');

const isListed = (entry: Listed, release: string, recording: string, { resource, field }: Difference): boolean =>
  entry.release === release &&
  (entry.recording === undefined || entry.recording === recording) &&
  entry.field === field &&
  matches(entry.resource, resource);

const replay = (recording: Recording): Difference[] => differences(recording, saidBy(answerTo(recording)));

describe.each(releases())('what %s was asked', (release) => {
  test.each(recordingsOf(release))('$name: is answered with the same things', ({ name, recording }) => {
    const unlisted = replay(recording).filter(
      (difference) => !listed.some((entry) => isListed(entry, release, name, difference)),
    );

    expect(unlisted).toEqual([]);
  });
});

test('what is listed as different is different, and has a reason', () => {
  const stale = listed.filter(
    (entry) =>
      !entry.reason ||
      !recordingsOf(entry.release).some(({ name, recording }) =>
        replay(recording).some((difference) => isListed(entry, entry.release, name, difference)),
      ),
  );

  expect(stale).toEqual([]);
});

test('every sort of difference is noticed', () => {
  const role = {
    apiVersion: 'v1',
    kind: 'Role',
    metadata: { name: 'a' },
    spec: { forProvider: { connectionLimit: 1 } },
  };
  const binding = {
    apiVersion: 'v1',
    kind: 'Object',
    spec: { forProvider: { manifest: { kind: 'RoleBinding', roleRef: { name: 'view' } } } },
  };
  const before: Said = { refused: null, conditions: [], resources: { role, binding, gone: role } };
  const other = structuredClone({ role, binding, new: role });
  other.role.metadata.name = 'b';
  other.role.spec.forProvider.connectionLimit = 2;
  other.binding.spec.forProvider.manifest.roleRef.name = 'edit';

  expect(differences(before, { ...before, refused: 'ZoneClosed', resources: other })).toEqual([
    { resource: '', field: 'refused', was: null, is: 'ZoneClosed' },
    { resource: 'role', field: 'metadata.name', was: 'a', is: 'b' },
    { resource: 'binding', field: 'spec.forProvider.manifest.roleRef', was: { name: 'view' }, is: { name: 'edit' } },
    { resource: 'gone', field: 'gone', was: 'Role', is: undefined },
    { resource: 'new', field: 'new', was: undefined, is: 'Role' },
  ]);
  expect(matches('*.spike.database', 'frontier.spike.database')).toBe(true);
  expect(matches('*.spike.database', 'frontier.spike.databases')).toBe(false);
});
