import { BinaryReader } from '@bufbuild/protobuf/wire';

/** Field names of Kubernetes objects are shorter; what is longer is a key of somebody's data. */
const longestName = 40;
/** A power of two, some times as many as there are names in a request. */
const slots = 2048;

/**
 * Reads field names without making a new text of each: the same few hundred come again and again, and the engine looks
 * every new text up in its table of names before it can be a field. Every process keeps the names that it saw last, by the
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
    RequestReader.#names[slot] = name;

    return name;
  }
}

/** Whether a text has exactly these bytes; one with other characters than ASCII has not, and is read again. */
const isAt = (bytes: Uint8Array, start: number, text: string): boolean => {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f || bytes[start + index] !== code) return false;
  }

  return true;
};
