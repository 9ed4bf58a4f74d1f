/** What is wrong at a place of a text, counted in characters from 0. */
export interface Doubt {
  offset: number;
  message: string;
}

/** A place in a file, counted from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A place of a text that was not parsed. */
export const positionIn = (text: string, offset: number): Position => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};

/** What some readers take for a line end, for nothing at all, or for an end of the text. */
const isOddCharacter =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|(?!^)\ufeff/;

const named: Record<string, string> = {
  '\r': 'a carriage return without a line feed',
  '\u0085': 'a next-line character',
  '\u2028': 'a line separator',
  '\u2029': 'a paragraph separator',
  '\ufeff': 'a byte order mark in the middle',
};

const isSeparator = /^---[ \t]*(#.*)?\r?$/;
const isEnd = /^\.\.\.([ \t]|\r?$)/;
const isBlank = /^[ \t]*(#.*)?\r?$/;

/**
 * Lines of YAML that one reader of Kubernetes takes otherwise than another, whatever is in the documents: kubectl cuts a
 * file at lines that begin with `---` before it reads any YAML (k8s.io/apimachinery/pkg/util/yaml/decoder.go, 0.35), and
 * go-yaml reads no further than the first document of a part.
 */
export const doubtfulLines = (text: string): Doubt[] => {
  const odd = isOddCharacter.exec(text);
  const doubts: Doubt[] =
    odd === null
      ? []
      : [
          {
            offset: odd.index,
            message: `there is ${named[odd[0]] ?? 'a control character'} here, which readers of YAML take for different things: remove it`,
          },
        ];

  let offset = 0;
  let [hasBegun, hasEnded] = [false, false];
  for (const line of text.split('\n')) {
    const start = line.startsWith('\ufeff') ? line.slice(1) : line;
    if (start.startsWith('---')) {
      hasBegun = false;
      hasEnded = false;
      if (!isSeparator.test(start)) doubts.push({ offset, message: behindSeparator });
    } else if (isEnd.test(start)) {
      if (!hasBegun && !hasEnded) doubts.push({ offset, message: endOfNothing });
      hasEnded = true;
    } else if (start.startsWith('%')) doubts.push({ offset, message: directive });
    else if (hasEnded && !isBlank.test(start)) {
      doubts.push({ offset, message: behindEnd });
      hasEnded = false;
    } else if (!isBlank.test(start)) hasBegun = true;
    offset += line.length + 1;
  }

  return doubts;
};

const behindSeparator = 'Kubernetes reads nothing behind --- in a line: begin the document in the next line';
const behindEnd = 'Kubernetes does not read what comes after ... without a line --- in between: write that line';
const endOfNothing = 'Kubernetes refuses a file with ... where no document has begun: remove this line';
const directive = 'Kubernetes reads no line that begins with %: remove it';
