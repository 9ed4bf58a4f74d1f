import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { FunctionRunnerServiceService, RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../functions/resource.ts';
import { cacheOf, programIn } from '../functions/server/program.ts';
import { simulate } from '../functions/simulation.ts';

const root = resolve(import.meta.dirname, '..');
const file = fileURLToPath(import.meta.url);
/** Together ten seconds, of which one is needed. */
const attempts = 500;

/**
 * Puts the code that the engine makes of a bundled function beside it, as far as starting it and a call about the example
 * Service need it. It is of use to the version of Node that runs this. Returns its size in bytes. Throws when the function
 * does not answer.
 */
export const cacheCode = async (directory: string): Promise<number> => {
  const port = await freePort();
  // In a process of its own, in which the engine makes no other code.
  const serving = fork(file, [resolve(directory), `${port}`], {
    cwd: root,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  serving.stderr?.on('data', (text: Buffer) => {
    log += text;
  });
  try {
    await call(port, RunFunctionRequest.encode(exampleRequest()).finish());
    const written = once(serving, 'message');
    serving.send('write');
    const [size] = await written;

    return size;
  } catch (error) {
    throw new Error(`the function does not answer: ${(error as Error).message}\n${log}`);
  } finally {
    serving.kill();
  }
};

const serve = (directory: string, port: string): void => {
  const main = join(directory, 'main.cjs');
  const program = programIn(main);
  process.once('message', () => {
    const code = program.createCachedData();
    writeFileSync(cacheOf(main), code);
    process.send?.(code.length);
  });
  process.argv = [process.execPath, main, '--insecure', '--address', `127.0.0.1:${port}`];
  program.runInThisContext()(createRequire(main));
};

/** What Crossplane asks about the first Service in examples/ when everything that it composes is there. */
const exampleRequest = (): RunFunctionRequest => {
  const directory = join(root, 'examples');
  const documents = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(directory, file), 'utf8')))
    .map((document): KubernetesObject => document.toJS())
    .map((object) => ({ ...object, status: { conditions: [{ type: 'Ready', status: 'True' }] } }));
  const service = documents.find(({ kind }) => kind === 'Service');
  if (service === undefined) throw new Error('there is no Service in examples/');
  const { request, response } = simulate(service, documents);
  if (response.results[0] !== undefined) throw new Error(`the example is refused: ${response.results[0].message}`);

  return request;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');

  return port;
};

/** Calls as soon as somebody listens. */
const call = async (port: number, message: Uint8Array): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callOnce(port, message);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED' || attempt === attempts) throw error;
      await sleep(20);
    }
  }
};

const callOnce = (port: number, message: Uint8Array): Promise<void> =>
  new Promise((done, fail) => {
    const session = connect(`http://127.0.0.1:${port}`).on('error', fail);
    session.on('connect', () => {
      const stream = session.request({
        ':method': 'POST',
        ':path': FunctionRunnerServiceService.runFunction.path,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      stream.on('error', fail).on('trailers', ({ 'grpc-status': status, 'grpc-message': text }) => {
        session.destroy();
        if (status === '0') done();
        else fail(new Error(`status ${status}: ${text}`));
      });
      stream.resume();
      // As gRPC frames a message: not compressed, its length, itself.
      const header = Buffer.alloc(5);
      header.writeUInt32BE(message.length, 1);
      stream.end(Buffer.concat([header, message]));
    });
  });

const [, started, directory = '', port = ''] = process.argv;
if (started === file) serve(directory, port);
