import { byPosition } from '../evidence/live/compare.ts';
import { admissionDifferences } from '../evidence/live/policy.ts';
import type { Manifest } from '../evidence/register/manifest.ts';
import { type Difference, differences } from '../objects/difference.ts';
import { isMapping } from '../objects/record.ts';
import { isBeingDeleted, type KubernetesObject } from '../objects/resource.ts';
import { absent, applyAgain, type Check, found, type Move } from './check.ts';
import type { Cluster } from './cluster.ts';

/** Where an object of a cluster is not what this version ships, by path: as far as a platform may not choose. */
type Comparison = (shipped: KubernetesObject, object: KubernetesObject) => string[];

const pathsOf = (found: Difference[]): string[] => found.map(({ path }) => path);

/** Fields of a rule of rights that an API server leaves out or writes as it likes are none here: it keeps what was sent. */
const sameRights: Comparison = (shipped, object) => {
  // A role that is put together of others gets its rules from the cluster.
  const fields = [
    'roleRef',
    'subjects',
    'aggregationRule',
    ...(shipped.aggregationRule === undefined ? ['rules'] : []),
  ];
  const rights = (of: KubernetesObject) => Object.fromEntries(fields.map((field) => [field, of[field]]));

  return pathsOf(differences(byPosition(rights(shipped)), byPosition(rights(object))));
};

/** `--poll=1m` as a name and a value: where an argument stands twice, the last one counts. */
const argumentsOf = (list: unknown[]): Record<string, string> =>
  Object.fromEntries(
    list.map(String).map((argument) => {
      const [name = '', ...value] = argument.split('=');

      return [name, value.join('=')];
    }),
  );

/** `janitor:v0.2.0`, of an image in whatever registry, by a digest or not. */
const imageOf = (image: unknown): string => `${image}`.replace(/@.*$/, '').split('/').at(-1) ?? '';

/** The same with arguments as a mapping: a program may have more of them than it must. */
const withArguments = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withArguments);
  if (!isMapping(value)) return value;

  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'args' && Array.isArray(inner)
        ? argumentsOf(inner)
        : key === 'image'
          ? imageOf(inner)
          : key === 'configMap' && isMapping(inner) && typeof inner.name === 'string'
            ? { ...inner, name: withoutHash(inner.name) }
            : withArguments(inner),
    ]),
  );
};

/** A name of Kustomize's without the hash that it ends with: ten letters and digits of those that it uses for one. */
export const withoutHash = (name: string): string => name.replace(/-[2456789bcdfghkmt]{10}$/, '');

/** What a platform sets as it needs it: how much a program gets, and how many there are. */
const isChosen = (path: string): boolean => /(^|\.)(resources|replicas)(\.|$)/.test(path);

/** Where something lacks what is wanted of it, or has another value; what it has besides is the platform's or the cluster's. */
export const lacking = (wanted: unknown, object: unknown): Difference[] =>
  differences(wanted, object).filter(({ before }) => before !== undefined);

/** The same of how a program runs. */
export const runsOtherwise = (wanted: unknown, object: unknown): string[] =>
  pathsOf(lacking(withArguments(wanted), withArguments(object))).filter((path) => !isChosen(path));

const specLacking: Comparison = (shipped, object) => pathsOf(lacking({ spec: shipped.spec }, { spec: object.spec }));

/** Crossplane adds defaults to a definition, but not to its schemas: there, a field more lets more pass. */
const sameSchemas: Comparison = (shipped, object) =>
  pathsOf(
    differences({ spec: shipped.spec }, { spec: object.spec }).filter(
      ({ path, before }) => before !== undefined || path.includes('.schema.'),
    ),
  );

/** Where Git is, how often it is looked at and which Secret that takes is a platform's to say. */
const isOfGit =
  /^spec\.(url|ref|secretRef|ignore|provider|interval|retryInterval|timeout|path|project|sourceRepos|source|sources|sourceRef)(\.|$)/;

/** Kustomize (5.7) folds long texts of YAML otherwise than others read them: to an expression that is one space. */
const inOneLine = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll(/\s+/g, ' ').trim();
  if (Array.isArray(value)) return value.map(inOneLine);

  return isMapping(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inOneLine(inner)]))
    : value;
};

const expressionsLacking: Comparison = (shipped, object) =>
  pathsOf(lacking({ spec: inOneLine(shipped.spec) }, { spec: inOneLine(object.spec) }));

const deliveredLacking: Comparison = (shipped, object) =>
  expressionsLacking(shipped, object).filter((path) => !isOfGit.test(path));

/** What a project of Argo CD lets pass: a list that is longer lets more pass. */
const sameProject: Comparison = (shipped, object) =>
  pathsOf(differences({ spec: shipped.spec }, { spec: object.spec })).filter((path) =>
    /^spec\.(cluster|namespace)Resource|^spec\.destination/.test(path),
  );

/** Namespaces and ServiceAccounts have no spec of ours: their labels say how they are guarded. */
const labelsLacking: Comparison = (shipped, object) =>
  pathsOf(
    lacking({ metadata: { labels: shipped.metadata?.labels } }, { metadata: { labels: object.metadata?.labels } }),
  );

const comparisons: Record<string, Comparison> = {
  ValidatingAdmissionPolicy: admissionDifferences,
  ValidatingAdmissionPolicyBinding: admissionDifferences,
  ClusterRole: sameRights,
  ClusterRoleBinding: sameRights,
  Role: sameRights,
  RoleBinding: sameRights,
  Deployment: (shipped, object) => runsOtherwise({ spec: shipped.spec }, { spec: object.spec }),
  DeploymentRuntimeConfig: (shipped, object) => runsOtherwise({ spec: shipped.spec }, { spec: object.spec }),
  CompositeResourceDefinition: sameSchemas,
  Composition: specLacking,
  GitRepository: deliveredLacking,
  Kustomization: deliveredLacking,
  Application: deliveredLacking,
  AppProject: sameProject,
  PrometheusRule: expressionsLacking,
  ServiceMonitor: specLacking,
  PodMonitor: specLacking,
};

/** What is said of an object: its kind, and its name. */
export const titleOf = ({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string =>
  `${kind} ${metadata?.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata?.name ?? ''}`;

/** Where an object of a cluster is not what this version ships, by path. */
export const deviationsFrom = (shipped: KubernetesObject, object: KubernetesObject): string[] => [
  ...(comparisons[shipped.kind]?.(shipped, object) ?? []),
  ...labelsLacking(shipped, object),
];

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

  return found(
    titleOf(shipped),
    'wrong',
    deviationsFrom(shipped, seen.object).map((path) => `${path} is not the one of this version`),
    move,
  );
};
