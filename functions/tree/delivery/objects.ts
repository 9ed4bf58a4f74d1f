import { asText, isMapping } from '../../objects/record.ts';
import { mentionsEngine } from '../reader/mention.ts';
import { looksIntoFolders, objectsOf, pathOf, sourcesOf } from '../rendering/engines.ts';

/** An object that tells an engine what to apply, and how. */
export interface EngineObject {
  file: string;
  kind: string;
  /** `Kustomization galaxy` */
  name: string;
  /** `Kustomization squadkit-delivery/galaxy`: what others call it by. */
  id: string;
  /** Folders that it applies; undefined if it names them in another way than by itself. */
  paths: string[] | undefined;
  /** Whether folders in these are applied too. */
  isDeep: boolean;
  /** Whether it applies a chart of elsewhere. */
  ofChart: boolean;
  /** What it takes from, by `id`. */
  from: string[];
  /** Where a source lies; undefined if it is none. */
  url: string | undefined;
  /** Whether it counts whatever it names. */
  isAlways: boolean;
  /** All that it says and that changes what is applied. */
  content: Record<string, unknown>;
}

/** Groups of those who apply what lies in Git, and what of Argo CD, Flux and its operator does. */
const delivers = (group: string, kind: string): boolean =>
  (group === 'argoproj.io' && ['Application', 'ApplicationSet', 'AppProject'].includes(kind)) ||
  (group.endsWith('fluxcd.io') && !/^(notification|image)\.toolkit\./.test(group)) ||
  ['fluxcd.controlplane.io', 'kappctrl.k14s.io', 'fleet.cattle.io'].includes(group);

/** Names by which engines, and the platform's own deliveries, are told what to do: package/install/gitops, and Argo CD 3.2. */
const configurations = ['squadkit-delivery', 'argocd-cm'];

/** What all deliveries stand on: how engines are configured, the clusters that they know, and what Squadkit's kinds are made by. */
const isFoundation = (object: Record<string, unknown>, group: string, kind: string, name: string): boolean => {
  const { metadata, data } = object;
  const labels = isMapping(metadata) && isMapping(metadata.labels) ? metadata.labels : {};
  if (kind === 'ConfigMap')
    return configurations.includes(name) || (isMapping(data) && 'engine' in data && 'source' in data);
  if (kind === 'Secret') return labels['argocd.argoproj.io/secret-type'] !== undefined;
  if (/^(CustomResource|CompositeResource)Definition$/.test(kind))
    return /squadkit[.]io$|[.]toolkit[.]fluxcd[.]io$/.test(name);

  return (
    (group === 'pkg.crossplane.io' && name.includes('squadkit')) ||
    (kind === 'Namespace' && name.startsWith('squadkit-'))
  );
};

/** Whether a text may hold such an object. */
export const mayDeliver = (text: string): boolean =>
  mentionsEngine(text) ||
  /kappctrl\.k14s\.io|fleet\.cattle\.io/.test(text) ||
  text.includes('squadkit') ||
  (text.includes('engine') && text.includes('source')) ||
  text.includes('argocd-cm');

/** How often something is looked at decides nothing. */
const idleFields = ['interval', 'retryInterval', 'timeout'];

/** What a text tells engines. */
export const engineObjectsIn = (file: string, text: string): EngineObject[] =>
  objectsOf(text).flatMap((object): EngineObject[] => {
    const [group = '', kind] = [asText(object.apiVersion).split('/')[0], asText(object.kind)];
    const metadata = isMapping(object.metadata) ? object.metadata : {};
    const [name, namespace] = [asText(metadata.name), asText(metadata.namespace)];
    const isConfiguration = isFoundation(object, group, kind, name);
    if (!delivers(group, kind) && !isConfiguration) return [];
    const spec = isMapping(object.spec) ? object.spec : {};
    const { status: _, spec: __, ...rest } = object;
    const told = Object.fromEntries(Object.entries(spec).filter(([field]) => !idleFields.includes(field)));

    return [
      {
        ...{ file, kind, name: `${kind} ${name}`, id: idOf(kind, namespace, name) },
        paths: pathsOf(kind, spec),
        ofChart: sourcesOf(spec).some(({ path, chart }) => path === undefined && chart !== undefined),
        isDeep: kind !== 'Application' || sourcesOf(spec).some(looksIntoFolders),
        from: fromOf(kind, namespace, spec),
        url: typeof spec.url === 'string' ? spec.url : undefined,
        isAlways: isConfiguration || kind === 'ResourceSetInputProvider',
        content: { ...rest, ...(object.spec === undefined ? {} : { spec: told }) },
      },
    ];
  });

const idOf = (kind: string, namespace: string, name: string): string => `${kind} ${namespace}/${name}`;

const pathsOf = (kind: string, spec: Record<string, unknown>): string[] | undefined => {
  if (kind === 'Kustomization') return [pathOf(spec.path)];
  if (kind !== 'Application') return undefined;

  return sourcesOf(spec).flatMap((source) =>
    source.path === undefined && source.chart !== undefined ? [] : [pathOf(source.path)],
  );
};

/** By whom something is allowed, and where it comes from. */
const fromOf = (kind: string, namespace: string, spec: Record<string, unknown>): string[] => {
  if (kind === 'Application') return [idOf('AppProject', namespace, asText(spec.project))];
  const { sourceRef } = spec;
  if (!isMapping(sourceRef)) return [];

  return [idOf(asText(sourceRef.kind), asText(sourceRef.namespace) || namespace, asText(sourceRef.name))];
};

/** Names of ConfigMaps and Secrets of which something is put into what an object says (Flux 2.7: substituteFrom, valuesFrom). */
export const givenBy = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(givenBy);
  if (!isMapping(value)) return [];

  return Object.entries(value).flatMap(([field, entry]) =>
    ['substituteFrom', 'valuesFrom'].includes(field) && Array.isArray(entry)
      ? entry.flatMap((each) => (isMapping(each) && typeof each.name === 'string' ? [each.name] : []))
      : givenBy(entry),
  );
};
