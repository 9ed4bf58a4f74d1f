import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A block of commands of a page, under its nearest heading. */
export interface Block {
  heading: string;
  language: string;
  text: string;
}

/** The blocks of shell and SQL between two headings of a page, in their order. */
export const blocksOf = (path: string, from: string, to: string): Block[] => {
  const text = readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
  const part = text.slice(text.indexOf(`\n${from}\n`), text.indexOf(`\n${to}\n`));
  let heading = from;

  return part.split(/^(?=#|```)/m).flatMap((piece) => {
    if (piece.startsWith('#')) heading = piece.split('\n')[0]?.replace(/^#+ /, '') ?? '';
    const [, language, content] = /^```(sh|sql)\n([\s\S]*)$/.exec(piece) ?? [];

    return language && content ? [{ heading, language, text: content }] : [];
  });
};

/** The block of a page's list in which a text occurs, as it is copied: without what indents it. */
export const blockWith = (path: string, text: string, language: 'sh' | 'sql' | 'yaml'): string => {
  const page = readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
  const blocks = page.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\`$`, 'gm'));
  const block = [...blocks].find(([, , content]) => content?.includes(text));
  if (block === undefined) throw new Error(`${path} has no block of ${language} with ${text}`);

  return (block[2] ?? '').replaceAll(new RegExp(`^${block[1]}`, 'gm'), '');
};

/** The commands of a page's list in which a text occurs. */
export const commandsWith = (path: string, text: string): string => blockWith(path, text, 'sh');
