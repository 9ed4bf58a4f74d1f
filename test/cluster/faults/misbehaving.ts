import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { compose as wellBehaved } from '../../../functions/compose.ts';

export { conditionsAfterFault } from '../../../functions/compose.ts';

/** Two calls make a round, for which Crossplane waits two minutes (v2.3.4, composite/reconciler.go:58). */
const slow = 25_000;

/**
 * Stands in for compose in the real server, and misbehaves as SQUADKIT_FAULT says: it fails on each call, it takes
 * half a minute for each, or it is an older version that does not know a field of what it is shown.
 */
export const compose = (request: RunFunctionRequest): RunFunctionResponse => {
  const fault = process.env.SQUADKIT_FAULT;
  if (fault === 'fails') throw new Error('broken on purpose');
  if (fault === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slow);
  const composite = request.observed?.composite?.resource;
  const spec = composite?.spec as Record<string, unknown> | undefined;
  if (fault === 'old' && composite && spec) composite.spec = { ...spec, ofTomorrow: true };

  return wellBehaved(request);
};
