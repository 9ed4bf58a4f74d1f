import {
  type Condition,
  type RunFunctionRequest,
  type RunFunctionResponse,
  Severity,
} from '@crossplane-org/function-sdk-typescript';

/** What the stand-in plants in everything it throws; it must be found nowhere. */
export const canary = 'hunter2-canary';

/**
 * Stands in for compose in the packaged function: what it does is said in the request's input. By default it desires
 * one resource more than the request and says how many were observed.
 */
export const compose = (request: RunFunctionRequest): RunFunctionResponse => {
  const { behaviour, value } = (request.input ?? {}) as { behaviour?: string; value?: number };
  if (behaviour === 'throw') throw new SecretError(`${canary}\n    at ${canary} (/secret/${canary}.ts:1:1)`);
  if (behaviour === 'throw text') throw canary;
  if (behaviour === 'parse') JSON.parse(canary);
  if (behaviour === 'throw after changing') {
    for (const resource of Object.values(request.desired?.resources ?? {})) resource.resource = { changed: true };
    throw new Error(canary);
  }
  if (behaviour === 'stray rejection') void Promise.reject(new SecretError(canary));
  if (behaviour === 'stray error') setTimeout(() => JSON.parse(canary));

  const response = respond(request);
  const resources = response.desired?.resources ?? {};
  resources.added = { resource: { spec: spec(behaviour) }, connectionDetails: {}, ready: 1 };
  if (behaviour === 'size') resources.added.resource = { filler: 'x'.repeat(value ?? 0) };
  if (behaviour === 'fractional ttl' && response.meta) response.meta.ttl = { seconds: 0.5, nanos: 0 };
  if (behaviour === 'nothing') return undefined as unknown as RunFunctionResponse;

  return response;
};

/** The function of any hub. */
export const functionOf = () => compose;

/** What it says after a fault: that there was one, in the words of the result. */
export const conditionsAfterFault = (_: RunFunctionRequest, message: string): Condition[] => [
  { type: 'ActionNeeded', status: 2, reason: 'SRE', message, target: 1 },
];

class SecretError extends Error {}

const respond = (request: RunFunctionRequest): RunFunctionResponse => ({
  meta: { tag: request.meta?.tag ?? '', ttl: { seconds: 600, nanos: 0 } },
  desired: { composite: request.desired?.composite, resources: { ...request.desired?.resources } },
  results: [
    {
      severity: Severity.SEVERITY_NORMAL,
      message: `${Object.keys(request.observed?.resources ?? {}).length} observed`,
    },
  ],
  context: request.context,
  requirements: undefined,
  conditions: [],
  output: undefined,
});

const circular: Record<string, unknown> = {};
circular.self = circular;

/** Everything that a careless author could put into a manifest and JSON does not have. */
export const notJson: Record<string, unknown> = {
  bigint: 1n,
  date: new Date(0),
  map: new Map(),
  buffer: Buffer.from('x'),
  nan: Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  symbol: Symbol('x'),
  function: () => 1,
  circular,
};

const spec = (behaviour = ''): Record<string, unknown> => {
  if (behaviour === 'undefined in a list') return { list: [{ deep: [1, undefined] }] };
  if (behaviour in notJson) return { list: [{ deep: notJson[behaviour] }] };

  return { size: 'small' };
};
