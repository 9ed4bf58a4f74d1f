import { asText } from '../../objects/record.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { answersKey, arrivedKey } from './logins.ts';

/** The login that a Role is, or that a Grant makes a member of something; undefined for what has to do with none. */
const loginOf = ({ kind, metadata, spec }: KubernetesObject): string | undefined => {
  if (kind === 'Role') return metadata?.annotations?.['crossplane.io/external-name'];
  const { role, memberOf } = (spec?.forProvider ?? {}) as { role?: unknown; memberOf?: unknown };

  return kind === 'Grant' && typeof role === 'string' && memberOf !== undefined ? role : undefined;
};

/** Texts that are that one, wherever they stand, as another. */
const replaced = (value: unknown, texts: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return texts.get(value) ?? value;
  if (Array.isArray(value)) return value.map((entry) => replaced(entry, texts));
  if (typeof value !== 'object' || value === null) return value;

  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, replaced(entry, texts)]));
};

/**
 * What stands on the hub in the place of what Git wants: the login that is in force, by what the status of its component
 * says. Git does not know how often a login was exchanged, nor when.
 *
 * @param logins names of the logins in force; undefined where they are not exchanged
 */
export const successorOf = (object: KubernetesObject, logins: unknown): KubernetesObject => {
  const first = loginOf(object);
  if (first === undefined || !Array.isArray(logins)) return object;
  const { [arrivedKey]: _, [answersKey]: __, ...annotations } = object.metadata?.annotations ?? {};
  const bare = {
    ...object,
    metadata: { ...object.metadata, ...(object.metadata?.annotations !== undefined && { annotations }) },
  };
  const [, kind = ''] = /_(app|migrator|readonly)$/.exec(first) ?? [];
  const [now, generation] = logins
    .map((name) => /^(.*?)(?:_([1-9][0-9]?))?$/.exec(asText(name)) ?? [])
    .flatMap(([name, stem, digits]) => (stem === first && digits !== undefined ? [name, digits] : []));
  if (kind === '' || now === undefined) return bare;

  const local = object.metadata?.name ?? '';
  const renamed = local.replace(new RegExp(`[.]${kind}(-in-[a-z]+)?$`), `.${kind}-${generation}$1`);

  return replaced(
    bare,
    new Map([
      [first, now],
      [local, renamed],
    ]),
  ) as KubernetesObject;
};
