import type { Observed } from '../../objects/resource.ts';
import { isSame } from '../../objects/same.ts';
import type { Composed } from '../../waiting/composed.ts';
import { revoke } from './roles.ts';
import { isInForce } from './schema.ts';

/** Whether a resource was made such that it ends, and the provider knows. */
export const isRevocable = (observed: Observed): boolean =>
  isSame(observed.object.spec?.managementPolicies, revoke) && isInForce(observed);

/**
 * Resources that are kept when a Service goes, and have to end while it stays: they are first made to be such that they end,
 * and only when the providers know that they are left out.
 */
export const leaving = (names: readonly string[], observed: Record<string, Observed>): Record<string, Composed> =>
  Object.fromEntries(
    names.flatMap((local): [string, Composed][] => {
      const found = observed[local];
      if (found === undefined || isRevocable(found)) return [];
      // The Secret that is copied goes with its login: an Object that still refers to it is looked at no more, and never ends.
      const { references: _, ...spec } = found.object.spec ?? {};

      return [[local, asAsked(found, { ...spec, managementPolicies: revoke })]];
    }),
  );

/** What exists with another spec, which it is asked for until it is let go of. */
export const asAsked = ({ object: { apiVersion, kind, metadata } }: Observed, spec: object): Composed => {
  const name = metadata?.annotations?.['crossplane.io/external-name'];

  return {
    object: {
      ...{ apiVersion, kind },
      ...(name !== undefined && { metadata: { annotations: { 'crossplane.io/external-name': name } } }),
      spec: { ...spec },
    },
    ready: () => false,
  };
};
