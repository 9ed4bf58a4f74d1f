import * as z from 'zod/mini';
import { documentation } from './schema.ts';

const rule = 'use a whole number and s, m, h or d, as 90d or 12h';

const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90d` in milliseconds. */
export const millisecondsOf = (duration: string): number =>
  Number(duration.slice(0, -1)) * (seconds[duration.slice(-1)] ?? Number.NaN) * 1000;

const pattern = /^[1-9][0-9]{0,3}[smhd]$/;

const isWritten = (field: string): string => `${field}.matches('${pattern.source}')`;
const secondsIn = (field: string): string =>
  `int(${field}.substring(0, ${field}.size() - 1)) * {'s': 1, 'm': 60, 'h': 3600, 'd': 86400}[${field}.substring(${field}.size() - 1)]`;

/** For the API server: that one field is not longer than another, if both are written as they have to be. */
export const notLongerInCel = (shorter: string, longer: string): string =>
  `!${isWritten(shorter)} || !${isWritten(longer)} || ${secondsIn(shorter)} <= ${secondsIn(longer)}`;

/** A field that says for how long: `90d`, at least `least`. */
export const duration = (description: string, least: string) => {
  const tooShort = `it is too short: write at least ${least}`;

  return z
    .string()
    .check(
      z.regex(pattern, rule),
      z.maxLength(20, rule),
      z.refine((text) => !(millisecondsOf(text) < millisecondsOf(least)), tooShort),
    )
    .register(documentation, {
      description,
      patternMessage: rule,
      'x-kubernetes-validations': [
        {
          rule: `!${isWritten('self')} || ${secondsIn('self')} >= ${millisecondsOf(least) / 1000}`,
          message: tooShort,
        },
      ],
    });
};
