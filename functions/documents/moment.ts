import * as z from 'zod/mini';
import { documentation } from './schema.ts';

const rule = 'use a date and a time with its zone, as 2026-11-27T21:00:00Z or 2026-11-27T22:00:00+01:00';
const pattern = /^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$/;

/** Whether there is such a day and time: JavaScript makes 2 March of 30 February. */
const exists = (text: string): boolean => {
  const local = Date.parse(`${text.slice(0, 19)}Z`);

  return (
    !Number.isNaN(Date.parse(text)) &&
    !Number.isNaN(local) &&
    new Date(local).toISOString().slice(0, 19) === text.slice(0, 19)
  );
};

/** A field that says when, to the second: RFC 3339, with the zone that it is meant in. */
export const moment = (description: string) =>
  z
    .string()
    .check(z.regex(pattern, rule), z.maxLength(40, rule), z.refine(exists, 'there is no such day or time: correct it'))
    .register(documentation, { description, patternMessage: rule });
