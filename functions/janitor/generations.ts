import { isMark } from '../ownership/mark.ts';
import type { Session } from './session.ts';

/** `galaxy_billing_app` of `galaxy_billing_app_2`, and of itself; the name of what is no login of a Service. */
const stemOf = (name: string): string => name.replace(/^(.+_(?:app|migrator|readonly))_[1-9][0-9]?$/, '$1');

/**
 * How many sessions each login has, of logins of which more than one generation is in force: `galaxy_billing_app` beside
 * `galaxy_billing_app_2`. Who has none is there with 0, so that a count of nobody can be told from no count. Logins that
 * have ended stay on the server, as members of nothing: they are left out, or this would grow with every exchange.
 *
 * @param roles that may log in, with what their parameter says whose they are
 */
export const countGenerations = (
  roles: readonly { name: string; mark: string; belongs: boolean }[],
  sessions: readonly Session[],
): Record<string, number> => {
  const names = roles.filter(({ mark, belongs }) => belongs && isMark(mark)).map(({ name }) => name);
  const generations = new Map<string, number>();
  for (const stem of names.map(stemOf)) generations.set(stem, (generations.get(stem) ?? 0) + 1);
  const several = names.filter((name) => (generations.get(stemOf(name)) ?? 0) > 1);

  return Object.fromEntries(
    several.sort().map((name) => [name, sessions.filter(({ login }) => login?.name === name).length]),
  );
};
