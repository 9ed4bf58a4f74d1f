import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { conditionsAfterFault } from '../../../functions/compose.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { compose as composeToday } from '../../support/compose.ts';

export { conditionsAfterFault };

/** What the next release says on everything that it composes. */
export const nextAnnotation = 'squadkit.io/next-release';

/** Stands in for compose in a release that does not exist: the same as today, and visibly another. */
export const compose = (request: RunFunctionRequest): RunFunctionResponse => {
  const response = composeToday(request);
  for (const resource of Object.values(response.desired?.resources ?? {})) {
    const object = resource.resource as unknown as KubernetesObject;
    resource.resource = {
      ...object,
      metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, [nextAnnotation]: 'yes' } },
    };
  }

  return response;
};
