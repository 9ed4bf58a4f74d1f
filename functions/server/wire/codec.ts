import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { type Resource, RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { setOwn } from '../../objects/record.ts';
import { entryTags, type Fields, type Place, readMessage, readStruct, within, writeStruct } from './struct.ts';

/**
 * The messages of one call, read and written here instead of by the SDK's generated codec.
 *
 * Why: the SDK builds three objects per value of a Kubernetes object, and all of its managedFields, which are half of it and
 * which nobody reads. CPU ms per message with 10 / 30 / 100 resources, Node 24, `npm run bench -- codec`:
 *   read    SDK 0.75 / 1.97 / 7.00    ours 0.21 / 0.60 / 2.08
 *   write   SDK 0.22 / 0.51 / 1.79    ours 0.17 / 0.34 / 1.40
 * It serves one bar: a call costs at most one and a half times what it costs a Python function. It is 1.2 to 1.4 times, see
 * test/bench; with the SDK's codec it would be more than twice. Writing is here for another reason: the SDK writes what JSON
 * does not have, such as NaN or a Date, as something else; here it is refused with its path.
 *
 * Delete this folder once the SDK reads in less than twice our time and refuses such values. That it reads and writes what the
 * SDK does is proved by test/contract/server-codec.test.ts, and with hostile bytes by test/hostile.
 *
 * What holds Kubernetes objects is read and written here, everything small is left to the SDK. Field numbers are those of
 * Crossplane's run_function.proto.
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
  const reader = new BinaryReader(bytes);
  const large: Partial<RunFunctionRequest> = {};
  const extraResources: Record<string, Resources> = {};
  const requiredResources: Record<string, Resources> = {};
  const small: Uint8Array[] = [];

  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
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
  const { desired, context, output } = response;
  const small = { ...response, desired: undefined, context: undefined, output: undefined };
  const writer = new BinaryWriter().raw(RunFunctionResponse.encode(small).finish());
  if (desired) {
    writer.uint32(responseTags.desired).fork();
    writeState(writer, desired);
    writer.join();
  }
  if (context) writeFields(writer, responseTags.context, context, 'context');
  if (output) writeFields(writer, responseTags.output, output, 'output');

  return writer.finish();
};

/** A response followed by the request's own desired state and context, byte for byte. Throws as decodeRequest does. */
export const encodeWithDesiredOf = (request: Uint8Array, response: RunFunctionResponse): Uint8Array => {
  const writer = new BinaryWriter().raw(encodeResponse(response));
  const reader = new BinaryReader(request);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === requestTags.desired) writer.uint32(responseTags.desired).bytes(reader.bytes());
    else if (tag === requestTags.context) writer.uint32(responseTags.context).bytes(reader.bytes());
    else reader.skip(tag & 7, tag >>> 3);
  }

  return writer.finish();
};

/** The tag of a request whose other parts may be unreadable. Throws as decodeRequest does. */
export const tagOf = (request: Uint8Array): string => {
  const reader = new BinaryReader(request);
  const meta: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    reader.skip(tag & 7, tag >>> 3);
    if (tag === requestTags.meta) meta.push(request.subarray(start, reader.pos));
  }

  return RunFunctionRequest.decode(Buffer.concat(meta)).meta?.tag ?? '';
};

const readState = (reader: BinaryReader, place: Place): State => {
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

const readResources = (reader: BinaryReader): Resources => {
  const items: Resource[] = [];
  readMessage(reader, (tag) => {
    if (tag !== resourcesTags.item) return false;
    items.push(readResource(reader, 'object'));
    return true;
  });

  return { items };
};

const readResource = (reader: BinaryReader, place: Place): Resource => {
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
  reader: BinaryReader,
  map: Record<string, Value>,
  read: (reader: BinaryReader) => Value,
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

const writeState = (writer: BinaryWriter, { composite, resources }: State): void => {
  if (composite) {
    writer.uint32(stateTags.composite).fork();
    writeResource(writer, composite, 'composite');
    writer.join();
  }
  for (const [name, resource] of Object.entries(resources)) {
    writer.uint32(stateTags.resource).fork().uint32(entryTags.key).string(name).uint32(entryTags.value).fork();
    writeResource(writer, resource, name);
    writer.join().join();
  }
};

const writeResource = (writer: BinaryWriter, resource: Resource, name: string): void => {
  if (resource.resource) writeFields(writer, resourceTags.object, resource.resource, name);
  for (const [key, value] of Object.entries(resource.connectionDetails)) {
    writer.uint32(resourceTags.connectionDetail).fork();
    writer.uint32(entryTags.key).string(key).uint32(entryTags.value).bytes(value).join();
  }
  if (resource.ready !== 0) writer.uint32(resourceTags.ready).int32(resource.ready);
};

const writeFields = (writer: BinaryWriter, tag: number, fields: Fields, name: string): void => {
  writer.uint32(tag).fork();
  try {
    writeStruct(writer, fields);
  } catch (error) {
    throw within(name, error);
  }
  writer.join();
};
