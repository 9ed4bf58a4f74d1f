import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { apiServerOf } from '../evidence/live/api-server.ts';
import { reasonIn, Unusable } from '../outside/reason.ts';
import { type Manifest, momentOf } from './manifest.ts';

/** Where it is said what came of a backup: a ConfigMap that is there already, on the hub. */
export interface Place {
  namespace: string;
  name: string;
}

/** How the hub is reached from one of its pods. */
export interface Way {
  /** `https://10.96.0.1:443` */
  server: string;
  /** File with the token of the ServiceAccount, by which the hub knows which pod it is. */
  tokenFile: string;
  /** File with the authority of the API server. */
  authorityFile: string;
}

/** What is said of a backup. */
export type Outcome = { made: Manifest } | { failed: string; at: Date };

/** `squadkit-backups/galaxy-billing-0123456789abcdef` as a place; undefined if it is none. */
export const placeOf = (text: string): Place | undefined => {
  const [, namespace, name] = /^([a-z0-9][a-z0-9-]{0,62})[/]([a-z0-9][a-z0-9-]{0,251})$/.exec(text) ?? [];

  return namespace === undefined || name === undefined ? undefined : { namespace, name };
};

/**
 * What is written for an outcome, under the keys of the ConfigMap. A failure leaves what is said of the last backup: that one
 * is there as before. A backup takes away what failed before it.
 */
export const dataOf = (outcome: Outcome): Record<string, string | null> => {
  if ('failed' in outcome)
    return { failed: JSON.stringify({ at: momentOf(outcome.at.getTime()), because: outcome.failed.slice(0, 500) }) };
  const { at, keptUntil, dump, tables, rows, leftOut, seconds } = outcome.made;

  return {
    last: JSON.stringify({ at, keptUntil, bytes: dump.bytes, tables, rows, leftOut, seconds }),
    failed: null,
  };
};

/** Pauses between attempts, in milliseconds: a hub that is being updated answers again within a minute. */
const pauses = [1000, 5000, 15_000, 30_000];

/** What is written on the hub, and which program writes it. */
export interface Saying {
  program: string;
  /** By the keys of the ConfigMap; null takes one away. */
  data: Record<string, string | null>;
}

/**
 * Says something on the hub.
 *
 * @param waits pauses between attempts, in milliseconds
 * @throws Unusable if it cannot be said
 */
export const say = async (
  way: Way,
  { namespace, name }: Place,
  { program, data }: Saying,
  waits = pauses,
): Promise<void> => {
  const attempt = async (): Promise<void> => {
    const headers = { authorization: `Bearer ${readFileSync(way.tokenFile, 'utf8').trim()}` };
    const send = apiServerOf(
      { ...{ context: '', server: way.server }, tls: { ca: readFileSync(way.authorityFile) }, headers },
      { timeout: 5000, maxSockets: 1 },
    );
    const { status } = await send({
      path: `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=${program}`,
      ...{ method: 'PATCH', body: JSON.stringify({ data }) },
      headers: { 'content-type': 'application/merge-patch+json', 'user-agent': program },
    });
    if (status !== 200) throw new Unusable(`hub: it answers with status ${status}`);
  };
  for (const wait of [...waits, undefined]) {
    try {
      return await attempt();
    } catch (error) {
      if (wait === undefined)
        throw error instanceof Unusable ? error : new Unusable(`hub: ${reasonIn(error, {}, 'it is not reached')}`);
      await pause(wait);
    }
  }
};

/** Says on the hub what came of a backup. @throws Unusable if it cannot be said */
export const report = (way: Way, place: Place, outcome: Outcome, waits = pauses): Promise<void> =>
  say(way, place, { program: 'squadkit-backup', data: dataOf(outcome) }, waits);
