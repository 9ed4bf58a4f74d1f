import { Misused, type Problem, Unplannable } from './problem.ts';

/**
 * Looks at something of one file. Whatever is thrown then is a problem of that file: all others are looked at, and nothing is
 * planned while it is there.
 *
 * @param instead what is told in its place
 */
export const looked = <Found>(file: string, look: () => Found, instead: (problem: Problem) => Found): Found => {
  try {
    return look();
  } catch (error) {
    if (error instanceof Unplannable || error instanceof Misused) throw error;
    const said = error instanceof Error ? error.message : String(error);
    return instead({
      file,
      line: 1,
      column: 1,
      message: `squadkit cannot look at this, which is a fault of squadkit (${said.split('\n')[0]}): take it out of the tree, and tell those who make squadkit`,
    });
  }
};
