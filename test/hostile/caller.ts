import { FunctionRunnerServiceService, type RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { ChannelCredentials, Client, type ServiceError } from '@grpc/grpc-js';
import { decodeResponse } from './decode.ts';

/** A connection over which any bytes are sent as a request; it receives 4 MiB at most, as Crossplane does. */
export interface Caller {
  /** Rejects with a gRPC error. */
  call(bytes: Uint8Array): Promise<RunFunctionResponse>;
  close(): void;
}

/** Connects to a function, by default without TLS. */
export const connectTo = (port: number, credentials = ChannelCredentials.createInsecure()): Caller => {
  const client = new Client(`127.0.0.1:${port}`, credentials, { 'grpc.use_local_subchannel_pool': 1 });

  return {
    call: (bytes) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          FunctionRunnerServiceService.runFunction.path,
          (request: Uint8Array) => Buffer.from(request),
          decodeResponse,
          bytes,
          { deadline: Date.now() + 60_000 },
          (error: ServiceError | null, response?: RunFunctionResponse) =>
            response ? resolve(response) : reject(error ?? new Error('no response')),
        );
      }),
    close: () => client.close(),
  };
};
