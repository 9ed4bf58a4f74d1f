/** Every document that is for us names this group. */
const group = 'squadkit.io/';

/** `squadkit.io/`, and `plan.squadkit.io/`, as a whole value in base64: what `!!binary` makes text of. */
const inBase64 = [group, `plan.${group}`].map((text) =>
  Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1),
);

/** Any number of backslashes, because a text inside of a text has them twice; looked at from the first of them alone. */
const escapes = /(?<!\\)\\+(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(\/)|[ \t]*\r?\n[ \t\r\n]*)/gi;

/** What a text says once escapes of double quotes in YAML and JSON are resolved, wherever they stand: never less. */
export const unescaped = (text: string): string =>
  text.replace(escapes, (found, two?: string, four?: string, eight?: string, slash?: string) => {
    const digits = two ?? four ?? eight;
    if (digits !== undefined) {
      const code = Number.parseInt(digits, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : found;
    }
    return slash ?? '';
  });

/** What is in base64, at each of the three places where it can begin in a longer text. */
const inLongerBase64 = (text: string): string[] =>
  [0, 1, 2].map((before) =>
    Buffer.from(`${' '.repeat(before)}${text}`)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(before === 0 ? 0 : before + 1, -1),
  );

const insideBase64 = inLongerBase64(group);

/** Whether a text speaks of us in base64, on one line or on several: a Secret and a ConfigMap hold files so. */
export const mentionsInBase64 = (text: string): boolean => {
  const joined = /[A-Za-z0-9+/]{16}\s*\n/.test(text) ? text.replace(/\s+/g, '') : text;

  return insideBase64.some((part) => joined.includes(part));
};

/** What the parts of a text say that are base64 and speak of us. */
export const decoded = (text: string): string[] =>
  (text.replace(/\s+/g, '').match(/[A-Za-z0-9+/]{16,}/g) ?? [])
    .filter((part) => mentionsInBase64(part))
    .map((part) => Buffer.from(part, 'base64').toString('utf8'));

/** Whether a text may hold a document for us, in any spelling that a reader of YAML or JSON resolves. */
export const mentions = (text: string): boolean => {
  if (text.includes(group)) return true;
  const hasEscapes = text.includes('\\');
  // %TAG gives `!!binary` any name.
  if (!hasEscapes && !text.includes('!')) return false;
  const plain = hasEscapes ? unescaped(text) : text;
  if (plain.includes(group)) return true;
  const joined = plain.includes('!') ? plain.replace(/\s+/g, '') : '';

  return inBase64.some((encoded) => joined.includes(encoded));
};

const engines = ['fluxcd', 'argoproj'];
const enginesInBase64 = engines.flatMap((name) => inLongerBase64(`${name}.io`));

/** Whether a text may hold a document of a GitOps engine, in any spelling that a reader of YAML or JSON resolves. */
export const mentionsEngine = (text: string): boolean => {
  if (engines.some((name) => text.includes(name))) return true;
  const plain = text.includes('\\') ? unescaped(text) : text;
  if (engines.some((name) => plain.includes(name))) return true;
  const joined = plain.includes('!') ? plain.replace(/\s+/g, '') : '';

  return enginesInBase64.some((encoded) => joined.includes(encoded));
};

/** Whether a text names our group, as patches and programs do that have no apiVersion. */
export const mentionsGroup = (text: string): boolean => unescaped(text).includes('squadkit.io');

/** Whether something is put in for an apiVersion in a text that names our group, so that it may become ours. */
export const mayBecomeOurs = (text: string): boolean => isFilledIn(text) && mentionsGroup(text);

/** Whether such a mark stands behind an apiVersion, in the same line; of each line only what is behind the first one is looked at. */
export const isFilledIn = (text: string): boolean => {
  const begins = /apiVersion["']?\s*:/g;
  while (begins.test(text)) {
    const end = text.indexOf('\n', begins.lastIndex);
    const rest = text.slice(begins.lastIndex, end === -1 ? text.length : end);
    if (/<<|\{\{|\$\{|\(\(/.test(rest)) return true;
    if (end === -1) return false;
    begins.lastIndex = end;
  }

  return false;
};

/** Encodings that a reader of YAML knows by the first bytes, and tools of Windows write. */
const wide: { name: string; decode: (content: Buffer) => string }[] = [
  { name: 'UTF-16', decode: (content) => wholeUnits(content, 2).toString('utf16le') },
  { name: 'UTF-16', decode: (content) => swapped(content, 2).toString('utf16le') },
  { name: 'UTF-32', decode: (content) => utf32(content, true) },
  { name: 'UTF-32', decode: (content) => utf32(content, false) },
];

/**
 * Without what is left over at the end, which is no letter. Node 24.21 writes a byte beyond its memory where it makes UTF-16 of an odd
 * number of bytes that begin at an odd place, as files of a commit may: the whole command ends then, at once or later.
 */
const wholeUnits = (content: Buffer, width: number): Buffer =>
  content.subarray(0, content.length - (content.length % width));

const swapped = (content: Buffer, width: number): Buffer => {
  const whole = Buffer.from(wholeUnits(content, width));
  return width === 2 ? whole.swap16() : whole.swap32();
};

const utf32 = (content: Buffer, isLittle: boolean): string => {
  const units = isLittle ? content : swapped(content, 4);
  let text = '';
  for (let offset = 0; offset + 4 <= units.length; offset += 4) {
    const code = units.readUInt32LE(offset);
    // What is no character there is none of a document either.
    text += code < 0xd800 ? String.fromCharCode(code) : ' ';
  }

  return text;
};

/** The encoding in which a content speaks of us, if it is one with several bytes for each letter. */
export const wideMention = (content: Buffer): string | undefined => {
  if (!content.includes(0)) return undefined;
  // A letter of the group's name between zero bytes: what has none is a picture or a program.
  if (!content.includes('k\0') && !content.includes('\0k') && !content.includes('\\\0') && !content.includes('\0\\'))
    return undefined;

  return wide.find(({ decode }) => mentions(decode(content)))?.name;
};
