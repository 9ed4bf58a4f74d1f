import { isMapping } from '../objects/record.ts';
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

/** Keys by which engines and tools do something else than apply and remove: hooks, pruning, order, adoption, functions. */
const isOfMachines =
  /^([a-z0-9.-]*\.)?(argoproj\.io|fluxcd\.io|helm\.sh|kubernetes\.io|k8s\.io|k14s\.io|cattle\.io|kpt\.dev|carvel\.dev|open-cluster-management\.io|tekton\.dev|weave\.works)\//;

/** These only order or describe: what people use, and what no tool acts on. */
const isHarmless = /^(app\.kubernetes\.io\/|kubernetes\.io\/description$|argocd\.argoproj\.io\/sync-wave$)/;

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
        message: saidOf[field] ?? `leave metadata.${field} out: the API server writes it, and not you`,
      })),
    ...(['labels', 'annotations'] as const).flatMap((field) => {
      const entries = isMapping(metadata[field]) ? metadata[field] : {};
      return Object.keys(entries).flatMap((key) => {
        const path = ['metadata', field, key];
        if (key.includes('crossplane.io/')) return [{ path, message: notOurs.marks }];
        return isOfMachines.test(key) && !isHarmless.test(key)
          ? [{ path, message: `leave ${key} out: tools apply, keep or remove a document otherwise because of it` }]
          : [];
      });
    }),
  ];
};
