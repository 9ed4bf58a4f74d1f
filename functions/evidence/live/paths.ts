/** Where the objects of a kind are, and whether they are in namespaces. */
export interface Collection {
  plural: string;
  namespaced: boolean;
}

/** The answer of an API server to the root of a group and version. */
export interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

/** The root of a group and version, which lists its kinds: `/apis/apps/v1`, but `/api/v1`. */
export const rootOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** The kinds that a root lists, without those that are only parts of an object, such as `pods/log`. */
export const kindsIn = ({ resources = [] }: ResourceList): Map<string, Collection> =>
  new Map(
    resources
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]),
  );

/** The path of all objects of a kind: in one namespace, or in all if none is given. */
export const pathOf = (root: string, { plural, namespaced }: Collection, namespace?: string | undefined): string =>
  `${root}${namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''}/${plural}`;
