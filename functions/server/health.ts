import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';

/** grpc.health.v1 for this one server; the package for it would load a .proto file and protobufjs at run time. */
export interface Health {
  /** From now on NOT_SERVING; everybody who watches is told so and let go. */
  stop(): void;
}

const serving = 1;
const notServing = 2;
const serviceUnknown = 3;

/** An object, because grpc-js takes the empty string for a request that never came. */
interface CheckRequest {
  service: string;
}
type ServingStatus = number;

const service = {
  check: method('Check', false),
  watch: method('Watch', true),
};

/** Adds the health service to a server; it answers for the whole server (``) and for the services named. */
export const addHealth = (server: Server, services: readonly string[]): Health => {
  let current: ServingStatus = serving;
  const watchers = new Set<ServerWritableStream<CheckRequest, ServingStatus>>();
  const isKnown = ({ service: name }: CheckRequest) => name === '' || services.includes(name);

  server.addService(service, {
    check: (call: ServerUnaryCall<CheckRequest, ServingStatus>, callback: sendUnaryData<ServingStatus>) => {
      if (!isKnown(call.request)) {
        callback({ code: status.NOT_FOUND, details: 'unknown service' });
        return;
      }
      callback(null, current);
    },
    watch: (call: ServerWritableStream<CheckRequest, ServingStatus>) => {
      if (!isKnown(call.request)) {
        call.write(serviceUnknown);
        return;
      }
      watchers.add(call);
      call.on('cancelled', () => watchers.delete(call));
      call.write(current);
    },
  });

  return {
    stop: () => {
      current = notServing;
      for (const watcher of watchers) {
        watcher.write(current);
        watcher.end();
      }
    },
  };
};

function method(name: string, responseStream: boolean) {
  return {
    path: `/grpc.health.v1.Health/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: (): never => {
      throw new Error('a server sends no requests');
    },
    requestDeserialize: readCheckRequest,
    responseSerialize: (value: ServingStatus) => Buffer.from(new BinaryWriter().uint32(8).int32(value).finish()),
    responseDeserialize: (): never => {
      throw new Error('a server receives no responses');
    },
  };
}

function readCheckRequest(bytes: Buffer): CheckRequest {
  const reader = new BinaryReader(bytes);
  let service = '';
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 10) service = reader.string();
    else reader.skip(tag & 7, tag >>> 3);
  }

  return { service };
}
