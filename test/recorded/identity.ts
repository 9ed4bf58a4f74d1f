import type { KubernetesObject } from '../../functions/objects/resource.ts';

/**
 * The fields by which something is this thing and no other, or which nobody can change afterwards: with another value
 * it would be made anew, refused by an API server, or taken for somebody else's.
 */
const fields = [
  ['apiVersion'],
  ['kind'],
  ['type'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['roleRef'],
  ['spec', 'managementPolicies'],
  ['spec', 'providerConfigRef'],
  ['spec', 'writeConnectionSecretToRef'],
  ['spec', 'connectionDetails'],
  ['spec', 'references'],
  ['spec', 'credentials'],
  ['spec', 'defaultDatabase'],
  ['spec', 'of'],
  ['spec', 'selector'],
  ['spec', 'podSelector'],
  ['spec', 'storageClassName'],
  ['spec', 'forProvider', 'database'],
  ['spec', 'forProvider', 'schema'],
  ['spec', 'forProvider', 'owner'],
  ['spec', 'forProvider', 'role'],
  ['spec', 'forProvider', 'memberOf'],
  ['spec', 'forProvider', 'targetRole'],
  ['spec', 'forProvider', 'objectType'],
  ['spec', 'forProvider', 'extension'],
];

const externalName = 'crossplane.io/external-name';

const manifest = ['spec', 'forProvider', 'manifest'];

const valueAt = (object: unknown, [key, ...rest]: string[]): unknown => {
  if (key === undefined) return object;

  return typeof object === 'object' && object !== null
    ? valueAt((object as Record<string, unknown>)[key], rest)
    : undefined;
};

/**
 * The identity of an object, and of the one on a cluster that it describes, by path. A managed resource that names nothing
 * outside gets its own name for that (crossplane-runtime v2.2.1, pkg/reconciler/managed/api.go): it is the same, said or not.
 */
export const identityOf = (object: KubernetesObject): Record<string, unknown> => ({
  ...Object.fromEntries(
    [...fields, ...fields.map((field) => [...manifest, ...field])].flatMap((field) => {
      const value = valueAt(object, field);
      return value === undefined ? [] : [[field.join('.'), value]];
    }),
  ),
  ...(object.spec?.providerConfigRef !== undefined && {
    [externalName]: object.metadata?.annotations?.[externalName] ?? object.metadata?.name,
  }),
});
