import { FunctionRunnerServiceService } from '@crossplane-org/function-sdk-typescript';
import {
  logVerbosity,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  setLogVerbosity,
  status,
} from '@grpc/grpc-js';
import { answer, type ConditionsAfterFault, type Handler } from './call.ts';
import { RotatingCertificates } from './certificates.ts';
import { addHealth } from './health.ts';
import { type Listener, listenWithTls } from './listener.ts';
import { describeThrown, type Log } from './log.ts';

export type { Handler } from './call.ts';

/** What a server is started with. */
export interface ServerOptions {
  /** Host and port; port 0 takes any free one. */
  address: string;
  /** Directory with tls.crt, tls.key and ca.crt; needed unless `insecure`. */
  certificates?: string | undefined;
  /** What to say on the composite when a call failed; nothing by default. */
  conditionsAfterFault?: ConditionsAfterFault;
  /** Serve without TLS, to anybody. */
  insecure?: boolean | undefined;
  log: Log;
  /** How often the certificate files are looked at; default 2 s. */
  reloadMilliseconds?: number;
  /** How long a connection may live; default 5 minutes. */
  maximumConnectionMilliseconds?: number;
}

/** A server that answers calls. */
export interface RunningServer {
  port: number;
  /**
   * Takes no more calls and finishes those in flight. Resolves to false if some were still unfinished, and cut off,
   * after `deadline` milliseconds.
   */
  drain(deadline: number): Promise<boolean>;
}

const service = 'apiextensions.fn.proto.v1.FunctionRunnerService';

/** Twice the size at which etcd would refuse the largest composite and thirty objects of the largest kind. */
const maximumRequestBytes = 64 * 1024 * 1024;

/**
 * Serves a function over gRPC, with TLS to clients that have a certificate of our CA, and to nobody else. The SDK's own
 * server accepts every client, reads 4 MiB at most and reports thrown messages. Rejects with a sentence when there are
 * no certificates or the address cannot be bound.
 */
export const startServer = async (options: ServerOptions, handler: Handler): Promise<RunningServer> => {
  const certificates = certificatesOf(options);
  const { server, health } = createServer(options, handler);
  const listener = await listen(server, options, certificates);

  return {
    port: listener.port,
    drain: async (deadline) => {
      health.stop();
      listener.close();
      const isClean = await shutDown(server, deadline);
      await listener.ended();
      certificates?.stop();

      return isClean;
    },
  };
};

const createServer = (options: ServerOptions, handler: Handler) => {
  const { conditionsAfterFault = () => [] } = options;
  // It repeats on stderr, in its own format, what is reported here anyway.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    // What it counts of every call and connection is for a service that nobody serves here.
    'grpc.enable_channelz': 0,
    'grpc.max_receive_message_length': maximumRequestBytes,
    // Crossplane keeps one connection per function: without an end to it, a new replica would never be asked.
    'grpc.max_connection_age_ms': options.maximumConnectionMilliseconds ?? 300_000,
    'grpc.max_connection_age_grace_ms': 60_000,
  });
  server.addService(definition, {
    runFunction: (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      try {
        const { buffer, byteOffset, length } = answer(call.request, handler, options.log, conditionsAfterFault);
        callback(null, Buffer.from(buffer, byteOffset, length));
      } catch (thrown) {
        options.log.error('not a request', describeThrown(thrown));
        callback({ code: status.INVALID_ARGUMENT, details: 'these bytes are not a RunFunctionRequest' });
      }
    },
  });

  return { server, health: addHealth(server, [service]) };
};

// Bytes in, bytes out: grpc-js would turn every error of a codec into INTERNAL without saying or logging which.
const asIs = (bytes: Buffer): Buffer => bytes;
const definition = {
  runFunction: {
    ...FunctionRunnerServiceService.runFunction,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
};

const certificatesOf = ({ insecure, certificates, reloadMilliseconds = 2_000, log }: ServerOptions) => {
  if (insecure) return undefined;
  if (!certificates) {
    throw new Error(
      'no TLS certificates: set --tls-certs-dir or TLS_SERVER_CERTS_DIR to a directory with tls.crt, tls.key and ' +
        'ca.crt, or serve without TLS with --insecure',
    );
  }

  return new RotatingCertificates(certificates, reloadMilliseconds, log);
};

const listen = async (
  server: Server,
  { address, log }: ServerOptions,
  certificates: RotatingCertificates | undefined,
): Promise<Listener> => {
  try {
    if (certificates === undefined) return await listenInsecurely(server, address);

    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
    return await listenWithTls(server, { host, port: Number(address.slice(colon + 1)) }, certificates, log);
  } catch (error) {
    certificates?.stop();
    throw new Error(`cannot listen on ${address}: ${(error as Error).message}`);
  }
};

const listenInsecurely = (server: Server, address: string): Promise<Listener> =>
  new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error) return reject(error);
      resolve({ port, close: () => {}, ended: async () => {} });
    });
  });

const shutDown = (server: Server, deadline: number): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve(false);
    }, deadline);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
