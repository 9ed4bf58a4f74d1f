import { expect, test } from 'vitest';
import { looked } from '../../../functions/tree/net.ts';
import { Misused, type Problem, Unplannable } from '../../../functions/tree/problem.ts';
import { readTree } from '../../../functions/tree/read.ts';

test('what is thrown while one file is looked at is a problem of that file, and the others are read', () => {
  const service = 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec: {}\n';
  const files = ['a.yaml', 'b.yaml', 'c.yaml'].map((path) => ({
    path,
    bytes: service.length,
    read: () => {
      if (path === 'b.yaml') throw new TypeError('replaceAll is not a function\nand more');
      return Buffer.from(service);
    },
  }));
  const { documents, problems } = readTree(files);

  expect(documents.map(({ file }) => file)).toEqual(['a.yaml', 'c.yaml']);
  expect(problems).toEqual([
    {
      file: 'b.yaml',
      line: 1,
      column: 1,
      message:
        'squadkit cannot look at this, which is a fault of squadkit (replaceAll is not a function): take it out of the tree, and tell those who make squadkit',
    },
  ]);
});

test('what is no error is told too', () => {
  const look = (): Problem => {
    throw 'a text';
  };

  expect(looked('a.yaml', look, (found) => found).message).toContain('(a text)');
});

test.each([new Unplannable('no Git'), new Misused('twice')])('what ends the command ends it: %s', (error) => {
  const look = (): Problem => {
    throw error;
  };

  expect(() => looked('a.yaml', look, (found) => found)).toThrow(error);
});
