import { BinaryReader } from '@bufbuild/protobuf/wire';

/** Field names of Kubernetes objects are shorter; what is longer is a key of somebody's data. */
const longestName = 40;
/** A power of two, ten times the 190 names in a request of 1,000 resources, so that few push each other out. */
const slots = 2048;

/**
 * Reads field names without making a new text of each: the same hundred or two come again and again, and the engine
 * looks every new text up in its table of names before it can be a field. Every process keeps the names that it saw last, by the
 * sum of their bytes; values are never kept.
 */
export class RequestReader extends BinaryReader {
  static readonly #names: string[] = new Array(slots).fill('');
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#bytes = bytes;
  }

  /** The next text, as `string()` reads it. Throws like it. */
  name(): string {
    const bytes = this.#bytes;
    const length = bytes[this.pos];
    const start = this.pos + 1;
    if (length === undefined || length > longestName || start + length > this.len) return this.string();

    const end = start + length;
    let sum = length;
    for (let index = start; index < end; index += 1) sum = (Math.imul(sum, 31) + (bytes[index] as number)) | 0;
    const slot = sum & (slots - 1);
    const known = RequestReader.#names[slot] as string;
    if (known.length === length && isAt(bytes, start, known)) {
      this.pos = end;
      return known;
    }

    const name = this.string();
    if (name.length === length) RequestReader.#names[slot] = name;

    return name;
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
