import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { functionOf, round as roundOf } from '../../functions/compose.ts';
import { isMapping } from '../../functions/objects/record.ts';
import { simulatedHub } from '../../functions/simulation/simulate.ts';

/** One call of the function of the hub that simulations are of: what one has made, the other knows again. */
export const call = functionOf(simulatedHub);

/**
 * What Crossplane sends in the round after an answer: what it wrote of the status is there. Undefined if the document in
 * force is the same as before.
 */
export const nextRequest = (
  request: RunFunctionRequest,
  { desired }: RunFunctionResponse,
): RunFunctionRequest | undefined => {
  const composite = request.observed?.composite?.resource;
  const said = desired?.composite?.resource?.status;
  if (!isMapping(composite) || !isMapping(said) || said.accepted === undefined) return undefined;
  const status = isMapping(composite.status) ? composite.status : {};
  if (JSON.stringify(status.accepted) === JSON.stringify(said.accepted)) return undefined;

  const resource = { ...composite, status: { ...status, accepted: said.accepted } };
  return {
    ...request,
    observed: {
      composite: { resource, connectionDetails: {}, ready: 0 },
      resources: request.observed?.resources ?? {},
    },
  };
};

/** What the function says of a document once it is accepted, if it is: that is written a round before it is made. */
export const compose = (request: RunFunctionRequest, now?: number): RunFunctionResponse => {
  const first = call(request, now);
  const next = nextRequest(request, first);

  return next === undefined ? first : call(next, now);
};

/** One round of it, with the refusal that it ended in. */
export const round = (request: RunFunctionRequest, now: number) => roundOf(request, now, simulatedHub);
