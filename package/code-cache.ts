import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FunctionRunnerServiceService, type RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { Client, credentials } from '@grpc/grpc-js';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../functions/objects/resource.ts';
import { cacheOf, programIn } from '../functions/server/engine/program.ts';
import { simulate } from '../functions/simulation/simulate.ts';

const root = resolve(import.meta.dirname, '..');
const file = fileURLToPath(import.meta.url);

/**
 * Puts the code that the engine makes of a bundled function beside it, as far as starting it and a call about the example
 * Service need it. It is of use to the version of Node that runs this. Returns its size in bytes. Throws when the function
 * does not start or answer.
 */
export const cacheCode = async (directory: string): Promise<number> => {
  // In a process of its own, in which the engine makes no other code.
  const serving = fork(file, [resolve(directory)], {
    cwd: root,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  try {
    await call(await portOf(serving), exampleRequest());
    const written = once(serving, 'message');
    serving.send('write');
    const [size] = await written;

    return size;
  } finally {
    serving.kill();
  }
};

/** The port that a function says it serves on. Rejects with its log when it ends before. */
const portOf = (serving: ChildProcess): Promise<number> =>
  new Promise((done, fail) => {
    let log = '';
    serving.stderr?.on('data', (text: Buffer) => {
      log += text;
      const port = /"port":(\d+)}/.exec(log)?.[1];
      if (port !== undefined) done(Number(port));
    });
    serving.once('exit', () => fail(new Error(`the function does not start:\n${log}`)));
  });

const call = async (port: number, request: RunFunctionRequest): Promise<void> => {
  const { path, requestSerialize, responseDeserialize } = FunctionRunnerServiceService.runFunction;
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  try {
    await new Promise<void>((done, fail) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error) =>
        error ? fail(error) : done(),
      );
    });
  } finally {
    client.close();
  }
};

const serve = (directory: string): void => {
  const main = join(directory, 'main.cjs');
  const program = programIn(main);
  process.once('message', () => {
    const code = program.createCachedData();
    writeFileSync(cacheOf(main), code);
    process.send?.(code.length);
  });
  process.argv = [process.execPath, main, '--insecure', '--address', '127.0.0.1:0'];
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

const [, started, directory = ''] = process.argv;
if (started === file) serve(directory);
