import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** The tags of the two fields that an entry of any map has. */
export const entryTags = { key: 10, value: 18 };

const initialBytes = 256 * 1024;
/** As much as Crossplane takes of an answer: what a larger one needed is given back. */
const keptBytes = 4 * 1024 * 1024;
/** Longer texts are faster by the engine's own encoder. */
const longestLoop = 100;

/** One for all answers: they are written one after the other, and are copied out when they are complete. */
let shared = Buffer.allocUnsafeSlow(initialBytes);

/**
 * Protobuf from its end to its beginning: the length of a message stands before it, and is known when its content is
 * there already. A writer that goes forward moves the content of every message that is longer than 127 bytes, and a
 * field of a manifest lies in ten of them. All writers share a buffer: one must be finished, or given up, before the next
 * is made.
 */
export class BackwardWriter {
  #bytes = shared;
  #start = shared.length;

  /** How many bytes are written so far. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  /** A single byte: a tag of a field number below 16, or a boolean. */
  byte(value: number): this {
    const position = this.#reserve(1);
    this.#bytes[position] = value;

    return this;
  }

  /** An unsigned integer below 2^31. */
  varint(value: number): this {
    let size = 1;
    for (let rest = value >>> 7; rest > 0; rest >>>= 7) size += 1;
    let position = this.#reserve(size);
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[position++] = (rest & 0x7f) | 0x80;
    this.#bytes[position] = rest;

    return this;
  }

  /** A signed integer of 32 bits. */
  int32(value: number): this {
    // A negative one takes ten bytes, and no answer of ours has one.
    return value >= 0 ? this.varint(value) : this.raw(new BinaryWriter().int32(value).finish());
  }

  double(value: number): this {
    const position = this.#reserve(8);
    this.#bytes.writeDoubleLE(value, position);

    return this;
  }

  /** Bytes as they are, without their length. */
  raw(content: Uint8Array): this {
    const position = this.#reserve(content.length);
    this.#bytes.set(content, position);

    return this;
  }

  /** A text in UTF-8, with its length. */
  text(value: string): this {
    if (value.length <= longestLoop && this.#ascii(value)) return this.byte(value.length);

    const size = Buffer.byteLength(value);
    const position = this.#reserve(size);
    this.#bytes.write(value, position, size);

    return this.varint(size);
  }

  /** The length of what was written since the writer had `before` bytes, and the tag of the field that it is. */
  message(tag: number, before: number): this {
    return this.varint(this.length - before).byte(tag);
  }

  /** Makes an entry of a map, a field with this tag, of the value that was written since the writer had `before` bytes. */
  entry(tag: number, key: string, before: number): this {
    return this.message(entryTags.value, before).text(key).byte(entryTags.key).message(tag, before);
  }

  /** A copy of all that was written. */
  finish(): Uint8Array {
    shared = this.#bytes.length > keptBytes ? Buffer.allocUnsafeSlow(initialBytes) : this.#bytes;

    return Buffer.copyBytesFrom(this.#bytes, this.#start);
  }

  /** Writes nothing, and returns false, when there is a letter of more than one byte. */
  #ascii(value: string): boolean {
    const position = this.#reserve(value.length);
    const bytes = this.#bytes;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        this.#start += value.length;
        return false;
      }
      bytes[position + index] = code;
    }

    return true;
  }

  /** Where so many bytes go that come before all the others. */
  #reserve(size: number): number {
    if (this.#start < size) this.#grow(size);
    this.#start -= size;

    return this.#start;
  }

  #grow(size: number): void {
    const { length } = this;
    let capacity = this.#bytes.length;
    while (capacity < length + size) capacity *= 2;
    const larger = Buffer.allocUnsafeSlow(capacity);
    larger.set(this.#bytes.subarray(this.#start), capacity - length);
    this.#bytes = larger;
    this.#start = capacity - length;
  }
}
