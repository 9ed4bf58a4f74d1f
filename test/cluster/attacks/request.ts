import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { Attack } from './attack.ts';
import type { World } from './world.ts';

/** An attempt as a request to an API server: how it reads, then method, path and body. */
export type RequestAttempt = [
  attempt: string,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object | undefined,
  refused?: string,
];

/** A command has no dry run; no pod here has a node on which it could run. */
const isDry = (method: string, path: string): boolean => method !== 'GET' && !path.includes('/exec?');

/**
 * Attempts of one actor at one API server. Nothing is written even if nobody refuses: a dry run passes authorization,
 * quota and admission like the request itself.
 */
export const requests = (actor: string, as: (world: World) => Cluster, attempts: RequestAttempt[]): Attack[] =>
  attempts.map(([attempt, method, path, body, refused = '403']) => ({
    actor,
    attempt,
    refused: [refused],
    run: (world) => {
      const isPatch = method === 'PATCH';
      const type = isPatch
        ? Array.isArray(body)
          ? 'application/json-patch+json'
          : 'application/merge-patch+json'
        : 'application/json';
      const dry = isDry(method, path) ? `${path.includes('?') ? '&' : '?'}dryRun=All` : '';

      return as(world).request(method, `${path}${dry}`, body, type);
    },
  }));

/** Objects with one of the labels by which something is taken for ours. */
export const lookalikes = (path: string): RequestAttempt[] =>
  ['squad', 'service', 'zone'].map((label) => [
    `make an object that looks like ours by its label ${label}`,
    'POST',
    path,
    { metadata: { name: 'mine', labels: { [`squadkit.io/${label}`]: 'mine' } } },
  ]);
