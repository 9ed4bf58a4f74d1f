import type { ClusterName } from './servers.ts';

/**
 * The parts of the walls that nobody gets through without, each with another one that refuses the same: while that one is
 * away, this one is what refuses. There are no others, and each that is here is not missed.
 */
export const behind: Record<ClusterName, Record<string, string>> = {
  hub: {
    // In squadkit-delivery lives a group that the list of writers names.
    'namespaces/* in core of squadkit-delivery': 'namespaces/* in core of squadkit-writers-identities',
  },
  aqua: {
    // Squadkit makes the only quota in the namespace of a Service, and marks it.
    'resourcequotas/* in core of squadkit-namespaces': 'binding squadkit-labels-squad',
    // The list names the ServiceAccount of package/install/remote too, as it is shipped.
    'binding squadkit-identity-namespaces': 'binding squadkit-identity-namespaces-named',
    'binding squadkit-identity-objects': 'binding squadkit-identity-objects-named',
  },
};
