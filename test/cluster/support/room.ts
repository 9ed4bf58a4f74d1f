import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';

/** More connections than any Services of a test ask for, which still have to be counted. */
const unlimited = 1_000_000;

/**
 * Registers Zones and Squads of the examples in a tree with room for so many Services in each squad, and on each server
 * for what they connect with. Resolves when the API server would let that many in.
 */
export const applyRoom = async (controlPlane: ControlPlane, services: number, tree: string): Promise<void> => {
  const { hub } = controlPlane;
  const squads = readExamples('platform/squads', tree).map((squad) => withServices(squad, services));
  const zones = readExamples('platform/zones', tree).map((zone) => withConnections(withLiveValues(zone, controlPlane)));
  for (const document of [...zones, ...squads]) await hub.apply(document);
  for (const { metadata } of squads) {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'squadkit', namespace: metadata.name } };
    const isRaised = (found: KubernetesObject | undefined) =>
      Object.values(found?.status?.hard ?? {}).includes(`${services}`);
    await hub.waitFor(quota, isRaised, { what: `raised to ${services} Services` });
  }
};

const withServices = (squad: KubernetesObject, services: number): KubernetesObject => ({
  ...squad,
  spec: { ...squad.spec, limits: { ...squad.spec.limits, services } },
});

const withConnections = (zone: KubernetesObject): KubernetesObject => {
  const roomy = structuredClone(zone);
  for (const { postgres } of roomy.spec.components) {
    if (postgres) postgres.connections = { ...postgres.connections, total: unlimited };
  }

  return roomy;
};
