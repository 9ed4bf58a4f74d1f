import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** A resource as a request carries it; the object may be anything, also what no API server would store. */
export interface HostileResource {
  object?: unknown;
  connection?: Record<string, unknown>;
}

/** Everything that a request can hold, in shapes that the SDK's own types have no room for. */
export interface HostileRequest {
  /** Left out, there is no state at all, which is something else than an empty one. */
  observed?: { composite?: HostileResource; resources?: Record<string, HostileResource> };
  desired?: { composite?: HostileResource; resources?: Record<string, HostileResource> };
  required?: Record<string, HostileResource[]>;
  context?: unknown;
  input?: unknown;
  credentials?: Record<string, Record<string, unknown>>;
}

/**
 * The bytes of a request, with the field numbers of run_function.proto. Unlike the SDK's encoder it writes `__proto__`
 * as the field it is, numbers that are none, and nests as deep as it is told; what is of a wrong type is left out.
 */
export const encodeRequest = (request: HostileRequest): Uint8Array => {
  const writer = new BinaryWriter();
  message(writer, 1, () => writer.uint32(10).string('hostile'));
  for (const [field, state] of [
    [2, request.observed],
    [3, request.desired],
  ] as const) {
    if (!isFields(state)) continue;
    message(writer, field, () => {
      if (isFields(state.composite)) message(writer, 1, () => writeResource(writer, state.composite));
      writeMap(writer, 2, state.resources, (resource) => message(writer, 2, () => writeResource(writer, resource)));
    });
  }
  writeObject(writer, 4, request.input);
  writeObject(writer, 5, request.context);
  writeMap(writer, 7, request.credentials, (data) =>
    message(writer, 2, () => message(writer, 1, () => writeMap(writer, 1, data, (text) => writeBytes(writer, text)))),
  );
  writeMap(writer, 8, request.required, (items) =>
    message(writer, 2, () => {
      for (const item of Array.isArray(items) ? items : []) message(writer, 1, () => writeResource(writer, item));
    }),
  );

  return writer.finish();
};

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const message = (writer: BinaryWriter, field: number, content: () => unknown): void => {
  writer.uint32((field << 3) | 2).fork();
  content();
  writer.join();
};

const writeBytes = (writer: BinaryWriter, text: unknown): void => {
  if (typeof text === 'string') writer.uint32(18).bytes(Buffer.from(text));
};

const writeMap = (writer: BinaryWriter, field: number, map: unknown, value: (value: unknown) => void): void => {
  if (!isFields(map)) return;
  for (const key of Object.keys(map)) {
    message(writer, field, () => {
      writer.uint32(10).string(key);
      value(map[key]);
    });
  }
};

const writeResource = (writer: BinaryWriter, resource: unknown): void => {
  if (!isFields(resource)) return;
  writeObject(writer, 1, resource.object);
  writeMap(writer, 2, resource.connection, (text) => writeBytes(writer, text));
};

const writeObject = (writer: BinaryWriter, field: number, value: unknown): void => {
  if (isFields(value)) message(writer, field, () => writeStruct(writer, value));
};

const writeStruct = (writer: BinaryWriter, fields: Record<string, unknown>): void =>
  writeMap(writer, 1, fields, (value) => message(writer, 2, () => writeValue(writer, value)));

const writeValue = (writer: BinaryWriter, value: unknown): void => {
  if (typeof value === 'number') writer.uint32(17).double(value);
  else if (typeof value === 'string') writer.uint32(26).string(value);
  else if (typeof value === 'boolean') writer.uint32(32).bool(value);
  else if (Array.isArray(value)) {
    message(writer, 6, () => {
      for (const item of value) message(writer, 1, () => writeValue(writer, item));
    });
  } else if (isFields(value)) message(writer, 5, () => writeStruct(writer, value));
  else writer.uint32(8).int32(0);
};
