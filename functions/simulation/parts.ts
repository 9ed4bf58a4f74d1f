import type { Resource, RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../objects/resource.ts';
import { readRequest } from '../round/request.ts';
import { admit } from '../service/admit.ts';
import { componentsOf } from '../service/components.ts';
import { type BoundComponent, boundComponents } from '../service/compose.ts';
import { readService } from '../service/read.ts';
import { resolve, serviceRequirements } from '../service/resolve.ts';
import type { Service } from '../service/schema.ts';
import type { Registry } from './registry.ts';
import { simulatedHub } from './simulate.ts';

const nothingAsked: RunFunctionRequest = {
  meta: undefined,
  observed: undefined,
  desired: undefined,
  requiredResources: {},
  requiredSchemas: {},
  extraResources: {},
  credentials: {},
};

/**
 * The components of a Service that is accepted, with what each gets from the others of its zone: what a plan and
 * evidence say is said of these. What is there may go on, so closed zones are no matter here.
 *
 * @param registry every Squad and Zone there is
 * @param observed what is there of it, as Crossplane shows it
 * @param hub the hub's name, which is in every mark
 * @throws Refusal if the Service is refused
 */
export const partsOf = (
  composite: KubernetesObject,
  registry: Registry,
  observed: Record<string, Resource>,
  hub: string = simulatedHub,
): { service: Service; parts: BoundComponent[] } => {
  const request = readRequest(
    {
      ...nothingAsked,
      observed: { composite: { resource: composite, connectionDetails: {}, ready: 0 }, resources: observed },
    },
    hub,
  );
  const service = readService(request);
  const required = Object.fromEntries(
    Object.entries(serviceRequirements(service)).map(([key, selector]) => [key, registry.find(selector)]),
  );
  const resolved = resolve(service, { ...request, required });
  const zones = admit(service, resolved, () => true);

  return { service, parts: componentsOf(service, resolved.squad, zones, request).flatMap(boundComponents) };
};
