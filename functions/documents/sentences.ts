import type * as z from 'zod/mini';
import { isMapping } from '../objects/record.ts';

type Issue = z.core.$ZodRawIssue;

/** What a field takes, in words of people who write YAML. */
const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields with names',
  record: 'fields with names',
};

const kindInWords = (expected: string): string => kinds[expected] ?? 'something else';

/** What somebody wrote, in the same words. */
const foundInWords = (value: unknown): string => {
  if (value === null) return 'it is empty';
  if (Array.isArray(value)) return 'it is a list';
  if (isMapping(value)) return 'it has fields of its own';
  if (typeof value === 'boolean') return `it is ${value}, without quotes`;
  if (typeof value === 'number') return `it is the number ${value}`;

  return 'it is a text';
};

/** Names that somebody wrote: as they are, but not longer than a line can bear. */
const shown = (name: string): string => JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);

const counted = (count: number | bigint, origin: string): string => {
  const many = (one: string, more: string) => `${count} ${Number(count) === 1 ? one : more}`;
  if (origin === 'string') return many('letter', 'letters');
  return origin === 'array' || origin === 'set' ? many('entry', 'entries') : `${count}`;
};

const isOfNumber = (origin: string): boolean => ['number', 'int', 'bigint'].includes(origin);

const wrongType = (input: unknown, expected: string): string => {
  if (input === undefined) return `it is missing: write ${kindInWords(expected)}`;
  const hint = expected === 'string' && typeof input !== 'object' ? ' in quotes' : '';

  return `${foundInWords(input)}: write ${kindInWords(expected)}${hint}`;
};

/**
 * What is wrong with a field and what would be right, in words for who wrote the document: the schema library's own are for
 * who wrote the schema. Where a field has a rule of its own, that is its message, and this is not asked.
 */
export const sentenceOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.input, String(issue.expected));
    case 'invalid_value': {
      const values = (issue.values as unknown[]).map(String);
      return `it has to be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}`;
    }
    case 'too_big':
      return isOfNumber(String(issue.origin))
        ? `it is too much: write at most ${issue.maximum}`
        : `it is too long: write at most ${counted(issue.maximum as number, String(issue.origin))}`;
    case 'too_small':
      if (isOfNumber(String(issue.origin))) return `it is too little: write at least ${issue.minimum}`;
      return `it is too short: write at least ${counted(issue.minimum as number, String(issue.origin))}`;
    case 'unrecognized_keys': {
      const names = (issue.keys as string[]).slice(0, 5).map(shown).join(', ');
      const [is, it] = (issue.keys as string[]).length === 1 ? ['is no field', 'it'] : ['are no fields', 'them'];
      return `${names} ${is} of this: remove ${it}, or correct the name`;
    }
    case 'invalid_key':
      return 'a name in it is not allowed: write another';
    case 'invalid_format':
      return 'it is not written as it has to be: see what the field is for in the reference';
    default:
      return 'it is not as it has to be: see what the field is for in the reference';
  }
};
