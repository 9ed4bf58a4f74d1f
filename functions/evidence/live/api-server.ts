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

/** What a client may spend: milliseconds until an answer goes on, and connections at a time. No value: no bound. */
export interface Bounds {
  timeout?: number;
  maxSockets?: number;
}

/** Sends a question to an API server. Rejects with the error of Node, whose `code` says why there is no answer. */
export type Send = (question: HttpQuestion) => Promise<HttpAnswer>;

/**
 * The one client of an API server, for looks at a hub and for the control plane of tests: HTTP over connections that are
 * kept, signed in as the kubeconfig says. What may be asked is decided by who calls.
 */
export const apiServerOf = (connection: Connection, { timeout, maxSockets = Infinity }: Bounds = {}): Send => {
  const agent = new Agent({ keepAlive: true, maxSockets, ...connection.tls });
  const attempt = (question: HttpQuestion) =>
    exchange(connection, question, { agent, ...(timeout !== undefined && { timeout }) });
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

const exchange = (
  connection: Connection,
  { path, method = 'GET', headers, body }: HttpQuestion,
  options: RequestOptions,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(
      `${connection.server}${path}`,
      { ...options, method, headers: headersOf(connection, { ...headers, ...length }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    sent.once('timeout', () => sent.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    sent.once('error', (error) => reject(Object.assign(error, { isReused: sent.reusedSocket })));
    sent.end(body);
  });
