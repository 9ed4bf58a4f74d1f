import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The files that the function is made of: what compose.ts imports, and what that imports. */
export const filesOfFunction = (): string[] => {
  const found = new Set<string>();
  const walk = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g))
      walk(join(dirname(file), path));
  };
  walk(join(root, 'functions/compose.ts'));

  return [...found].sort();
};

/** Where something is said in the code: the file from functions/ on, and the line. */
export interface Site {
  file: string;
  line: number;
}

const sitesOf = (pattern: RegExp): Site[] =>
  filesOfFunction().flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((text, index) =>
        pattern.test(text) ? [{ file: relative(join(root, 'functions'), path), line: index + 1 }] : [],
      ),
  );

/** Every place where a refusal is made, but for the one that passes it on. */
export const refusalSites = (): Site[] =>
  sitesOf(/\bnew Refusal\(\{/).filter(({ file }) => file !== 'round/refusal.ts');

/** Every reason that a condition may have, with where: what stands in a refusal is of the closed list. */
export const conditionReasons = (): (Site & { reason: string })[] =>
  filesOfFunction().flatMap((path) => {
    const file = relative(join(root, 'functions'), path);
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.flatMap((text, index) => {
      const reason = /\breason: '(\w+)'/.exec(text)?.[1];
      const isOfRefusal = lines.slice(Math.max(0, index - 3), index + 1).some((line) => line.includes('new Refusal({'));
      return reason === undefined || isOfRefusal ? [] : [{ file, line: index + 1, reason }];
    });
  });

/** Where a refusal was made, by its stack: the first place in functions/. */
export const siteOf = ({ stack = '' }: Error): Site | undefined => {
  const [, file = '', line = ''] = /functions\/([\w./-]+\.ts):(\d+):\d+/.exec(stack) ?? [];

  return file === '' ? undefined : { file, line: Number(line) };
};
