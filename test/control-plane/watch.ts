import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { headersOf } from '../../functions/evidence/live/api-server.ts';
import type { Connection } from '../../functions/evidence/live/kubeconfig.ts';
import { apiError } from './api-error.ts';
import type { KubernetesObject } from './objects.ts';

/** What is told of every change. */
export type OnChange = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject) => void;

/**
 * Follows what `pathOf` names, from what exists on, until `signal`: again and again, since a server ends every watch some
 * time.
 */
export const watchUntil = async (
  signal: AbortSignal,
  connection: Connection,
  pathOf: () => Promise<string>,
  onChange: OnChange,
): Promise<void> => {
  const onLine = (line: string) => {
    const { type, object } = JSON.parse(line) as { type: 'ADDED'; object: KubernetesObject };
    if (object.metadata?.name) onChange(type, object);
  };
  while (!signal.aborted) {
    // A cluster that is away for a moment, or a kind that does not exist yet: ask again.
    await pathOf()
      .then((path) => follow(connection, path, signal, onLine))
      .catch(() => undefined);
    if (!signal.aborted) await sleep(500);
  }
};

/** Of a connection of its own: an answer without an end would hold up the others. */
const follow = (connection: Connection, path: string, signal: AbortSignal, onLine: (line: string) => void) =>
  new Promise<void>((resolve, reject) => {
    const options = { agent: false, ...connection.tls, headers: headersOf(connection), signal } as const;
    const sent = request(`${connection.server}${path}`, options, (response) => {
      if (response.statusCode !== 200) {
        response.resume();
        return reject(apiError(`GET ${path}`, response.statusCode ?? 0, ''));
      }
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
      response.once('error', reject);
      response.once('close', resolve);
    });
    sent.once('error', reject);
    sent.end();
  });
