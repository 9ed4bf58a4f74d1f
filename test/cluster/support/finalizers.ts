import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { ObjectReference } from '../../control-plane/objects.ts';

/** Watches which finalizers an object ever has, from now until they are asked for. */
export const finalizersOf = (
  cluster: Cluster,
  { apiVersion, kind, metadata }: ObjectReference,
): { seen(): string[] } => {
  const all = new Set<string>();
  const stop = cluster.watch(
    apiVersion,
    kind,
    (_, { metadata: { finalizers = [] } }) => {
      for (const finalizer of finalizers) all.add(finalizer);
    },
    { fieldSelector: `metadata.name=${metadata.name}`, ...(metadata.namespace && { namespace: metadata.namespace }) },
  );

  return {
    seen: () => {
      stop();
      return [...all];
    },
  };
};
