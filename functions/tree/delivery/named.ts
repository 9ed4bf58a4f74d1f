import { posix } from 'node:path';
import { mayHoldDocuments } from '../file.ts';
import { isGenerator, rendererOf } from '../rendering/marks.ts';

/** What is put in for something, or stands for several. */
const open = /[*?{}$<>[\]()]/;

/**
 * The folder or file that a text may name, from the top of the repository and without a slash at the end: of `squads/*` and of
 * `./squads/{{name}}` it is `squads`. Undefined if it can be none, or all of them.
 */
export const pathNamed = (text: string): string | undefined => {
  const at = text.search(open);
  const plain = at === -1 ? text : text.slice(0, at);
  if (plain.length > 400 || /\s|:\/\//.test(plain)) return undefined;
  const whole = at === -1 || plain.endsWith('/') ? plain : posix.dirname(`${plain}x`);
  const path = posix.join('/', whole).slice(1).replace(/\/$/, '');

  return path === '' ? undefined : path;
};

/** Whether what is in a file of that path may decide what is applied, or become part of it. */
export const mayDecide = (path: string): boolean =>
  mayHoldDocuments(path) || rendererOf(path) !== undefined || isGenerator(path) || given.test(path);

/** What values and settings are written in, and what a chart brings others in. */
const given = /(^|\/)[^./]+$|\.(env|txt|properties|conf|cfg|ini|toml|tgz|helmignore|krmignore)$/i;

/** Whether something is put in where a path stands. */
export const isOpen = (text: string): boolean => open.test(text);
