import { isHost, withoutBrackets } from '../documents/address.ts';
import { connectionOf, type Observed } from '../objects/resource.ts';
import type { Actor } from '../round/refusal.ts';

/**
 * What a provider publishes of a connection. Nothing of it is believed as it is: what is empty, no text, or not what it is
 * called counts as missing, so that it never takes the place of what is good and lies there already.
 */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of these bytes; undefined if they are none that anybody would type or send: empty, or with control characters. */
const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    const text = decoder.decode(bytes);

    return text === '' || /\p{Cc}/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
};

const readers = {
  /** A password or a token: any text. */
  secret: (text: string): string | undefined => text,
  host: (text: string): string | undefined => {
    const host = withoutBrackets(text);

    return isHost(host) ? host : undefined;
  },
  port: (text: string): string | undefined =>
    /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65535 ? text : undefined,
};

/** A detail that is passed over: of which resource it is, by its local name, whose move that is, and what to do. */
export interface OddDetail {
  local: string;
  actor: Exclude<Actor, 'Nobody'>;
  /** Without a full stop; never with the detail itself. */
  next: string;
}

/** What a detail may be. */
export type Detail = keyof typeof readers;

/** A text as a detail of that sort; undefined if it is none. */
export const readAs = (sort: Detail, text: string): string | undefined => readers[sort](text);

/** A detail of the connection to this very resource; undefined as long as there is none that is one. */
export const detailOf = (observed: Observed | undefined, key: string, sort: Detail): string | undefined => {
  const bytes = connectionOf(observed)[key];
  const text = bytes && textOf(bytes);

  return text === undefined ? undefined : readAs(sort, text);
};

/** Whether something was published under that name that is not what it is called. */
export const isOdd = (observed: Observed | undefined, key: string, sort: Detail): boolean =>
  connectionOf(observed)[key] !== undefined && detailOf(observed, key, sort) === undefined;
