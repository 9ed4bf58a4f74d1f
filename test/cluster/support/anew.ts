import type { KubernetesObject } from '../../control-plane/objects.ts';

/** What is left of an object when it is made anew. */
export const anew = ({ status: _, ...object }: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: {
    name: object.metadata.name,
    ...(object.metadata.namespace && { namespace: object.metadata.namespace }),
    ...(object.metadata.labels && { labels: object.metadata.labels }),
    ...(object.metadata.annotations && { annotations: object.metadata.annotations }),
  },
});
