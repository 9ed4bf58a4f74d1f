import type { Engine } from '../../control-plane/gitops/look-now.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject, ObjectReference } from '../../control-plane/objects.ts';
import { eventually } from './eventually.ts';

const namespace = 'squadkit-delivery';
const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'squadkit-delivery', namespace } };
const platform = 'squadkit-platform';
const kustomization = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
const source = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' };
const application = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' };
const project = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject' };

interface Told {
  /** What a Squad tells the engine: the kind, and the squad that an object of it is about. */
  folder: { apiVersion: string; kind: string };
  squadOf(object: KubernetesObject): string;
  /** What the platform told it. */
  others: ObjectReference[];
}

const told: Record<Engine, Told> = {
  flux: {
    folder: kustomization,
    squadOf: ({ metadata }) => metadata.name,
    others: [
      { ...kustomization, metadata: { name: platform, namespace } },
      { ...source, metadata: { name: 'platform', namespace } },
    ],
  },
  argocd: {
    folder: application,
    squadOf: ({ metadata }) => metadata.name.replace(/^squad-/, ''),
    others: [
      { ...application, metadata: { name: platform, namespace: 'argocd' } },
      { ...project, metadata: { name: platform, namespace: 'argocd' } },
    ],
  },
};

/**
 * Ends deliveries as a platform does: it says that there is no engine, waits until every Squad has taken its folder back, and
 * removes the rest. What was delivered stays.
 */
export const endDeliveries = async (hub: Cluster, engine: Engine): Promise<void> => {
  await hub.patch(settings, { data: { engine: 'none' } });
  await eventually('no Squad tells an engine anything', () => areTakenBack(hub, told[engine]), {
    seconds: 120,
    interval: 3000,
  });
  for (const reference of told[engine].others) await hub.delete(reference);
  await hub.delete(settings);
};

/** A Squad at rest looks at that ConfigMap every ten minutes, and at once when something of its own changes. */
const areTakenBack = async (hub: Cluster, { folder, squadOf }: Told): Promise<boolean> => {
  const found = await hub.list(folder.apiVersion, folder.kind);
  const left = found.filter(({ metadata }) => metadata.name !== platform).map(squadOf);
  const squads = await hub.list('squadkit.io/v1alpha1', 'Squad');
  const annotations = { 'example.org/looked-at': new Date().toISOString() };
  for (const squad of squads.filter(({ metadata }) => left.includes(metadata.name))) {
    await hub.patch(squad, { metadata: { annotations } });
  }

  return left.length === 0;
};
