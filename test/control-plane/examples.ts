import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { ApiError } from './api-error.ts';
import type { ControlPlane, ZoneServers } from './control-plane.ts';
import type { Cluster } from './kubernetes.ts';
import type { KubernetesObject } from './objects.ts';
import { repository } from './state.ts';

/** Applies the example platform repository in the order in which it makes sense: zones, squads, services. */
export const applyExamples = async (controlPlane: ControlPlane): Promise<void> => {
  const { hub } = controlPlane;
  for (const zone of readExamples('platform/zones')) await hub.apply(withLiveValues(zone, controlPlane));
  for (const squad of readExamples('platform/squads')) await hub.apply(squad);
  for (const service of readExamples('squads')) {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: service.metadata.namespace ?? '' } };
    // Its Squad makes the namespace.
    await hub.waitFor(namespace, (found) => found?.status?.phase === 'Active', { what: 'made by its Squad' });
    await applyOnceCounted(hub, service);
  }
};

/** Applies a Service; a quota that is only moments old refuses everything until it has been counted. */
export const applyOnceCounted = async (
  hub: Cluster,
  service: KubernetesObject,
  attempt = 0,
): Promise<KubernetesObject> => {
  try {
    return await hub.apply(service);
  } catch (error) {
    if (!(error instanceof ApiError) || !error.message.includes('status unknown for quota') || attempt > 100)
      throw error;
    await sleep(200);

    return applyOnceCounted(hub, service, attempt + 1);
  }
};

/** The objects in the YAML files below a directory of examples/, of this clone unless of another. */
export const readExamples = (directory: string, clone = repository): KubernetesObject[] => {
  const path = join(clone, 'examples', directory);
  if (!existsSync(path)) return [];

  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => parseAllDocuments(readFileSync(join(path, name), 'utf8')))
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
};

/** What a component leads to, by the name of its Secret. */
const serversOf = (controlPlane: ControlPlane, { name }: { name: string }): ZoneServers =>
  name.startsWith('meadow-') ? controlPlane.meadow : controlPlane;

/**
 * An example Zone names servers that do not exist. This puts in what is only known once they run: for every postgres
 * component `caBundle` and `readEndpoint`, for every kubernetes component `server` and `caBundle`, each of the server or
 * cluster that its Secret leads to. Other objects stay as they are.
 */
export const withLiveValues = (object: KubernetesObject, controlPlane: ControlPlane): KubernetesObject => {
  if (object.kind !== 'Zone') return object;

  const live = structuredClone(object);
  for (const component of live.spec?.components ?? []) {
    if (component.postgres) {
      const { postgres } = serversOf(controlPlane, component.postgres.credentialsSecretRef);
      component.postgres.caBundle = readFileSync(postgres.caPath, 'utf8');
      if (component.postgres.readEndpoint) {
        component.postgres.readEndpoint = { host: postgres.host, port: postgres.port };
      }
    }
    if (component.kubernetes) {
      const { aqua } = serversOf(controlPlane, component.kubernetes.credentialsSecretRef);
      component.kubernetes.server = aqua.server;
      component.kubernetes.caBundle = aqua.certificate;
    }
  }

  return live;
};
