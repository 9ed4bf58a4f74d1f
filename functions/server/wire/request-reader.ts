import { BinaryReader } from '@bufbuild/protobuf/wire';

/** Field names of Kubernetes objects are shorter, and so is most of what comes more than once in a request. */
const longest = 40;
/** A power of two, ten times the 190 names in a request of 1,000 resources, so that few push each other out. */
const nameSlots = 2048;
/** A power of two, and room for the 380 texts of 100 resources. */
const valueSlots = 512;

/**
 * Reads texts without making a new one each time. The same hundred or two field names come again and again, and the
 * engine looks every new text up in its table of names before it can be a field: every process keeps the names that it saw
 * last, by the sum of their bytes. Of ten values eight came before in the same request; they are never kept beyond it.
 */
export class RequestReader extends BinaryReader {
  static readonly #names: string[] = new Array(nameSlots).fill('');
  readonly #values: string[] = new Array(valueSlots).fill('');
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#bytes = bytes;
  }

  /** The next unsigned integer, as `uint32()` reads it: nearly all tags and lengths have one byte. Throws like it. */
  varint(): number {
    const byte = this.#bytes[this.pos];
    if (byte === undefined || byte > 0x7f) return this.uint32();
    this.pos += 1;

    return byte;
  }

  /** The next text, which is the name of a field, as `string()` reads it. Throws like it. */
  name(): string {
    return this.#textFrom(RequestReader.#names);
  }

  /** The next text, which is a value, as `string()` reads it. Throws like it. */
  value(): string {
    return this.#textFrom(this.#values);
  }

  #textFrom(texts: string[]): string {
    const bytes = this.#bytes;
    const length = bytes[this.pos];
    const start = this.pos + 1;
    if (length === undefined || length > longest || start + length > this.len) return this.string();

    const end = start + length;
    let sum = length;
    for (let index = start; index < end; index += 1) sum = (Math.imul(sum, 31) + (bytes[index] as number)) | 0;
    const slot = sum & (texts.length - 1);
    const known = texts[slot] as string;
    if (known.length === length && isAt(bytes, start, known)) {
      this.pos = end;
      return known;
    }

    const text = this.string();
    if (text.length === length) texts[slot] = text;

    return text;
  }
}

/**
 * Whether a text has exactly these bytes. No kept text has a letter of more than one byte: it would be longer in bytes. What
 * was not UTF-8 became U+FFFD, which no byte is.
 */
const isAt = (bytes: Uint8Array, start: number, text: string): boolean => {
  for (let index = 0; index < text.length; index += 1)
    if (bytes[start + index] !== text.charCodeAt(index)) return false;

  return true;
};
