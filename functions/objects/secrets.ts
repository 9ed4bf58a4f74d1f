import { isMapping } from './record.ts';
import type { KubernetesObject } from './resource.ts';

/** Stands for a value that is nobody's to read, or that only the cluster knows. */
export const hidden = '(not shown)';

const hiddenValues = (data: unknown): unknown =>
  isMapping(data) ? Object.fromEntries(Object.keys(data).map((key) => [key, hidden])) : data;

/** The object without the values of any Secret in it, however deep it lies. */
// Guard rail: secrets-stay-secret
export const withoutSecrets = (object: KubernetesObject): KubernetesObject => conceal(object) as KubernetesObject;

const conceal = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(conceal);
  if (!isMapping(value)) return value;

  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      value.kind === 'Secret' && (key === 'data' || key === 'stringData') ? hiddenValues(inner) : conceal(inner),
    ]),
  );
};
