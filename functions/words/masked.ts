import { maskedValues } from './secret-names.ts';
import { maskedTokens } from './secret-tokens.ts';

/** Stands for what nobody may read. */
const mask = '***';

/** What is longer is shown to nobody anyway, and each pattern costs time in proportion. */
const longest = 4096;

/** A private key, or what is left of one: its end may be cut off. A URL writes spaces otherwise. */
const privateKey = /-----BEGIN[A-Z0-9 %+]*(?:PRIVATE|SECRET)[\s\S]*?(?:-----END[A-Z0-9 %+]*-----|$)/g;

/** A scheme, and all that stands together after it; a line may have been broken in the middle. */
const url = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)((?:(?![,;|][a-z][a-z0-9+.-]{0,30}:\/\/)\S)*)((?:\r?\n[ \t]*\S+)?)/gi;

const port = /^\d{1,5}(?![^/?#"'`),.;:\]}\\])/;

/**
 * The part of a URL after its scheme, without a password. Passwords are often written as they are, with `@`, `/` and `:` in
 * them, so everything up to the last `@` is one; where there is none, it may have been cut off.
 */
const withoutUser = (scheme: string, first: string, second: string, isLast: boolean): string => {
  const [user = ''] = /^[^:@/?#[]*/.exec(first) ?? [];
  const rest = first.slice(user.length);
  const end = rest.lastIndexOf('@');
  if (rest.startsWith(':')) {
    const after = second.lastIndexOf('@');
    if (after >= 0) return `${scheme}${user}:${mask}${second.slice(after)}`;
    // Where the text ends, what stands after the `@` may be more of the password.
    if (end > 0 && isLast && !/[:/,]/.test(rest.slice(end))) return `${scheme}${user}:${mask}${second}`;
    if (end > 0) return `${scheme}${user}:${mask}${rest.slice(end)}${second}`;
    if (port.test(rest.slice(1)) || rest.length === 1) return scheme + first + second;

    return `${scheme}${user}:${mask}`;
  }
  // A token in the place of a name.
  if (rest.startsWith('@') && user.length >= 16) return `${scheme}${mask}${rest}${second}`;

  return scheme + first + second;
};

/** `user:password@tcp(host:3306)`, as Go's driver for MySQL writes it: the password may hold anything. */
const driverName =
  /(?<![^\s:@/(),"'=])([^\s:@/(),"'=]+):(?![\s/])([\s\S]{1,300}?)@(?=(?:tcp|udp|unix|memory|cloudsql)\d?\()/g;

/** `user:password@host` without a scheme; an image with a digest is none. */
const userAtHost =
  /(?<![\w/.%+$-])([\w.%+$-]+):(?!\/\/)[^\s@]\S{0,300}(?:\r?\n[ \t]*\S{0,300})?@(?!sha\d+:)(?=[\w[(.$-])/g;

/** The same cut off where the text ends: what stands after an `@` may be more of it. */
const userAtEnd =
  /(?<![\w/.%+$-])(?!sha\d)(?=[\d.%+$_-]*[a-z])([\w.%+$-]+):(?!\/\/|\d+\b)(?:[^\s@:]{4,}|[^\s@]\S*@[^\s:/,]*)(?=(?:…|\.\.\.)?["'\\)}\]]*\s*$)/gi;

const inOneSpelling = (text: string): string =>
  maskedTokens(
    maskedValues(text.replaceAll(privateKey, mask))
      .replaceAll(userAtEnd, `$1:${mask}`)
      .replaceAll(url, (all: string, scheme: string, first: string, second: string, offset: number, whole: string) =>
        withoutUser(scheme, first, second, /^(?:…|\.\.\.|["'\\)}\]\s])*$/.test(whole.slice(offset + all.length))),
      )
      .replaceAll(driverName, `$1:${mask}@`)
      .replaceAll(userAtHost, `$1:${mask}@`),
  );

/** What programs write for a character inside of a quoted text. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(["/\\])|([nrt]))/g, (_, code?: string, itself?: string) =>
    code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : (itself ?? ' '),
  );

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // It is cut off in the middle of a character.
    return text.replaceAll(/%[0-7][0-9a-fA-F]/g, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
  }
};

/** A text as in a URL is decoded, once or twice, where a credential shows then; else it stays as it is. */
const inUrls = (text: string): string =>
  text.replaceAll(/\S*%[0-9a-fA-F]{2}\S*/g, (token) => {
    for (const plain of [decoded(token), decoded(decoded(token))]) {
      const without = inOneSpelling(plain);
      if (without !== plain) return without;
    }

    return token;
  });

const escapedForPattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** A secret that is known, however a program spelt it, and broken over lines. */
const spellings = (secret: string): RegExp[] =>
  [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
  ].map((spelling) =>
    spelling.length > 500
      ? new RegExp(escapedForPattern(spelling), 'g')
      : new RegExp(Array.from(spelling, escapedForPattern).join('(?:\\\\?\\r?\\n[ \\t]*|\\\\n)?'), 'gi'),
  );

/** The least of a secret by which it is known again where a text was cut in its middle. */
const leastPart = 5;

/** A text that begins or ends in the middle of a secret. */
const withoutCutSecret = (text: string, secret: string): string => {
  const [, body = '', end = ''] = /^([\s\S]*?)((?:…|\.\.\.|["'\s])*)$/.exec(text) ?? [];
  for (let length = secret.length - 1; length >= leastPart; length -= 1) {
    if (body.endsWith(secret.slice(0, length))) return `${body.slice(0, -length)}${mask}${end}`;
  }

  return text;
};

/**
 * A text of a driver, server or operator without anything that is, or looks like, a credential: passwords in URLs and
 * in parameters, tokens, keys, private keys. What is no credential stays readable.
 *
 * @param secrets values that are known to be secret, of 8 bytes or more
 */
// Guard rail: secrets-stay-secret
export const masked = (text: string, secrets: readonly string[] = []): string => {
  const known = secrets.reduce(
    (before, secret) =>
      withoutCutSecret(
        spellings(secret).reduce((found, spelling) => found.replaceAll(spelling, mask), before),
        secret,
      ),
    text.slice(0, longest),
  );

  return inOneSpelling(unescaped(inOneSpelling(inUrls(known))));
};
