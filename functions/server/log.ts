/** One JSON object per line; the fields never hold anything of a request except what names its document. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** What a line says besides its message; undefined fields are left out. */
export type LogFields = Record<string, string | number | undefined>;

/** A log that writes lines through `write`, by default to stderr; debug lines only if `debug` is set. */
export const createLog = ({
  debug = false,
  write = (line: string): void => void process.stderr.write(line),
} = {}): Log => {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      write(`${JSON.stringify({ level, time: new Date().toISOString(), message, ...fields })}\n`);

  return { debug: debug ? at('debug') : () => {}, info: at('info'), error: at('error') };
};

/**
 * What may be known of something thrown: its class and where it was thrown. Its message is left out, because messages
 * quote what they are about: JSON.parse quotes the secret it was given. Never throws.
 */
export const describeThrown = (thrown: unknown): LogFields => {
  try {
    if (!(thrown instanceof Error)) return { error: typeof thrown };

    return { error: thrown.constructor.name, stack: framesOf(thrown) };
  } catch {
    return { error: 'unknown' };
  }
};

const frame = /^ {4}at (?:[\w$.<>#[\] ]+ \()?(?:file:|node:|\/|[A-Z]:\\|<anonymous>|native)[^\s()]*\)?$/;

/** The frames of a stack; the message comes before them and may itself contain lines that look like frames. */
const framesOf = ({ stack = '', message }: Error): string => {
  const messageAt = message ? stack.indexOf(message) : -1;
  const frames = messageAt < 0 ? stack : stack.slice(messageAt + message.length);

  return frames
    .split('\n')
    .filter((line) => frame.test(line))
    .slice(-Error.stackTraceLimit)
    .map((line) => line.trim())
    .join('\n');
};
