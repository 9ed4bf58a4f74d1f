import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const root = join(import.meta.dirname, '..', 'test', 'clients');

/** How Markdown calls the languages of programs. */
const languages: Record<string, string> = {
  '.sh': 'sh',
  '.mjs': 'js',
  '.py': 'python',
  '.go': 'go',
  '.java': 'java',
};

/** Begins the name of a part that is a program: `program:node-pg/connect.mjs`. */
export const programPrefix = 'program:';

/**
 * A program that test/clients runs, as a page shows it: every byte of it.
 *
 * @param path of the program in test/clients
 * @throws Error if there is no such program
 */
export const program = (path: string): string =>
  [`\`\`\`${languages[extname(path)] ?? ''}`, readFileSync(join(root, path), 'utf8').trimEnd(), '```'].join('\n');
