import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type Resource, RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { setOwn } from '../../objects/record.ts';
import { BackwardWriter, entryTags } from './backward-writer.ts';
import { RequestReader } from './request-reader.ts';
import { type Fields, type Place, readMessage, readStruct, within, writeStruct } from './struct.ts';

/**
 * The messages of one call. What holds Kubernetes objects is read and written here, everything small is left to the
 * SDK's generated code. Field numbers are those of Crossplane's run_function.proto.
 */
type State = NonNullable<RunFunctionRequest['observed']>;
type Resources = RunFunctionRequest['requiredResources'][string];

const requestTags = { meta: 10, observed: 18, desired: 26, input: 34, context: 42, extra: 50, required: 66 };
const responseTags = { desired: 18, context: 34, output: 58 };
const stateTags = { composite: 10, resource: 18 };
const resourceTags = { object: 10, connectionDetail: 18, ready: 24 };
const resourcesTags = { item: 10 };

/**
 * A request from its bytes, without the `metadata.managedFields` of everything observed or required: they are half of
 * an object and nothing here reads them. The desired state is complete, it goes back as it came. Throws Unreadable,
 * RangeError or Error when the bytes are no request.
 */
export const decodeRequest = (bytes: Uint8Array): RunFunctionRequest => {
  const reader = new RequestReader(bytes);
  const large: Partial<RunFunctionRequest> = {};
  const extraResources: Record<string, Resources> = {};
  const requiredResources: Record<string, Resources> = {};
  const small: Uint8Array[] = [];

  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.varint();
    if (tag === requestTags.observed) large.observed = readState(reader, 'object');
    else if (tag === requestTags.desired) large.desired = readState(reader, 'elsewhere');
    else if (tag === requestTags.input) large.input = readStruct(reader, 'elsewhere');
    else if (tag === requestTags.context) large.context = readStruct(reader, 'elsewhere');
    else if (tag === requestTags.extra) readMapEntry(reader, extraResources, readResources);
    else if (tag === requestTags.required) readMapEntry(reader, requiredResources, readResources);
    else {
      reader.skip(tag & 7, tag >>> 3);
      small.push(bytes.subarray(start, reader.pos));
    }
  }

  return { ...RunFunctionRequest.decode(Buffer.concat(small)), ...large, extraResources, requiredResources };
};

/** The bytes of a response. Throws NotJson when it holds something that JSON does not have, with the path to it. */
export const encodeResponse = (response: RunFunctionResponse): Uint8Array => {
  const writer = new BackwardWriter();
  const { desired, context, output } = response;
  if (output) writeFields(writer, responseTags.output, output, 'output');
  if (context) writeFields(writer, responseTags.context, context, 'context');
  if (desired) {
    const before = writer.length;
    writeState(writer, desired);
    writer.message(responseTags.desired, before);
  }
  const small = { ...response, desired: undefined, context: undefined, output: undefined };

  return writer.raw(RunFunctionResponse.encode(small).finish()).finish();
};

/** A response followed by the request's own desired state and context, byte for byte. Throws as decodeRequest does. */
export const encodeWithDesiredOf = (request: Uint8Array, response: RunFunctionResponse): Uint8Array => {
  const writer = new BinaryWriter().raw(encodeResponse(response));
  const reader = new RequestReader(request);
  while (reader.pos < reader.len) {
    const tag = reader.varint();
    if (tag === requestTags.desired) writer.uint32(responseTags.desired).bytes(reader.bytes());
    else if (tag === requestTags.context) writer.uint32(responseTags.context).bytes(reader.bytes());
    else reader.skip(tag & 7, tag >>> 3);
  }

  return writer.finish();
};

/** The tag of a request whose other parts may be unreadable. Throws as decodeRequest does. */
export const tagOf = (request: Uint8Array): string => {
  const reader = new RequestReader(request);
  const meta: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.varint();
    reader.skip(tag & 7, tag >>> 3);
    if (tag === requestTags.meta) meta.push(request.subarray(start, reader.pos));
  }

  return RunFunctionRequest.decode(Buffer.concat(meta)).meta?.tag ?? '';
};

const readState = (reader: RequestReader, place: Place): State => {
  const state: State = { composite: undefined, resources: {} };
  const readOne = () => readResource(reader, place);
  readMessage(reader, (tag) => {
    if (tag === stateTags.composite) state.composite = readOne();
    else if (tag === stateTags.resource) readMapEntry(reader, state.resources, readOne);
    else return false;
    return true;
  });

  return state;
};

const readResources = (reader: RequestReader): Resources => {
  const items: Resource[] = [];
  readMessage(reader, (tag) => {
    if (tag !== resourcesTags.item) return false;
    items.push(readResource(reader, 'object'));
    return true;
  });

  return { items };
};

const readResource = (reader: RequestReader, place: Place): Resource => {
  const resource: Resource = { resource: undefined, connectionDetails: {}, ready: 0 };
  readMessage(reader, (tag) => {
    if (tag === resourceTags.object) resource.resource = readStruct(reader, place);
    else if (tag === resourceTags.connectionDetail) {
      readMapEntry(reader, resource.connectionDetails, () => Buffer.from(reader.bytes()), Buffer.alloc(0));
    } else if (tag === resourceTags.ready) resource.ready = reader.int32();
    else return false;
    return true;
  });

  return resource;
};

/** An entry without a value is what the SDK makes of it: nothing, or an empty connection detail. */
const readMapEntry = <Value>(
  reader: RequestReader,
  map: Record<string, Value>,
  read: (reader: RequestReader) => Value,
  absent?: Value,
): void => {
  let key = '';
  let value = absent;
  readMessage(reader, (tag) => {
    if (tag === entryTags.key) key = reader.string();
    else if (tag === entryTags.value) value = read(reader);
    else return false;
    return true;
  });
  if (value !== undefined) setOwn(map, key, value);
};

const writeState = (writer: BackwardWriter, { composite, resources }: State): void => {
  for (const name of Object.keys(resources).reverse()) {
    const before = writer.length;
    writeResource(writer, resources[name] as Resource, name);
    writer.entry(stateTags.resource, name, before);
  }
  if (composite) {
    const before = writer.length;
    writeResource(writer, composite, 'composite');
    writer.message(stateTags.composite, before);
  }
};

const writeResource = (writer: BackwardWriter, resource: Resource, name: string): void => {
  if (resource.ready !== 0) writer.int32(resource.ready).byte(resourceTags.ready);
  for (const [key, value] of Object.entries(resource.connectionDetails)) {
    const before = writer.length;
    writer.raw(value).entry(resourceTags.connectionDetail, key, before);
  }
  if (resource.resource) writeFields(writer, resourceTags.object, resource.resource, name);
};

const writeFields = (writer: BackwardWriter, tag: number, fields: Fields, name: string): void => {
  const before = writer.length;
  try {
    writeStruct(writer, fields);
  } catch (error) {
    throw within(name, error);
  }
  writer.message(tag, before);
};
