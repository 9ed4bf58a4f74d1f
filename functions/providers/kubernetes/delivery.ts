import type { KubernetesObject, Observed } from '../../objects/resource.ts';
import { conditionOf, isReady, isTrue } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Binding } from '../binding.ts';
import type { Place } from '../provider.ts';
import { locks } from './locks.ts';
import { namespaceOf } from './names.ts';

const base64 = (value: string): string => Buffer.from(value).toString('base64');

/** Whether an Object fills in what lies elsewhere. */
export const hasReferences = ({ object }: Observed): boolean =>
  Array.isArray(object.spec?.references) && object.spec.references.length > 0;

/** Says which credentials the spec beside it delivers: both are written at once. Only Crossplane writes there. */
const generationKey = 'squadkit.io/credentials';

/** Whether the Secret at the receiver has the credentials of that generation. */
export const holdsGeneration = (observed: Observed | undefined, generation: number): boolean =>
  observed?.object.metadata?.annotations?.[generationKey] === `${generation}` && isDelivered(observed);

/**
 * Delivered means: the references are in the spec, and the provider has synced exactly this spec. Before that the
 * Object is Ready too, with an empty Secret.
 */
export const isDelivered = (observed: Observed): boolean =>
  hasReferences(observed) &&
  isReady(observed) &&
  conditionOf(observed.object, 'Synced')?.observedGeneration === observed.object.metadata?.generation;

/**
 * What may be done with a Secret of which not all is known. Made, so that it can be filled in the next step; and ended, because
 * whoever loses a Service must not keep what an earlier hub has delivered. Not changed: one that is there may be in use, and
 * what is not known yet would be taken out of it.
 */
const untilKnown = ['Observe', 'Create', 'Delete'];

/**
 * The Secret at the receiver. Its secret values are copied by provider-kubernetes from the Secret on the hub.
 *
 * It takes two steps: the references are added only when the remote Secret exists. Creating an Object writes its
 * resolved manifest back into its own spec, secret values included (provider-kubernetes v1.2.1, obj.go:836-850 and
 * crossplane-runtime's external-create-pending); later reconciles only write its status.
 */
export const deliveredSecret = (
  remote: (managementPolicies: string[], manifest: KubernetesObject, spec?: object) => KubernetesObject,
  binding: Binding,
  place: Place,
  observed: Observed | undefined,
): Composed => {
  const { source } = binding;
  const namespace = namespaceOf(place);
  const delivers = `Secret ${binding.name} in namespace ${namespace} on ${place.component}`;
  const manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: `servicebinding.io/${binding.type}`,
    metadata: { name: binding.name, namespace, labels: binding.labels },
  };
  const isFilled =
    observed !== undefined &&
    (hasReferences(observed) || (isTrue(observed.object, 'Synced') && source.version !== undefined));
  if (!isFilled) {
    return { object: remote(untilKnown, manifest), after: locks, delivers, ready: () => false };
  }

  const keys = Object.entries(binding.secretKeys);
  const object = remote(
    binding.endpoints === undefined ? untilKnown : ['*'],
    {
      ...manifest,
      data: {
        ...Object.fromEntries(Object.entries(binding.public).map(([key, value]) => [key, base64(value)])),
        // Owned by us and empty: if the provider ever writes a value here (it does when it has to make a deleted
        // Secret again), the next reconcile wipes it out. The reference fills it in on the way to the cluster.
        ...Object.fromEntries(keys.map(([key]) => [key, ''])),
      },
    },
    {
      references: keys.map(([key, sourceKey]) => ({
        patchesFrom: {
          apiVersion: 'v1',
          kind: 'Secret',
          namespace: source.namespace,
          name: source.name,
          fieldPath: `data[${sourceKey}]`,
        },
        toFieldPath: `data[${key}]`,
      })),
    },
  );

  return {
    object: {
      ...object,
      // A changed annotation wakes the provider: new credentials arrive at once, without watching Secrets.
      metadata: {
        annotations: {
          'squadkit.io/binding-version': source.version ?? bindingVersionOf(observed),
          ...(binding.generation !== undefined && { [generationKey]: `${binding.generation}` }),
        },
      },
    },
    after: locks,
    delivers,
    ready: isDelivered,
  };
};

const bindingVersionOf = ({ object }: Observed): string => {
  const version: unknown = object.metadata?.annotations?.['squadkit.io/binding-version'];

  return typeof version === 'string' ? version : '';
};
