import { mapValues } from '../../objects/record.ts';
import { type KubernetesObject, type Observed, whateverItSays, whenObserved } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import { argocdResources } from './argocd.ts';
import { fluxResources } from './flux.ts';
import { type DeliverySettings, deliveryNamespace, deliverySettingsIn } from './settings.ts';

export { deliverySelector } from './settings.ts';

const engines = { flux: fluxResources, argocd: argocdResources };

/** The composition resources of every engine, which stay as they are while the platform says nothing. */
const engineResources = ['deliverer', 'kustomization', 'project', 'application'];

/** Whether the composition resource of that name is of an engine: it goes when the platform says so, whatever the Squad is. */
export const isDelivery = (name: string): boolean => engineResources.includes(name);

/** What the squad's deliverer may do: write the squad's Services, and nothing else. */
const binding = (squad: string): Composed => ({
  object: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    // Guard rail: delivery-stays-in-its-squad
    metadata: { name: 'squadkit-delivery', namespace: squad, labels: { 'squadkit.io/squad': squad } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'squadkit:delivery' },
    subjects: [{ kind: 'ServiceAccount', name: squad, namespace: deliveryNamespace }],
  },
  after: ['namespace'],
  ready: whenObserved,
});

/** Whom the engine acts as. A Squad's name has no hyphen, so it never is the platform's own `squadkit-platform`. */
const deliverer = (squad: string): Composed => ({
  object: {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: squad, namespace: deliveryNamespace, labels: { 'squadkit.io/squad': squad } },
    // No pod runs as it.
    automountServiceAccountToken: false,
  },
  ready: whenObserved,
});

/**
 * What a squad is delivered by: its deliverer's rights always, and the deliverer and what the platform's engine is told
 * when ConfigMap `squadkit-delivery` says how. The engine is told last: its first attempt must not find a namespace
 * without rights, or a quota that does not count yet and refuses everything.
 *
 * While that ConfigMap is missing nothing of it goes: Flux would forget what it had applied, and never remove it. Who
 * wants no engine any more says so there.
 *
 * @param isCounted whether the API server counts the squad's Services
 */
export const delivery = (
  squad: string,
  found: KubernetesObject[],
  observed: Record<string, Observed>,
  isCounted: boolean,
): Record<string, Composed> => {
  const settings = deliverySettingsIn(found);
  if (settings === undefined) return { delivery: binding(squad), ...kept(observed) };
  if (settings === 'none') return { delivery: binding(squad) };

  return { delivery: binding(squad), deliverer: deliverer(squad), ...told(squad, settings, isCounted) };
};

const told = (squad: string, settings: DeliverySettings, isCounted: boolean): Record<string, Composed> =>
  mapValues(engines[settings.engine](squad, settings), (resource) => ({
    ...resource,
    after: ['delivery', 'deliverer', ...(resource.after ?? [])],
    hold: isCounted ? undefined : 'the quota of Services to be counted',
  }));

const kept = (observed: Record<string, Observed>): Record<string, Composed> =>
  Object.fromEntries(
    engineResources.flatMap((name): [string, Composed][] => {
      const seen = observed[name]?.object;
      if (seen === undefined) return [];
      const { name: called, namespace, labels } = seen.metadata ?? {};
      const metadata = {
        name: called,
        namespace,
        ...(labels?.['squadkit.io/squad'] && { labels: squadLabel(labels) }),
      };
      const { apiVersion, kind, spec, automountServiceAccountToken } = seen;
      const object = {
        ...{ apiVersion, kind, metadata },
        ...(spec && { spec }),
        ...(automountServiceAccountToken !== undefined && { automountServiceAccountToken }),
      };

      return [[name, { object: object as KubernetesObject, ready: whateverItSays }]];
    }),
  );

const squadLabel = (labels: Record<string, string>) => ({ 'squadkit.io/squad': labels['squadkit.io/squad'] });
