import { setOwn } from '../../objects/record.ts';
import { type BackwardWriter, entryTags } from './backward-writer.ts';
import type { RequestReader } from './request-reader.ts';

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

const structTags = { entry: 10 };
const valueTags = { null: 8, number: 17, string: 26, boolean: 32, struct: 42, list: 50 };
const listTags = { value: 10 };

/** Where in a Kubernetes object a Struct lies: decides whether its `managedFields` are left unread. */
export type Place = 'object' | 'metadata' | 'elsewhere';

/** The bytes are not a message, or are nested too deeply. The message is one of a few fixed sentences. */
export class Unreadable extends Error {}

/** A value that JSON does not have; `path` leads to it from the outermost Struct. */
export class NotJson extends Error {
  readonly path: (string | number)[] = [];
}

/**
 * Reads a length-delimited message field by field: `field` consumes a known field and returns true, or returns false
 * and has it skipped. Throws Unreadable or RangeError when the message does not end where its length says.
 */
export const readMessage = (reader: RequestReader, field: (tag: number) => boolean): void => {
  const end = endOf(reader);
  while (reader.pos < end) {
    const tag = reader.varint();
    if (!field(tag)) reader.skip(tag & 7, tag >>> 3);
  }
  assertEnd(reader, end);
};

/** Reads a length-delimited Struct. Throws Unreadable or RangeError. */
export const readStruct = (reader: RequestReader, place: Place, depth = 1): Fields => {
  if (depth > maximumDepth) throw new Unreadable(`nested deeper than ${maximumDepth} levels`);

  const fields: Fields = {};
  const end = endOf(reader);
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === structTags.entry) readEntry(reader, fields, place, depth);
    else reader.skip(tag & 7, tag >>> 3);
  }
  assertEnd(reader, end);

  return fields;
};

const readEntry = (reader: RequestReader, fields: Fields, place: Place, depth: number): void => {
  const end = endOf(reader);
  let key = '';
  let value: unknown;
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === entryTags.key) key = reader.name();
    else if (tag !== entryTags.value || (place === 'metadata' && key === 'managedFields')) {
      reader.skip(tag & 7, tag >>> 3);
    } else value = readValue(reader, place === 'object' && key === 'metadata' ? 'metadata' : 'elsewhere', depth);
  }
  assertEnd(reader, end);

  if (value !== undefined) setOwn<unknown>(fields, key, value);
};

const readValue = (reader: RequestReader, place: Place, depth: number): unknown => {
  const end = endOf(reader);
  let value: unknown;
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === valueTags.string) value = reader.value();
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

const readList = (reader: RequestReader, depth: number): unknown[] => {
  if (depth > maximumDepth) throw new Unreadable(`nested deeper than ${maximumDepth} levels`);

  const values: unknown[] = [];
  const end = endOf(reader);
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === listTags.value) values.push(readValue(reader, 'elsewhere', depth));
    else reader.skip(tag & 7, tag >>> 3);
  }
  assertEnd(reader, end);

  return values;
};

const endOf = (reader: RequestReader): number => {
  const length = reader.varint();
  const end = reader.pos + length;
  if (end > reader.len) throw new Unreadable('cut off');

  return end;
};

const assertEnd = (reader: RequestReader, end: number): void => {
  if (reader.pos !== end) throw new Unreadable('a field is longer than the message it is in');
};

/** Writes a Struct without its length. Fields that are undefined are left out. Throws NotJson. */
export const writeStruct = (writer: BackwardWriter, fields: Fields, depth = 1): void => {
  if (depth > maximumWriteDepth) throw new NotJson('an object that contains itself');

  const keys = Object.keys(fields);
  for (let index = keys.length - 1; index >= 0; index -= 1) {
    const key = keys[index] as string;
    const value = fields[key];
    if (value !== undefined) writeEntry(writer, key, value, depth);
  }
};

const writeEntry = (writer: BackwardWriter, key: string, value: unknown, depth: number): void => {
  const before = writer.length;
  try {
    writeValue(writer, value, depth);
  } catch (error) {
    throw within(key, error);
  }
  writer.entry(structTags.entry, key, before);
};

const writeList = (writer: BackwardWriter, values: unknown[], depth: number): void => {
  if (depth > maximumWriteDepth) throw new NotJson('a list that contains itself');

  for (let index = values.length - 1; index >= 0; index -= 1) {
    const before = writer.length;
    try {
      writeValue(writer, values[index], depth);
    } catch (error) {
      throw within(index, error);
    }
    writer.message(listTags.value, before);
  }
};

const writeValue = (writer: BackwardWriter, value: unknown, depth: number): void => {
  if (typeof value === 'string') writer.text(value).byte(valueTags.string);
  else if (typeof value === 'boolean') writer.byte(value ? 1 : 0).byte(valueTags.boolean);
  else if (typeof value === 'number' && Number.isFinite(value)) writer.double(value).byte(valueTags.number);
  else if (value === null) writer.byte(0).byte(valueTags.null);
  else if (Array.isArray(value)) {
    const before = writer.length;
    writeList(writer, value, depth + 1);
    writer.message(valueTags.list, before);
  } else if (isPlainObject(value)) {
    const before = writer.length;
    writeStruct(writer, value, depth + 1);
    writer.message(valueTags.struct, before);
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
