/** The letters of Bech32, by their value (BIP 173). */
const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

const checksumOf = (values: number[]): number =>
  values.reduce((sum, value) => {
    const top = sum >>> 25;
    const next = ((sum & 0x1ffffff) << 5) ^ value;

    return generators.reduce((mixed, generator, bit) => ((top >>> bit) & 1 ? mixed ^ generator : mixed), next);
  }, 1);

/** Prefix and number of letters of the keys that `age-keygen` makes: of 32 bytes, and of 1216 for both kinds at once. */
const kinds: Record<string, number> = { age: 58, age1pq: 1952 };

/**
 * Whether a text is a public key of age (age-encryption.org/v1, and its hybrid of ML-KEM-768 and X25519), down to its
 * checksum: a letter that was lost or mistyped is found here, and not when the first backup is made.
 */
export const isPublicKey = (text: string): boolean => {
  const end = text.lastIndexOf('1');
  const prefix = text.slice(0, Math.max(end, 0));
  const data = [...text.slice(end + 1)].map((letter) => letters.indexOf(letter));
  if (!Object.hasOwn(kinds, prefix) || kinds[prefix] !== data.length || data.includes(-1)) return false;
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0));

  return checksumOf([...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data]) === 1;
};
