import { Option } from 'commander';
import { problemsText } from '../plan/output/text.ts';
import { type Problem, Unplannable } from '../tree/problem.ts';

/** Exit statuses; they are part of the interface. */
export const status = { fine: 0, refused: 1, misused: 2, tooRisky: 3 } as const;

/** What `--help` says of them. */
export const exitStatuses = `
Exit status:
  0  fine
  1  something is refused, or the tree cannot be read
  2  the command was called wrongly`;

/** Called with the exit status of a command that ran. */
export type Done = (status: number) => void;

/** `--platform`, which every command has that reads Zones and Squads. */
export const platformOption = () =>
  new Option('--platform <directory>', 'where the Zones and Squads are, if they are not in the tree itself');

/** @throws Unplannable with all problems, a line each, if there are any */
export const throwProblems = (problems: Problem[]): void => {
  if (problems.length > 0) throw new Unplannable(problemsText({ problems }).trimEnd());
};
