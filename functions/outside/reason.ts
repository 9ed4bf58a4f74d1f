/** What cannot be done with something outside, in a sentence that never has anything of a secret or of what it sent. */
export class Unusable extends Error {}

/** Why a thing behind TLS is not reached, by the code of an error of Node. */
const unreached: Record<string, string> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ETIMEDOUT: 'it does not answer in time',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not of the authority that the Zone registers',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not of the authority that the Zone registers',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not of the authority that the Zone registers',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not of the authority that the Zone registers',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Texts that the driver makes itself and gives no code (pg 8.23.1, client.js and connection.js). */
const texts: Record<string, string> = {
  'timeout expired': 'it does not answer in time',
  'Query read timeout': 'it does not answer in time',
  'The server does not support SSL connections': 'it offers no TLS',
  'Connection terminated unexpectedly': 'the connection was cut',
  'Connection terminated': 'the connection was cut',
};

/**
 * Why something with an outside did not work, in words. Only what is known is said: whoever answers decides what is in a
 * message, and a library of TLS may say more of a key than anybody should read.
 *
 * @param known what codes mean to whoever asks, besides those of Node
 * @param otherwise what is said of what nobody knows
 */
export const reasonIn = (thrown: unknown, known: Record<string, string>, otherwise: string): string => {
  if (thrown instanceof Unusable) return thrown.message;
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown };
  const said = known[String(code)] ?? unreached[String(code)] ?? texts[String(message)];
  if (said !== undefined) return said;

  return typeof code === 'string' && /^([A-Z][A-Z_]{2,39}|[0-9A-Z]{5})$/.test(code)
    ? `it fails with ${code}`
    : otherwise;
};
