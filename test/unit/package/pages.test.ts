import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { pages, renderedPage } from '../../../package/pages.ts';

const root = join(import.meta.dirname, '../../..');
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
});
/** Pages for people: golden outputs are Markdown too, of trees that exist only in their tests. */
const markdown = listed
  .split('\n')
  .filter((path) => path !== '' && !path.includes('/outputs/') && existsSync(join(root, path)));

test.each(pages)('%s shows what is so today', (path) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(renderedPage(path));
});

test('the README is read in one go', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});

test.each(markdown)('every link of %s leads somewhere', (path) => {
  const links = [...readFileSync(join(root, path), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    ([, link = '']) => link,
  );
  const lost = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(root, dirname(path), link)));

  expect(lost).toEqual([]);
});
