import { readTree } from '../../functions/tree/read.ts';
import { worldOf } from '../../functions/tree/world.ts';
import type { Shape } from './shapes.ts';

/** What we read of a shape, and what we say against it. */
export const readingOf = ({ name, text }: Shape): { objects: unknown[]; isProblem: boolean; messages: string[] } => {
  const content = Buffer.from(text);
  const tree = readTree([{ path: name, bytes: content.length, read: () => content }]);
  const { problems } = worldOf(tree);

  return {
    objects: tree.documents.map(({ object }) => JSON.parse(JSON.stringify(object)) as unknown),
    isProblem: problems.length > 0,
    messages: problems.map(({ message }) => message),
  };
};
