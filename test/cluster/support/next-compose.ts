import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { conditionsAfterFault, functionOf as functionToday } from '../../../functions/compose.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';

export { conditionsAfterFault };

/** What the next release says on everything that it composes. */
export const nextAnnotation = 'squadkit.io/next-release';

/** Stands in for the function of a release that does not exist: the same as today, and visibly another. */
export const functionOf =
  (hub: string | undefined) =>
  (request: RunFunctionRequest): RunFunctionResponse => {
    const response = functionToday(hub)(request);
    for (const resource of Object.values(response.desired?.resources ?? {})) {
      const object = resource.resource as unknown as KubernetesObject;
      resource.resource = {
        ...object,
        metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, [nextAnnotation]: 'yes' } },
      };
    }

    return response;
  };
