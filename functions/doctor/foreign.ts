import { configurationManifests, hubManifests } from '../evidence/register/manifests.ts';
import { asText, isMapping } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { titleOf } from './as-shipped.ts';
import { type Check, found, hidden, type Move, well } from './check.ts';
import type { Cluster } from './cluster.ts';
import { referenceOf } from './packages.ts';

/** What others have made that reaches what Squadkit runs: one line for each, or one that says that there is none. */
const checkAll = async (
  cluster: Cluster,
  what: string,
  { apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>,
  problemsOf: (object: KubernetesObject) => string[],
  move: Move,
): Promise<Check[]> => {
  const objects = await cluster.list(apiVersion, kind);
  if (objects === undefined) return [hidden(what, `you may not list ${kind}, or the hub does not know it`)];
  const checks = objects
    .map((object) => found(titleOf({ ...object, kind }), 'wrong', problemsOf(object), move))
    .filter(({ state }) => state !== 'well');

  return checks.length === 0 ? [well(what)] : checks;
};

const sources = hubManifests.flatMap(({ object: { apiVersion, spec } }) =>
  apiVersion === 'pkg.crossplane.io/v1' ? [referenceOf(spec?.package).source] : [],
);

/** What package/install/air-gapped has, by the name: images of where, and where the mirror has them below its host. */
const mirrors: Record<string, { of: string; tail: string }> = {
  'squadkit-mirror-of-crossplane': { of: 'xpkg.crossplane.io', tail: '' },
  'squadkit-mirror-of-squadkit': { of: 'ghcr.io/squadkit', tail: '/squadkit' },
};

/** Whether it is the mirror of that name, of whatever host: the path below decides which package it is. */
const isMirror = (name: string, prefixes: string[], to: string): boolean => {
  const mirror = Object.hasOwn(mirrors, name) ? mirrors[name] : undefined;

  return mirror !== undefined && prefixes.join() === mirror.of && to.endsWith(mirror.tail);
};

/** An ImageConfig decides where packages of a name really come from, and how they are run, whatever they say. */
const imageProblems = ({ metadata, spec = {} }: KubernetesObject): string[] => {
  const matches = Array.isArray(spec.matchImages) ? spec.matchImages.filter(isMapping) : [];
  const prefixes = matches.map(({ prefix }) => (typeof prefix === 'string' ? prefix : ''));
  if (!prefixes.some((prefix) => sources.some((source) => source.startsWith(prefix) || prefix.startsWith(source))))
    return [];
  const to = isMapping(spec.rewriteImage) ? asText(spec.rewriteImage.prefix) : undefined;
  const others = Object.keys(spec).filter(
    (field) => !['matchImages', 'rewriteImage', 'registry', 'verification'].includes(field),
  );

  return [
    ...(to === undefined || isMirror(metadata?.name ?? '', prefixes, to)
      ? []
      : [`it takes packages of Squadkit from ${to}, and is not of package/install/air-gapped`]),
    ...others.map((field) => `it decides by spec.${field} how packages of Squadkit are run`),
  ];
};

const composed = new Set(configurationManifests.map(({ object }) => titleOf(object)));

/** Whether nobody else says where packages come from, or what Services, Zones and Squads become. */
export const checkForeign = async (hub: Cluster): Promise<Check[]> => {
  const [images, compositions] = await Promise.all([
    checkAll(
      ...([hub, 'where packages come from', { apiVersion: 'pkg.crossplane.io/v1beta1', kind: 'ImageConfig' }] as const),
      imageProblems,
      {
        actor: 'Platform',
        next: 'take it away, or apply package/install/air-gapped/mirror.yaml with the name of your mirror',
      },
    ),
    checkAll(
      ...([hub, 'what composes', { apiVersion: 'apiextensions.crossplane.io/v1', kind: 'Composition' }] as const),
      (composition) => {
        const { apiVersion } = (composition.spec?.compositeTypeRef ?? {}) as { apiVersion?: unknown };
        const isOurs = composed.has(titleOf({ ...composition, kind: 'Composition' }));

        return asText(apiVersion).startsWith('squadkit.io/') && !isOurs
          ? ['it says what Services, Zones or Squads become, and is not of this version']
          : [];
      },
      { actor: 'Platform', next: 'take it away, and see who made it' },
    ),
  ]);

  return [...images, ...compositions];
};

/** Whether there is no token of a ServiceAccount that never ends, in the namespaces where Squadkit keeps or runs something. */
export const checkTokens = async (cluster: Cluster, namespaces: readonly string[]): Promise<Check[]> =>
  Promise.all(
    namespaces.map(async (namespace) => {
      const what = `tokens in namespace ${namespace}`;
      const tokens = await cluster.tokensIn(namespace);
      if (tokens === 'not allowed') return hidden(what, 'you may not list the metadata of Secrets there');

      return found(
        what,
        'weak',
        tokens.map(({ name, account }) => `Secret ${name} holds a token of ServiceAccount ${account} that never ends`),
        {
          actor: 'Platform',
          next: `see who made it, and delete it, unless the hub comes by it (EKS, GKE, AKS): kubectl delete secret --namespace ${namespace}`,
        },
      );
    }),
  );
