import type { Observed } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import { revoke } from './roles.ts';
import { isInForce } from './schema.ts';

const policiesIn = ({ object }: Observed): unknown => object.spec?.managementPolicies;

const isRevocable = (observed: Observed): boolean =>
  JSON.stringify(policiesIn(observed)) === JSON.stringify(revoke) && isInForce(observed);

/**
 * Resources that are kept when a Service goes, and have to end while it stays: they are first made to be such that they end,
 * and only when the providers know that they are left out.
 */
export const leaving = (names: readonly string[], observed: Record<string, Observed>): Record<string, Composed> =>
  Object.fromEntries(
    names.flatMap((local): [string, Composed][] => {
      const found = observed[local];
      if (found === undefined || isRevocable(found)) return [];
      const { apiVersion, kind, metadata } = found.object;
      // The Secret that is copied goes with its login: an Object that still refers to it is looked at no more, and never ends.
      const { references: _, ...spec } = found.object.spec ?? {};
      const name = metadata?.annotations?.['crossplane.io/external-name'];

      return [
        [
          local,
          {
            object: {
              ...{ apiVersion, kind },
              ...(name !== undefined && { metadata: { annotations: { 'crossplane.io/external-name': name } } }),
              spec: { ...spec, managementPolicies: revoke },
            },
            ready: () => false,
          },
        ],
      ];
    }),
  );
