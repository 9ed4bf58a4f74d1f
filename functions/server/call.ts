import {
  type Condition,
  type RunFunctionRequest,
  type RunFunctionResponse,
  Severity,
} from '@crossplane-org/function-sdk-typescript';
import { describeThrown, type Log } from './log.ts';
import { decodeRequest, encodeResponse, encodeWithDesiredOf, tagOf } from './wire/codec.ts';
import { maximumDepth, NotJson, TooDeep } from './wire/struct.ts';

/** What a function does: a request in, a response out, no side effects. What it throws is a fault, see `answer`. */
export type Handler = (request: RunFunctionRequest) => RunFunctionResponse;

/** Conditions for the composite when the handler failed, given the sentence that the result carries. */
export type ConditionsAfterFault = (request: RunFunctionRequest, message: string) => Condition[];

/** Crossplane's client keeps grpc-go's default for what it receives; more would be a transport error. */
const maximumResponseBytes = 4 * 1024 * 1024;

const ttlSeconds = 60;

/** The sentence a fault becomes. It never quotes what was thrown. */
interface Failure {
  reason: string;
  message: string;
}

const fault: Failure = {
  reason: 'InternalError',
  message: "Squadkit has a fault and changed nothing. SRE: report it with the function's log.",
};
const unreadable: Failure = {
  reason: 'RequestUnreadable',
  message: "Squadkit cannot read this request and changed nothing. SRE: report it with the function's log.",
};
const tooDeep: Failure = {
  reason: 'RequestUnreadable',
  message: `Something here is nested deeper than ${maximumDepth} levels. Squad: make the document flatter.`,
};

/**
 * The bytes of a request to the bytes of its response. Whatever goes wrong in between becomes a FATAL result, with
 * which Crossplane neither changes nor deletes anything; the request's desired state is passed on untouched. Throws
 * only when the bytes have not even the outline of a request.
 */
export const answer = (
  bytes: Uint8Array,
  handler: Handler,
  log: Log,
  conditionsAfterFault: ConditionsAfterFault,
): Uint8Array => {
  const started = performance.now();
  let request: RunFunctionRequest | undefined;
  let document: string | undefined;
  const refuseWith = (failure: Failure) => refuse(bytes, failure, conditionsOf(request, failure, conditionsAfterFault));
  try {
    request = decodeRequest(bytes);
    document = documentOf(request);
    const response = handler(request);
    const encoded = encodeResponse(response);
    if (encoded.length > maximumResponseBytes) {
      log.error('answer too large', { document, bytes: encoded.length });
      return refuseWith(tooLarge(response, encoded.length));
    }
    log.debug('answered', { document, bytes: encoded.length, milliseconds: performance.now() - started });

    return encoded;
  } catch (thrown) {
    const failure = failureOf(thrown, document !== undefined);
    log.error('call failed', { document, reason: failure.reason, ...describeThrown(thrown) });

    return refuseWith(failure);
  }
};

/** A second fault, while saying what the first did, must not become a transport error. */
const conditionsOf = (
  request: RunFunctionRequest | undefined,
  { message }: Failure,
  conditionsAfterFault: ConditionsAfterFault,
): Condition[] => {
  if (request === undefined) return [];
  try {
    return conditionsAfterFault(request, message);
  } catch {
    return [];
  }
};

const failureOf = (thrown: unknown, wasRead: boolean): Failure => {
  if (thrown instanceof NotJson) return notJson(thrown);
  if (wasRead) return fault;

  return thrown instanceof TooDeep ? tooDeep : unreadable;
};

const notJson = ({ path: [resource, ...path], message }: NotJson): Failure => ({
  reason: 'AnswerNotJson',
  message: `Squadkit has a fault: "${resource}" has ${message} at ${path.join('.').slice(0, 200)}. SRE: report it.`,
});

const tooLarge = (response: RunFunctionResponse, bytes: number): Failure => ({
  reason: 'AnswerTooLarge',
  message:
    `${Object.keys(response.desired?.resources ?? {}).length} resources of ${mebibytes(bytes)} are too many: ` +
    `Crossplane takes ${mebibytes(maximumResponseBytes)}. Squad: split the document into several.`,
});

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

const refuse = (request: Uint8Array, { reason, message }: Failure, conditions: Condition[]): Uint8Array => {
  const response: RunFunctionResponse = {
    meta: { tag: tagOf(request), ttl: { seconds: ttlSeconds, nanos: 0 } },
    desired: undefined,
    results: [{ severity: Severity.SEVERITY_FATAL, reason, message }],
    context: undefined,
    requirements: undefined,
    conditions,
    output: undefined,
  };
  const encoded = encodeWithDesiredOf(request, response);

  // With a FATAL result Crossplane does not look at the desired state: better without it than no answer.
  return encoded.length > maximumResponseBytes ? encodeResponse(response) : encoded;
};

/** `Service galaxy/billing`: enough to find the document, and nothing that could be something else than its name. */
const documentOf = (request: RunFunctionRequest): string => {
  const { kind, metadata } = (request.observed?.composite?.resource ?? {}) as Record<string, unknown>;
  const { namespace, name } = (metadata ?? {}) as Record<string, unknown>;

  return `${word(kind)} ${word(namespace)}/${word(name)}`;
};

const word = (value: unknown): string => (typeof value === 'string' && /^[\w.-]{1,253}$/.test(value) ? value : '-');
