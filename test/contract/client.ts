import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import {
  FunctionRunnerServiceService,
  RunFunctionRequest,
  type RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import { ChannelCredentials, Client, type ServiceError } from '@grpc/grpc-js';
import type { Authority, Pair } from './authority.ts';

const { runFunction } = FunctionRunnerServiceService;

/** Credentials of a client that trusts `server` and shows `pair`, or no certificate. */
export const credentialsFor = (server: Authority, pair?: Pair): ChannelCredentials =>
  ChannelCredentials.createSsl(
    Buffer.from(server.certificate),
    pair ? Buffer.from(pair.key) : null,
    pair ? Buffer.from(pair.certificate) : null,
  );

/** One call on a connection of its own, as Crossplane would make it: it receives 4 MiB at most. */
export const call = async (
  port: number,
  request: RunFunctionRequest,
  credentials = ChannelCredentials.createInsecure(),
): Promise<RunFunctionResponse> => {
  const client = new Client(`127.0.0.1:${port}`, credentials, { 'grpc.use_local_subchannel_pool': 1 });
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        runFunction.path,
        runFunction.requestSerialize,
        runFunction.responseDeserialize,
        request,
        { deadline: Date.now() + 20_000 },
        (error: ServiceError | null, response?: RunFunctionResponse) =>
          response ? resolve(response) : reject(error ?? new Error('no response')),
      );
    });
  } finally {
    client.close();
  }
};

/** A request with everything that an answer must copy. */
export const requestFor = (input: Record<string, unknown> = {}, more: Partial<RunFunctionRequest> = {}) =>
  RunFunctionRequest.create({
    meta: { tag: 'tag-1', capabilities: [] },
    observed: {
      composite: {
        resource: { kind: 'Service', metadata: { name: 'billing', namespace: 'galaxy' } },
        connectionDetails: {},
        ready: 0,
      },
      resources: {},
    },
    desired: {
      composite: undefined,
      resources: { earlier: { resource: { spec: { a: [1, 'b', null] } }, connectionDetails: {}, ready: 1 } },
    },
    context: { environment: { zone: 'frontier' } },
    input,
    ...more,
  });

export interface HalfCall {
  /** Sends the rest of the request and resolves to the gRPC status and the size of the answer. */
  finish(): Promise<{ status: string | undefined; bytes: number }>;
  /** Goes away without finishing. */
  abandon(): void;
}

/** Starts a call and sends all of its request but the last byte: a call that is in flight until `finish`. */
export const startCall = async (port: number, request = requestFor()): Promise<HalfCall> => {
  const message = runFunction.requestSerialize(request);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  const frame = Buffer.concat([header, message]);

  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  const stream = session.request({
    ':method': 'POST',
    ':path': runFunction.path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => {});
  await new Promise<void>((resolve) => stream.write(frame.subarray(0, -1), () => resolve()));
  // A ping comes back after what was sent before it was received.
  await new Promise<void>((resolve) => session.ping(() => resolve()));

  return {
    finish: () =>
      new Promise((resolve) => {
        let bytes = 0;
        let status: string | undefined;
        stream.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        stream.on('trailers', (trailers) => {
          status = trailers['grpc-status'] as string;
        });
        stream.on('close', () => {
          session.destroy();
          resolve({ status, bytes });
        });
        stream.end(frame.subarray(-1));
      }),
    abandon: () => session.destroy(),
  };
};

/** The serial number of the certificate that the server shows. */
export const servedSerial = (port: number, authority: Authority, pair: Pair): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connectTls(
      {
        host: '127.0.0.1',
        port,
        ca: [authority.certificate],
        cert: pair.certificate,
        key: pair.key,
        rejectUnauthorized: false,
        ALPNProtocols: ['h2'],
      },
      () => {
        resolve(socket.getPeerCertificate().serialNumber.toLowerCase());
        socket.destroy();
      },
    );
    socket.on('error', reject);
  });
