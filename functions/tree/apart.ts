import { isSame } from '../objects/same.ts';
import { problemLine } from './problem.ts';
import type { World } from './world.ts';

/** What may be made apart from our documents, was so before, and of which nothing is changed: the line of each problem. */
export const unchangedApart = (target: World, base: World): Set<string> => {
  const apart = target.problems.filter(({ isApart }) => isApart);
  if (apart.length === 0) return new Set();
  const known = new Set(base.problems.map(problemLine));
  const [before, after] = [base.deliveries?.().made, target.deliveries?.().made];

  return new Set(
    apart.flatMap((problem) => {
      const line = problemLine(problem);
      const now = after?.get(problem.file);

      return now !== undefined && known.has(line) && isSame(before?.get(problem.file), now) ? [line] : [];
    }),
  );
};
