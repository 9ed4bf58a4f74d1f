/** What is wrong with a tree: one sentence for the person who can put it right, and where to look. */
export interface Problem {
  file: string;
  /** Counted from 1; a file that cannot be read as text has neither. */
  line?: number;
  column?: number;
  message: string;
  /**
   * Whether it is apart from all documents of ours: something may be made there that nobody can read. It is none where it was so
   * before, and nothing of it is changed.
   */
  isApart?: true;
}

/** `squads/galaxy/billing.yaml:4:7: message`, which editors and terminals turn into a link. */
export const problemLine = ({ file, line, column, message }: Problem): string =>
  `${[file, line, column].filter((part) => part !== undefined).join(':')}: ${message}`;

/** Thrown when there is nothing to plan with: the command says the sentence and exits with 1. */
export class Unplannable extends Error {}

/** Thrown when the command was called wrongly: the command says the sentence and exits with 2. */
export class Misused extends Error {}
