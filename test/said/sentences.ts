import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesOfFunction } from './sites.ts';

const root = join(import.meta.dirname, '../../functions');

/** A sentence in the code, as what is said may read: what is put in may be anything. */
export interface Sentence {
  file: string;
  text: string;
  pattern: RegExp;
}

/** The end of what begins with `${` at that place. */
const endOfValue = (text: string, start: number): number => {
  let depth = 0;
  for (let index = start + 1; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth === 0) return index + 1;
  }

  return text.length;
};

/** The literal that begins at that place with a quote: where it ends, and its text with a gap for each value. */
const literalAt = (text: string, start: number): { end: number; parts: string[] } => {
  const quote = text[start];
  const parts = [''];
  let index = start + 1;
  while (index < text.length && text[index] !== quote) {
    if (quote === '`' && text.startsWith('${', index)) {
      parts.push('');
      index = endOfValue(text, index);
      continue;
    }
    if (text[index] === '\n' && quote !== '`') break;
    if (text[index] === '\\') index += 1;
    parts.push(`${parts.pop() ?? ''}${text[index]}`);
    index += 1;
  }

  return { end: index + 1, parts };
};

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const sentencesIn = (file: string): Sentence[] => {
  const text = withoutComments(readFileSync(file, 'utf8'));
  const found: Sentence[] = [];
  for (let index = 0; index < text.length; ) {
    if (!'\'`"'.includes(text[index] ?? '')) {
      index += 1;
      continue;
    }
    const { end, parts } = literalAt(text, index);
    const whole = parts.join('…');
    if (/[a-z…)][.]$/.test(whole) && / /.test(whole)) {
      const pattern = new RegExp(parts.map(escaped).join('[\\s\\S]+'));
      found.push({ file: relative(root, file), text: whole, pattern });
    }
    index = end;
  }

  return found;
};

/** Rooms that say something of a document; what schemas say is in the reference, and what providers know in the table above. */
const speaks = /^(compose\.ts|(round|service|squad|zone|waiting)\/(?!.*(schema|settings)\.ts$))/;

/** Every sentence of a condition that the function is made of: what ends with a full stop. */
export const sentences = (): Sentence[] =>
  filesOfFunction()
    .flatMap(sentencesIn)
    .filter(({ file }) => speaks.test(file));

/** The sentence of the code that a message is: of those that fit, the one with most words of its own. */
export const sentenceOf = (message: string, all: Sentence[]): Sentence | undefined =>
  all.filter(({ pattern }) => pattern.test(message)).sort((left, right) => right.text.length - left.text.length)[0];
