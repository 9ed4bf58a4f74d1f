import { Agent, type RequestOptions, request } from 'node:https';
import type { Connection } from './kubeconfig.ts';

/** What a server answers, of whatever status. */
export interface HttpAnswer {
  status: number;
  body: string;
}

/** What to ask; the path begins with a slash and has its query. By default a GET that wants JSON. */
export interface HttpQuestion {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * What a client may spend: milliseconds until an answer goes on and until it has ended, bytes of an answer, and connections at
 * a time. No value: no bound.
 */
export interface Bounds {
  timeout?: number;
  whole?: number;
  most?: number;
  maxSockets?: number;
}

/** Sends a question to an API server. Rejects with the error of Node, whose `code` says why there is no answer. */
export type Send = (question: HttpQuestion) => Promise<HttpAnswer>;

/**
 * The one client of an API server, for looks at a hub and for the control plane of tests: HTTP over connections that are
 * kept, signed in as the kubeconfig says. What may be asked is decided by who calls.
 */
export const apiServerOf = (
  connection: Connection,
  { timeout, whole, most = Infinity, maxSockets = Infinity }: Bounds = {},
): Send => {
  // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED and --tls-min-v1.0 say otherwise for what says nothing.
  const verified = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;
  const agent = new Agent({ keepAlive: true, maxSockets, ...connection.tls, ...verified });
  const attempt = (question: HttpQuestion) =>
    exchange(connection, question, { agent, ...(timeout !== undefined && { timeout }) }, { whole, most });
  const send = async (question: HttpQuestion, triesLeft: number): Promise<HttpAnswer> => {
    try {
      return await attempt(question);
    } catch (error) {
      // A kept connection that the server closed in the same moment: nothing was done yet.
      if ((error as { isReused?: boolean }).isReused && triesLeft > 0) return send(question, triesLeft - 1);
      throw error;
    }
  };

  return (question) => send(question, 3);
};

/** The headers of every question. */
export const headersOf = ({ headers }: Connection, own: Record<string, string> = {}) => ({
  accept: 'application/json',
  ...own,
  ...headers,
});

const failure = (code: string): Error => Object.assign(new Error(), { code });

const exchange = (
  connection: Connection,
  { path, method = 'GET', headers, body }: HttpQuestion,
  options: RequestOptions,
  { whole, most }: { whole: number | undefined; most: number },
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(
      `${connection.server}${path}`,
      { ...options, method, headers: headersOf(connection, { ...headers, ...length }) },
      (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > most) sent.destroy(failure('ETOOLONG'));
          else chunks.push(chunk);
        });
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    const end = whole === undefined ? undefined : setTimeout(() => sent.destroy(failure('ETOOSLOW')), whole);
    sent.once('close', () => clearTimeout(end));
    sent.once('timeout', () => sent.destroy(failure('ETIMEDOUT')));
    sent.once('error', (error) => reject(Object.assign(error, { isReused: sent.reusedSocket })));
    sent.end(body);
  });
