import { CST, Lexer } from 'yaml';
import type { Doubt } from './lines.ts';

/**
 * A reader calls itself for each level. Near the end of its stack V8 cannot even compile a regular expression, and then ends the
 * process, which nothing catches (Node 24): so levels are counted before anything reads them. People write ten.
 */
export const mostLevels = 200;

/** For each alias the parser goes through all anchors of the text (yaml 2.9). */
export const mostAliases = 500;

/**
 * Why a text is not read as YAML at all, though it may be some: what is counted in one pass over its tokens, which takes as long
 * as the text is, whatever stands in it.
 */
export const outOfBounds = (text: string): Doubt | undefined => {
  if (hasFewSigns(text)) return undefined;
  const levels = new Levels();
  let aliases = 0;
  let offset = 0;
  let isContent = false;
  for (const token of new Lexer().lex(text)) {
    const type: CST.TokenType | null = isContent ? null : CST.tokenType(token);
    isContent = type === 'scalar';
    // These stand for nothing in the text.
    if (type === 'scalar' || type === 'doc-mode' || type === 'flow-error-end') continue;
    if (type === 'alias') aliases += 1;
    if (aliases > mostAliases) return { offset, message: `it has more than ${mostAliases} aliases` };
    levels.add(type, token);
    if (levels.deep > mostLevels) return { offset, message: 'it is nested too deeply' };
    offset += token.length;
  }

  return undefined;
};

/** Whether a text has too few of the signs that begin a level, and of those of aliases: almost all have. */
const hasFewSigns = (text: string): boolean => {
  let signs = 0;
  for (let index = 0; index < text.length; index += 1) if ('[{-?:*'.includes(text.charAt(index))) signs += 1;

  return signs <= mostLevels;
};

/** How deep the place is that has been reached: never less than what a parser makes of it. */
class Levels {
  /** Columns at which something begins that holds what is further in. */
  private readonly columns: number[] = [];
  private column = 0;
  private brackets = 0;
  /** Values behind each other without anything that ends the one before: `a: b: c`. */
  private chain = 0;
  private hasContent = false;

  get deep(): number {
    return this.columns.length + this.brackets + this.chain;
  }

  add(type: CST.TokenType | null, token: string): void {
    if (type === 'newline') {
      this.column = 0;
      this.hasContent = false;
      if (this.brackets === 0) this.chain = 0;
      return;
    }
    if (type === 'doc-start' || type === 'doc-end') {
      this.columns.length = 0;
      this.brackets = 0;
      this.chain = 0;
    } else if (type === 'flow-map-start' || type === 'flow-seq-start') {
      this.content();
      this.brackets += 1;
    } else if (type === 'flow-map-end' || type === 'flow-seq-end') {
      this.brackets = Math.max(0, this.brackets - 1);
      if (this.brackets === 0) this.chain = 0;
    } else if (type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind') {
      if (this.hasContent || this.brackets > 0) this.chain += 1;
      else this.open();
    } else if (type === 'comma') {
      this.chain = 0;
    } else if (type !== 'space' && type !== 'comment' && type !== 'byte-order-mark') this.content();
    const end = token.lastIndexOf('\n');
    this.column = end === -1 ? this.column + token.length : token.length - end - 1;
  }

  /** Something begins here, if it is the first in its line. */
  private content(): void {
    if (!this.hasContent && this.brackets === 0) this.open();
    this.hasContent = true;
  }

  /** What begins at a column ends all that began there or further in. */
  private open(): void {
    while ((this.columns.at(-1) ?? -1) >= this.column) this.columns.pop();
    this.columns.push(this.column);
  }
}
