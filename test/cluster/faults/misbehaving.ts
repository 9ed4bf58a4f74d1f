import { parseArgs } from 'node:util';
import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { conditionsAfterFault, functionOf } from '../../../functions/compose.ts';
import { createLog } from '../../../functions/server/log.ts';
import { run } from '../../../functions/server/run.ts';

/** Two calls make a round, for which Crossplane waits two minutes (v2.3.4, composite/reconciler.go:58). */
const slow = 25_000;

const { values } = parseArgs({
  options: {
    address: { type: 'string' },
    'tls-certs-dir': { type: 'string' },
    debug: { type: 'boolean' },
    fault: { type: 'string' },
  },
});

/** What a clock is set to, in milliseconds from what it was. */
const clocks: Record<string, number> = { ahead: 3_600_000, behind: -3_600_000 };
const shift = clocks[values.fault ?? ''] ?? 0;
const now = Date.now;
Date.now = () => now() + shift;

/** It fails on each call, takes long for each, or is an older version that does not know a field of what it is shown. */
const misbehave = (request: RunFunctionRequest): RunFunctionResponse => {
  if (values.fault === 'fails') throw new Error('broken on purpose');
  if (values.fault === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slow);
  const composite = request.observed?.composite?.resource;
  if (values.fault === 'old' && composite) composite.spec = { ...composite.spec, ofTomorrow: true };

  return functionOf(process.env.SQUADKIT_HUB)(request);
};

// The real server, with another compose than the real one.
void run(
  {
    address: values.address ?? '',
    certificates: values['tls-certs-dir'],
    insecure: false,
    log: createLog({ debug: values.debug ?? false }),
    conditionsAfterFault,
  },
  misbehave,
);
