import { byPosition } from '../evidence/live/compare.ts';
import { type Expected, isOneOf, unexpectedIn } from '../evidence/live/expected.ts';
import { admissionDifferences } from '../evidence/live/policy.ts';
import type { Manifest } from '../evidence/register/manifest.ts';
import { type Difference, differences, fieldsOf } from '../objects/difference.ts';
import { asText, isMapping, mapValues } from '../objects/record.ts';
import { isBeingDeleted, type KubernetesObject } from '../objects/resource.ts';
import { chosen, serverMade, withoutChosen } from './besides.ts';
import { absent, applyAgain, type Check, found, type Move } from './check.ts';
import type { Cluster } from './cluster.ts';

/** Where an object of a cluster is not what this version ships, and whether that is something besides. */
export interface Deviation {
  path: string;
  isBesides: boolean;
}

/** `janitor:v0.2.0`, with what stands before it but for the registry's host, and with its digest. */
const withoutHost = (image: string): string => image.replace(/^[^/]*[.:][^/]*\/|^localhost\//, '');

/** A mirror has the same path below its own: a digest decides what is pulled, and the tag beside it nothing. */
const isSameImage = ({ path, before, after }: Difference): boolean =>
  /\.image$/.test(path) &&
  typeof before === 'string' &&
  typeof after === 'string' &&
  `/${withoutHost(after)}`.endsWith(`/${withoutHost(before)}`);

/** A name of Kustomize's without the hash that it ends with: ten letters and digits of those that it uses for one. */
export const withoutHash = (name: string): string => name.replace(/-[2456789bcdfghkmt]{10}$/, '');

const isSameMount = ({ path, before, after }: Difference): boolean =>
  /\.volumes\.[^.]+\.configMap\.name$/.test(path) && withoutHash(asText(after)) === before;

const hasSameArguments = ({ path, before, after }: Difference): boolean =>
  /\.(initContainers|containers)\.[^.]+\.args$/.test(path) && withoutChosen(before) === withoutChosen(after);

/** Kustomize (5.7) folds long texts of YAML otherwise than others read them: to an expression that is one space. */
const inOneLine = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll(/\s+/g, ' ').trim();
  if (Array.isArray(value)) return value.map(inOneLine);

  return isMapping(value) ? mapValues(value, inOneLine) : value;
};
const hasExpressions = /^(GitRepository|Kustomization|Application|PrometheusRule)$/;
const isAdmission = /^ValidatingAdmissionPolicy(Binding)?$/;

/** What of an object is compared: all but its status, what names it, and what servers note of it. */
const compared = ({ apiVersion: _, kind, metadata = {}, status: __, ...content }: KubernetesObject): unknown => {
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  // A role that is put together of others gets its rules from the cluster; a policy is compared on its own.
  const { rules, spec, ...rest } = content;
  const own = {
    ...rest,
    ...(content.aggregationRule === undefined && { rules }),
    ...(!isAdmission.test(kind) && { spec }),
  };

  return byPosition({
    metadata: { labels, annotations, ownerReferences, finalizers },
    ...(hasExpressions.test(kind) ? (inOneLine(own) as object) : own),
  });
};

/**
 * Where one value is not as another, in both directions: what is there besides counts, unless a server wrote it or the platform
 * may choose it. `further` is what may be besides for a reason of its own.
 */
export const deviationsOf = (
  wanted: unknown,
  given: unknown,
  owner: KubernetesObject,
  further: readonly Expected[] = [],
): Deviation[] => {
  const isExpected = (path: string, value: unknown) =>
    value === null || [serverMade, chosen, further].some((list) => isOneOf(list, path, value, owner));

  return differences(wanted, given).flatMap((difference): Deviation[] => {
    const { path, before, after } = difference;
    if (hasSameArguments(difference)) return [];
    if (before === undefined)
      return unexpectedIn(after, path, isExpected, fieldsOf).map((one) => ({ path: one, isBesides: true }));
    if (isOneOf(chosen, path, after, owner) || isSameImage(difference) || isSameMount(difference)) return [];

    return [{ path, isBesides: false }];
  });
};

/** What is said of an object: its kind, and its name. */
export const titleOf = ({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string =>
  `${kind} ${metadata?.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata?.name ?? ''}`;

/** Where an object of a cluster is not what this version ships. */
export const deviationsFrom = (shipped: KubernetesObject, object: KubernetesObject): Deviation[] => [
  ...(isAdmission.test(shipped.kind)
    ? admissionDifferences(shipped, object).map((path) => ({ path, isBesides: false }))
    : []),
  ...deviationsOf(compared(shipped), compared({ ...object, kind: shipped.kind }), { ...object, kind: shipped.kind }),
];

/** In words, one a line. */
export const inWords = (deviations: readonly Deviation[], whose = 'of this version'): string[] =>
  deviations.map(({ path, isBesides }) =>
    isBesides ? `${path} is there besides, and not ${whose}` : `${path} is not the one ${whose}`,
  );

/** An object that this version ships as it is in a cluster; why it is not as it must be where there is none. */
export const sought = async (
  cluster: Cluster,
  shipped: KubernetesObject,
  move: Move,
): Promise<{ object: KubernetesObject } | { check: Check }> => {
  const { apiVersion, kind, metadata = {} } = shipped;
  const what = titleOf(shipped);
  const seen = await cluster.get({ apiVersion, kind, name: metadata.name ?? '', namespace: metadata.namespace });
  if ('missing' in seen) return { check: absent(what, seen, 'it is not there', move) };

  return isBeingDeleted(seen.object) ? { check: found(what, 'missing', ['it is being deleted'], move) } : seen;
};

/** Whether an object that this version ships is there, and says what it must; `move` is who puts it right. */
export const asShipped = async (
  cluster: Cluster,
  { file, object: shipped }: Manifest,
  move = applyAgain(file),
): Promise<Check> => {
  const seen = await sought(cluster, shipped, move);
  if ('check' in seen) return seen.check;

  return found(titleOf(shipped), 'wrong', inWords(deviationsFrom(shipped, seen.object)), move);
};
