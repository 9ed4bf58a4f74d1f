import type { Manifest } from '../evidence/register/manifest.ts';
import { requirements } from '../evidence/register/manifests.ts';
import { asText } from '../objects/record.ts';
import { conditionOf, isPaused, type KubernetesObject } from '../objects/resource.ts';
import { deviationsFrom, inWords, sought, titleOf } from './as-shipped.ts';
import { applyAgain, type Check, found, hidden } from './check.ts';
import type { Cluster } from './cluster.ts';
import { fits } from './version.ts';

/** `ghcr.io/squadkit/squadkit:v0.1.0@sha256:…` as where it comes from, its version, and its digest. */
export const referenceOf = (reference: unknown): { source: string; version: string; digest: string } => {
  const [, source = '', version = '', digest = ''] =
    /^([^@]+?)(?::([^:/@]+))?(?:@(.*))?$/.exec(typeof reference === 'string' ? reference : '') ?? [];

  return { source, version, digest };
};

/** The versions that fit this release: what the configuration asks of its dependencies, and its own. */
const constraintOf = (shipped: KubernetesObject): string => {
  const { source, version } = referenceOf(shipped.spec?.package);

  return requirements.dependsOn.find((dependency) => dependency.package === source)?.version ?? version;
};

/** Conditions of an object that are not True, with what they say. */
export const notTrue = (object: KubernetesObject, types: string[]): string[] =>
  types.flatMap((type) => {
    const condition = conditionOf(object, type);
    if (condition?.status === 'True') return [];
    const said = [condition?.reason, condition?.message].filter((text) => text !== undefined && text !== '').join(': ');

    return [`it is not ${type}${said === '' ? '' : ` (${said.replaceAll(/\s+/g, ' ').slice(0, 200)})`}`];
  });

/** What Crossplane says when somebody has stopped it from looking after an object. */
export const pausedIn = (object: KubernetesObject): string[] =>
  isPaused(object) ? ['it is paused: nobody keeps it true'] : [];

/** Whether a package is declared as it must be, in a version that fits this release. */
export const checkPackage = async (cluster: Cluster, { file, object: shipped }: Manifest): Promise<Check> => {
  const { spec = {} } = shipped;
  const seen = await sought(cluster, shipped, applyAgain(file));
  if ('check' in seen) return seen.check;
  const wanted = referenceOf(spec.package);
  const given = referenceOf(seen.object.spec?.package);
  const constraint = constraintOf(shipped);
  const deviations = deviationsFrom(shipped, seen.object).filter(({ path }) => path !== 'spec.package');

  return found(
    titleOf(shipped),
    'wrong',
    [
      ...(given.source === wanted.source ? [] : [`spec.package comes from ${given.source}, not from ${wanted.source}`]),
      ...(fits(given.version, constraint)
        ? []
        : [`spec.package is ${given.version || 'of no version'}, which does not fit ${constraint}`]),
      // What is pulled is what the digest says: the version before it is then a word.
      ...(given.digest === wanted.digest
        ? []
        : [`spec.package has a digest that this version does not know: name no digest`]),
      ...inWords(deviations),
    ],
    applyAgain(file),
  );
};

/** Whether what a package declares is there and works: of its revisions the one in force is healthy. */
export const checkRevision = async (cluster: Cluster, { object: shipped }: Manifest): Promise<Check> => {
  const { apiVersion, kind, metadata } = shipped;
  const what = `revision of ${titleOf(shipped)}`;
  const move = {
    actor: 'SRE',
    next: `kubectl describe ${kind.toLowerCase()}.pkg.crossplane.io ${metadata?.name}`,
  } as const;
  const [declared, revisions] = await Promise.all([
    cluster.get({ apiVersion, kind, name: metadata?.name ?? '' }),
    cluster.list(apiVersion, `${kind}Revision`),
  ]);
  if (revisions === undefined) return hidden(what);
  if (!('object' in declared)) return found(what, 'missing', ['its package is not declared'], move);
  const own = revisions.filter(
    (revision) => revision.metadata?.labels?.['pkg.crossplane.io/package'] === metadata?.name,
  );
  const active = own.filter(({ spec }) => spec?.desiredState === 'Active');
  const current = declared.object.status?.currentRevision;
  const revision = active.find((one) => one.metadata?.name === current) ?? active[0];
  if (revision === undefined) return found(what, 'missing', ['none is active'], move);
  const types = kind === 'Configuration' ? ['RevisionHealthy'] : ['RevisionHealthy', 'RuntimeHealthy'];

  return found(
    what,
    'wrong',
    [
      ...active
        .filter((other) => other !== revision)
        .map(
          ({ metadata: own, spec }) =>
            `${own?.name} is active too, and runs ${asText(spec?.image, 'nothing')}: one may be`,
        ),
      ...pausedIn(declared.object),
      ...pausedIn(revision),
      ...notTrue(declared.object, ['Installed', 'Healthy']),
      ...(revision.metadata?.name === current
        ? []
        : [`${revision.metadata?.name} is active, and ${asText(current, 'none')} is to be`]),
      ...(revision.spec?.image === declared.object.spec?.package
        ? []
        : [`it runs ${asText(revision.spec?.image, 'nothing')}, not what is declared`]),
      ...notTrue(revision, types),
    ],
    move,
  );
};
