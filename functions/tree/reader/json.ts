import type { Document } from 'yaml';
import { isSame } from '../../objects/same.ts';
import type { Doubt } from './lines.ts';

/** kubectl takes what begins with a brace for JSON, and reads it as YAML only if it is none; other tools go by the name. */
const isJson = (file: string, text: string): boolean => /\.json$/i.test(file) || /^[\ufeff\s]*\{/.test(text);

/** Why a text that is for JSON may be read otherwise than as YAML, and otherwise by one tool than by another. */
export const doubtsOfJson = (file: string, text: string, documents: Document[]): Doubt[] => {
  if (!isJson(file, text)) return [];
  const filled = documents.filter(({ contents }) => contents !== null);
  if (filled.length > 1) {
    return [
      {
        offset: filled[1]?.range?.[0] ?? 0,
        message: 'after the first document, some tools read no other here: give each a file, or make a List',
      },
    ];
  }
  const parsed = parse(text.replace(/^\ufeff/, ''));
  if (parsed === undefined) {
    const isNamed = /\.json$/i.test(file);
    return isNamed ? [{ offset: 0, message: 'this is YAML and not JSON: call the file .yaml, or write JSON' }] : [];
  }

  return isSame(parsed.value, filled[0]?.toJS())
    ? []
    : [
        {
          offset: 0,
          message: 'this says one thing as JSON and another as YAML: write it as YAML, without the outer braces',
        },
      ];
};

const parse = (text: string): { value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};
