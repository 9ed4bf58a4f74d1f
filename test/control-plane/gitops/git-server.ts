/**
 * A program: serves the bare repositories of a directory over HTTP, for fetch and push, on loopback only. After a push it
 * has the engine look at once, as the webhook of a Git host would: Flux through notification-controller, Argo CD through
 * argocd-server.
 *
 * --port <port> --directory <directory> --engine <flux or argocd> --kubeconfig <file of that receiver>
 */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import { Cluster } from '../kubernetes.ts';
import { lookNow } from './look-now.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    directory: { type: 'string' },
    engine: { type: 'string' },
    kubeconfig: { type: 'string' },
  },
});
const { port, directory, engine, kubeconfig } = values;
if (!port || !directory || !kubeconfig) throw new Error('--port, --directory and --kubeconfig are needed');
if (engine !== 'flux' && engine !== 'argocd') throw new Error('--engine is flux or argocd');
const receiver = new Cluster(kubeconfig);

/** What the Common Gateway Interface wants to know of a request (git http-backend). */
const environmentOf = ({ url = '/', method = 'GET', headers }: IncomingMessage): NodeJS.ProcessEnv => {
  const { pathname, search } = new URL(url, 'http://127.0.0.1');

  return {
    PATH: process.env.PATH,
    GIT_PROJECT_ROOT: directory,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: pathname,
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: method,
    // Without a user nobody may push.
    REMOTE_USER: 'loopback',
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: headers['git-protocol']?.toString(),
  };
};

/** Passes on what the backend answers: headers with the status among them, an empty line, the body. */
const answer = (request: IncomingMessage, response: ServerResponse): void => {
  const backend = spawn('git', ['http-backend'], { env: environmentOf(request) });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  backend.stderr.on('data', (data) => process.stderr.write(data));
  let head: Buffer | undefined = Buffer.alloc(0);
  backend.stdout.on('data', (chunk: Buffer) => {
    if (head === undefined) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const lines = head
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const [, status = '200'] = lines.find(([name]) => name.toLowerCase() === 'status') ?? [];
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(lines.filter(([name]) => name !== 'Status')));
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  backend.once('close', () => {
    response.end();
    if (request.method !== 'POST' || !request.url?.endsWith('/git-receive-pack')) return;
    lookNow[engine](receiver).catch((error: Error) =>
      console.error(`${engine} looks by itself later: ${error.message}`),
    );
  });
};

createServer(answer).listen(Number(port), '127.0.0.1');
