import { describe, expect, test } from 'vitest';
import { readTree } from '../../../functions/tree/read.ts';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

const billing = exampleFile('squads/galaxy/billing.yaml');
const path = 'squads/galaxy/billing.yaml';

const readingOf = (text: string, file = path) =>
  readTree([{ path: file, bytes: text.length, read: () => Buffer.from(text) }]);
const messagesOf = (text: string, file?: string): string[] =>
  readingOf(text, file).problems.map(({ line, message }) => `${line}: ${message}`);
const neighbour = (more: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n${more}\n`;

/** `test/yaml/neighbours.ts` has what kubectl and Kustomize can be asked; what holds itself ends Kustomize. */
describe('what holds itself', () => {
  const loops = [
    '&a { b: *a }',
    '&a [*a]',
    '&a { b: &b { c: *a } }',
    '&a [&b [*b]]',
    '{ c: &a { <<: *a } }',
    '&a { b: [[*a]] }',
  ];
  const fields = ['data', 'metadata', 'kind', 'spec', 'items'];

  test('is a problem in a document beside ours, before it and behind it', () => {
    const texts = loops.flatMap((loop) => [
      `${neighbour(`data: ${loop}`)}---\n${billing}`,
      `${billing}---\n${neighbour(`data: ${loop}`)}`,
    ]);

    expect(
      texts.filter((text) => !messagesOf(text).some((message) => /holds itself|cannot be read/.test(message))),
    ).toEqual([]);
  });

  test('is a problem in ours, which is not looked through', () => {
    const texts = loops.flatMap((loop) => [
      ...fields.map((field) => `apiVersion: squadkit.io/v1alpha1\n${field}: ${loop}\n`),
      `${billing}more: ${loop}\n`,
    ]);

    for (const text of texts) {
      expect(messagesOf(text).join('\n'), text).toMatch(/holds itself|cannot be read/);
      expect(readingOf(text).documents, text).toEqual([]);
    }
  });

  test('does not end the command', async () => {
    const tree = exampleTree({ 'squads/galaxy/a.yaml': billing.replace('kind: Service', 'kind: &k [*k]') });
    const { status, error } = await squadkit(['plan', tree], { [tree]: 'tree' });

    expect(error).toContain('tree/squads/galaxy/a.yaml:2:');
    expect(error).not.toContain('fault');
    expect(status).toBe(1);
  });
});

describe("a document that Kubernetes refuses in a squad's folder", () => {
  test.each([
    ['a: .inf', 'JSON has no such number'],
    ['a: &a.b c', 'no anchor of the name "a.b"'],
    ['a: !!int x', 'has the tag "tag:yaml.org,2002:int"'],
    ['a: !!binary "@@"', 'has the tag "tag:yaml.org,2002:binary"'],
    ['? [a]\n  : b', 'only text for the name of a field'],
    ['a: &a { b: *a }', 'stands for something that it is inside of'],
  ])('is a problem also in a file of its own: %s', (data, want) => {
    const text = neighbour(`data:\n  ${data}`);

    expect(messagesOf(text)).toEqual([expect.stringContaining(want)]);
    expect(messagesOf(text, 'apps/a.yaml')).toEqual([]);
  });

  test.each(['{}', '{ namespace: a }', '{ name: "" }', '{ generateName: a }'])(
    'is one without a name: %s',
    (metadata) => {
      const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\n---\n${billing}`;

      expect(messagesOf(text)).toEqual([expect.stringContaining('this has no metadata.name')]);
    },
  );

  test.each(['---\n...\n', '# c\n...\n', '---\n\n... # c\n'])('is also an end of nothing: %j', (lines) => {
    expect(messagesOf(lines)).toEqual([expect.stringContaining('where no document has begun')]);
    expect(messagesOf(`${billing}${lines}`)).toEqual(
      lines.startsWith('#') ? [] : [expect.stringContaining('where no document has begun')],
    );
  });
});
