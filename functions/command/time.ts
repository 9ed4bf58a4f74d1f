import { Misused } from '../tree/problem.ts';

/**
 * How many milliseconds an option asks for.
 *
 * @param option as `--timeout`
 * @param text as `90s` or `5m`
 * @throws Misused if it is no time
 */
export const millisecondsIn = (option: string, text: string): number => {
  const [, digits, unit] = /^(\d{1,5})(s|m)$/.exec(text) ?? [];
  if (digits === undefined) throw new Misused(`${option} ${text} is no time: write it as 90s or 5m`);

  return Number(digits) * (unit === 'm' ? 60_000 : 1000);
};
