import type { Cluster } from '../../control-plane/kubernetes.ts';
import { eventually } from './eventually.ts';

const namespace = 'squadkit-delivery';
const flux = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
const source = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' };
const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'squadkit-delivery', namespace } };

/**
 * Ends deliveries as a platform does: it says that there is no engine, waits until every Squad has taken its folder back, and
 * removes the rest. What was delivered stays.
 */
export const endDeliveries = async (hub: Cluster): Promise<void> => {
  await hub.patch(settings, { data: { engine: 'none' } });
  await eventually('no Squad tells an engine anything', () => areTakenBack(hub), { seconds: 120, interval: 3000 });
  await hub.delete({ ...flux, metadata: { name: 'squadkit-platform', namespace } });
  await hub.delete({ ...source, metadata: { name: 'platform', namespace } });
  await hub.delete(settings);
};

/** A Squad at rest looks at that ConfigMap every ten minutes, and at once when something of its own changes. */
const areTakenBack = async (hub: Cluster): Promise<boolean> => {
  const left = (await hub.list(flux.apiVersion, flux.kind)).filter(
    ({ metadata }) => metadata.name !== 'squadkit-platform',
  );
  const squads = await hub.list('squadkit.io/v1alpha1', 'Squad');
  const told = squads.filter(({ metadata }) => left.some(({ metadata: { name } }) => name === metadata.name));
  const annotations = { 'example.org/looked-at': new Date().toISOString() };
  for (const squad of told) await hub.patch(squad, { metadata: { annotations } });

  return left.length === 0;
};
