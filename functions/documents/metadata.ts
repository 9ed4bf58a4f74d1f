import { isMapping, ownField } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import type { Path } from '../round/refusal.ts';

/**
 * What a document must not say, though its schema has nothing against it: what others write, and what changes how it is
 * applied or removed. These sentences are those of the admission policies in package/install/hub, word for word:
 * test/unit/documents/metadata.test.ts compares them.
 */
export const notOurs = {
  link: 'leave spec.crossplane out: it belongs to Crossplane, which keeps there what it made for this object',
  status: 'leave the status to Crossplane, because it says what Crossplane saw, and only Crossplane writes it',
  marks:
    "ask an SRE: labels and annotations of crossplane.io are Crossplane's own, and only the emergency group named in ConfigMap squadkit-system/squadkit-writers sets crossplane.io/paused and crossplane.io/reconcile-requested-at",
  ends: 'leave metadata.finalizers and metadata.ownerReferences out: they decide when this object ends and what ends with it, which only Git and Crossplane do',
} as const;

const known = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const knownMetadata = ['name', 'namespace', 'labels', 'annotations'];

/** What to say of a field of `metadata`; what is not here is written by the API server, or unknown to it. */
const saidOf: Record<string, string> = {
  finalizers: notOurs.ends,
  ownerReferences: notOurs.ends,
  generateName: 'leave metadata.generateName out: each delivery would make another one',
};

/**
 * Domains of engines and tools that do something else than apply and remove because of a key: hooks, pruning, order, adoption,
 * functions, an end after some time.
 */
const machines = [
  ...['argoproj.io', 'fluxcd.io', 'helm.sh', 'kubernetes.io', 'k8s.io', 'x-k8s.io', 'k14s.io', 'cattle.io', 'kpt.dev'],
  ...['carvel.dev', 'open-cluster-management.io', 'tekton.dev', 'weave.works', 'kyverno.io', 'kluctl.io', 'gke.io'],
  ...[
    'werf.io',
    'janitor',
    'downscaler',
    'projectsveltos.io',
    'karmada.io',
    'pulumi.com',
    'velero.io',
    'oam.dev',
    'kro.run',
  ],
];

/** These only order or describe: what people use, and what no tool acts on. Nobody can own the domains of examples (RFC 2606). */
const isHarmless =
  /^(app\.kubernetes\.io\/|kubernetes\.io\/description$|argocd\.argoproj\.io\/sync-wave$|([a-z0-9-]+\.)*example\.(org|com|net)\/)/;

const prefixOf = (key: string): string => (key.includes('/') ? key.slice(0, key.indexOf('/')).toLowerCase() : '');

/** Whether a key is known to make a tool keep, end or apply a document otherwise. */
const isOfMachines = (key: string): boolean =>
  !isHarmless.test(key) && machines.some((domain) => `.${prefixOf(key)}`.endsWith(`.${domain}`));

/**
 * Labels and annotations that are not the same before and after, and that some program may read: a key without a prefix is for
 * people, and one with a prefix is of whoever has that domain. Nobody knows all of them.
 */
export const readByOthers = (old: KubernetesObject | undefined, now: KubernetesObject): string[] => {
  const keys = (['labels', 'annotations'] as const).flatMap((field) => {
    const [before, after] = [textsOf(old, field), textsOf(now, field)];
    return [...Object.keys(before), ...Object.keys(after)].filter(
      (key) => ownField(before, key) !== ownField(after, key) && prefixOf(key) !== '' && !isHarmless.test(key),
    );
  });

  return [...new Set(keys)].sort();
};

const textsOf = (object: KubernetesObject | undefined, field: 'labels' | 'annotations'): Record<string, unknown> => {
  const entries = object?.metadata?.[field];
  return isMapping(entries) ? entries : {};
};

/** One sentence for each thing that a document must not say, and where it says it. */
export const unwelcome = (object: KubernetesObject): { path: Path; message: string }[] => {
  const metadata = isMapping(object.metadata) ? object.metadata : {};
  const spec = isMapping(object.spec) ? object.spec : {};

  return [
    ...Object.keys(object)
      .filter((field) => !known.includes(field))
      .map((field) => ({ path: [field], message: `leave ${field} out: the API server knows no such field` })),
    ...(Object.hasOwn(object, 'status') ? [{ path: ['status'], message: notOurs.status }] : []),
    ...(Object.hasOwn(spec, 'crossplane') ? [{ path: ['spec', 'crossplane'], message: notOurs.link }] : []),
    ...Object.keys(metadata)
      .filter((field) => !knownMetadata.includes(field))
      .map((field) => ({
        path: ['metadata', field],
        message: ownField(saidOf, field) ?? `leave metadata.${field} out: the API server writes it, and not you`,
      })),
    ...(['labels', 'annotations'] as const).flatMap((field) => {
      const entries = isMapping(metadata[field]) ? metadata[field] : {};
      return Object.keys(entries).flatMap((key) => {
        const path = ['metadata', field, key];
        if (key.includes('crossplane.io/')) return [{ path, message: notOurs.marks }];
        return isOfMachines(key)
          ? [{ path, message: `leave ${key} out: tools apply, keep or remove a document otherwise because of it` }]
          : [];
      });
    }),
  ];
};
