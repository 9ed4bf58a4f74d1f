import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { setOwn } from '../../objects/record.ts';

/**
 * google.protobuf.Struct to and from plain JSON in one pass. The generated codec builds three objects per value; this
 * one builds the value. It is also where everything that is not JSON is refused, because here each value is looked at
 * anyway.
 */
export type Fields = Record<string, unknown>;

/** More than any Kubernetes object has, and little enough for every stack. */
export const maximumDepth = 100;
/** A composed manifest may wrap what was read; beyond this it contains itself. */
const maximumWriteDepth = 2 * maximumDepth;

/** The tags of the two fields that an entry of any map has. */
export const entryTags = { key: 10, value: 18 };
const structTags = { entry: 10 };
const valueTags = { null: 8, number: 17, string: 26, boolean: 32, struct: 42, list: 50 };
const listTags = { value: 10 };

/** Where in a Kubernetes object a Struct lies: decides whether its `managedFields` are left unread. */
export type Place = 'object' | 'metadata' | 'elsewhere';

/** The bytes are not a message. The message is one of a few fixed sentences. */
export class Unreadable extends Error {}

/** What is to be read is nested deeper than `maximumDepth`. */
export class TooDeep extends Unreadable {
  constructor() {
    super(`nested deeper than ${maximumDepth} levels`);
  }
}

/** A value that JSON does not have; `path` leads to it from the outermost Struct. */
export class NotJson extends Error {
  readonly path: (string | number)[] = [];
}

/**
 * Reads a length-delimited message field by field: `field` consumes a known field and returns true, or returns false
 * and has it skipped. Throws Unreadable or RangeError when the message does not end where its length says.
 */
export const readMessage = (reader: BinaryReader, field: (tag: number) => boolean): void => {
  const end = endOf(reader);
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!field(tag)) reader.skip(tag & 7, tag >>> 3);
  }
  assertEnd(reader, end);
};

/** Reads a length-delimited Struct. Throws Unreadable, TooDeep among them, or RangeError. */
export const readStruct = (reader: BinaryReader, place: Place, depth = 1): Fields => {
  if (depth > maximumDepth) throw new TooDeep();

  const fields: Fields = {};
  const end = endOf(reader);
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === structTags.entry) readEntry(reader, fields, place, depth);
    else reader.skip(tag & 7, tag >>> 3);
  }
  assertEnd(reader, end);

  return fields;
};

const readEntry = (reader: BinaryReader, fields: Fields, place: Place, depth: number): void => {
  const end = endOf(reader);
  let key = '';
  let value: unknown;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === entryTags.key) key = reader.string();
    else if (tag !== entryTags.value || (place === 'metadata' && key === 'managedFields')) {
      reader.skip(tag & 7, tag >>> 3);
    } else value = readValue(reader, place === 'object' && key === 'metadata' ? 'metadata' : 'elsewhere', depth);
  }
  assertEnd(reader, end);

  if (value !== undefined) setOwn<unknown>(fields, key, value);
};

const readValue = (reader: BinaryReader, place: Place, depth: number): unknown => {
  const end = endOf(reader);
  let value: unknown;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === valueTags.string) value = reader.string();
    else if (tag === valueTags.struct) value = readStruct(reader, place, depth + 1);
    else if (tag === valueTags.number) value = reader.double();
    else if (tag === valueTags.list) value = readList(reader, depth + 1);
    else if (tag === valueTags.boolean) value = reader.bool();
    else if (tag === valueTags.null) {
      reader.int32();
      value = null;
    } else reader.skip(tag & 7, tag >>> 3);
  }
  assertEnd(reader, end);

  return value;
};

const readList = (reader: BinaryReader, depth: number): unknown[] => {
  if (depth > maximumDepth) throw new TooDeep();

  const values: unknown[] = [];
  const end = endOf(reader);
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === listTags.value) values.push(readValue(reader, 'elsewhere', depth));
    else reader.skip(tag & 7, tag >>> 3);
  }
  assertEnd(reader, end);

  return values;
};

const endOf = (reader: BinaryReader): number => {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new Unreadable('cut off');

  return end;
};

const assertEnd = (reader: BinaryReader, end: number): void => {
  if (reader.pos !== end) throw new Unreadable('a field is longer than the message it is in');
};

/** Writes a Struct without its length. Fields that are undefined are left out. Throws NotJson. */
export const writeStruct = (writer: BinaryWriter, fields: Fields, depth = 1): void => {
  if (depth > maximumWriteDepth) throw new NotJson('an object that contains itself');

  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    writer.uint32(structTags.entry).fork().uint32(entryTags.key).string(key).uint32(entryTags.value).fork();
    writeWithin(writer, key, value, depth);
    writer.join().join();
  }
};

const writeList = (writer: BinaryWriter, values: unknown[], depth: number): void => {
  if (depth > maximumWriteDepth) throw new NotJson('a list that contains itself');

  for (const [index, value] of values.entries()) {
    writer.uint32(listTags.value).fork();
    writeWithin(writer, index, value, depth);
    writer.join();
  }
};

const writeWithin = (writer: BinaryWriter, key: string | number, value: unknown, depth: number): void => {
  try {
    writeValue(writer, value, depth);
  } catch (error) {
    throw within(key, error);
  }
};

const writeValue = (writer: BinaryWriter, value: unknown, depth: number): void => {
  if (typeof value === 'string') writer.uint32(valueTags.string).string(value);
  else if (typeof value === 'boolean') writer.uint32(valueTags.boolean).bool(value);
  else if (typeof value === 'number' && Number.isFinite(value)) writer.uint32(valueTags.number).double(value);
  else if (value === null) writer.uint32(valueTags.null).int32(0);
  else if (Array.isArray(value)) {
    writer.uint32(valueTags.list).fork();
    writeList(writer, value, depth + 1);
    writer.join();
  } else if (isPlainObject(value)) {
    writer.uint32(valueTags.struct).fork();
    writeStruct(writer, value, depth + 1);
    writer.join();
  } else throw new NotJson(describe(value));
};

const isPlainObject = (value: unknown): value is Fields => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);

  return prototype === Object.prototype || prototype === null;
};

const describe = (value: unknown): string => {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object') return `a ${Object.prototype.toString.call(value).slice(8, -1)} instance`;

  return typeof value;
};

/** Notes on the way out where the value lies. */
export const within = (key: string | number, error: unknown): unknown => {
  if (error instanceof NotJson) error.path.unshift(key);

  return error;
};
