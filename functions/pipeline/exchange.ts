import { setTimeout as sleep } from 'node:timers/promises';
import { asText } from '../objects/record.ts';

/** A question to the host of a Git repository: `path` begins with a slash. */
export interface Question {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  body?: object;
}

/** Asks, and answers what the host's JSON says. */
export type Ask = (question: Question) => Promise<unknown>;

/** What a host needs to know of who asks. */
export interface Api {
  /** The host's API, without a slash at its end. */
  url: string;
  headers: Record<string, string>;
}

/** Seconds between the tries of what a host could not do at the moment. */
const pauses = [1, 3];
const timeout = 30_000;

/**
 * A client of the API of a host. Headers go to that host only: a redirection is an error. What is the host's own fault is
 * tried again. @throws Error in a sentence, without what was in the headers
 */
export const askOf =
  ({ url, headers }: Api, wait: (seconds: number) => Promise<unknown> = (seconds) => sleep(seconds * 1000)): Ask =>
  async ({ method, path, body }) => {
    for (let attempt = 0; ; attempt += 1) {
      const pause = pauses[attempt];
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { ...headers, 'Content-Type': 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(timeout),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }).catch((error: Error) => {
        if (pause !== undefined) return undefined;
        throw new Error(`${hostOf(url)} cannot be reached: ${reasonOf(error)}`);
      });
      // What was removed is answered without a word.
      if (answer?.ok) return answer.status === 204 ? undefined : answer.json();
      const isTransient = answer === undefined || answer.status === 429 || answer.status >= 500;
      if (!isTransient || pause === undefined)
        throw new Error(`${method} ${path}: ${hostOf(url)} says ${answer?.status}`);
      await wait(pause);
    }
  };

const hostOf = (url: string): string => new URL(url).host;

const reasonOf = ({ message, cause }: Error): string =>
  cause instanceof Error && 'code' in cause ? asText(cause.code) : message;

/** So many comments are looked through; who writes more hides nothing but ours. */
const mostPages = 50;

/**
 * Everything of a list that a host gives in pages of 100; `path` has its query already.
 * @throws Error in a sentence if it is no list, or does not end
 */
export const pagesOf = async (ask: Ask, path: string): Promise<unknown[]> => {
  const all: unknown[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const found = await ask({ method: 'GET', path: `${path}&page=${page}` });
    if (!Array.isArray(found)) throw new Error(`GET ${path}: what was answered is no list`);
    all.push(...found);
    if (found.length < 100) return all;
  }

  throw new Error(`GET ${path}: there are more than ${mostPages * 100} of them`);
};
