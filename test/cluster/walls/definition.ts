import type { KubernetesObject } from '../../control-plane/objects.ts';

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** A kind of others, as much of it as an API server needs to know: version v1, in namespaces, with whatever in it. */
export const openDefinition = (group: string, kind: string): KubernetesObject => {
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, 'ies');

  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          ...{ served: true, storage: true, subresources: { status: {} } },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } },
        },
      ],
    },
  };
};
