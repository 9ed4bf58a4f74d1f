import { unwelcome } from '../documents/metadata.ts';
import { isMapping, isTexts } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { type Registry, registryOf } from '../simulation/registry.ts';
import { simulate } from '../simulation/simulate.ts';
import type { TreeDocument } from './document.ts';
import { refusedMetadata } from './metadata.ts';
import type { Problem } from './problem.ts';
import type { Tree } from './read.ts';

/** A tree as a control plane would know it: the documents by name, and a registry that answers requirements. */
export interface World {
  services: Map<string, TreeDocument>;
  zones: Map<string, TreeDocument>;
  squads: Map<string, TreeDocument>;
  /** How the platform wants changes to be approved; undefined if the tree does not say. */
  approvals: TreeDocument | undefined;
  registry: Registry;
  /** The same without Services: what one of them gets does not depend on others, but for what `capacity` says. */
  registered: Registry;
  /** The registered with every Zone and Squad open: what is there may go on, so it is asked as if nothing were closed. */
  open: Registry;
  problems: Problem[];
  /** Those of `problems` by which not all was read: nobody knows what lies there. */
  unread: Problem[];
  files: number;
}

const kinds = ['Service', 'Squad', 'Zone'];

/** `galaxy/billing`, `frontier` */
export const nameOf = ({ metadata }: KubernetesObject): string =>
  metadata?.namespace === undefined ? `${metadata?.name}` : `${metadata.namespace}/${metadata.name}`;

/** The world of a tree. Documents that a cluster could not even store are problems and left out. */
export const worldOf = (tree: Tree): World => {
  const problems = [...tree.problems];
  const byKind: Record<string, Map<string, TreeDocument>> = {
    Service: new Map(),
    Squad: new Map(),
    Zone: new Map(),
    Approvals: new Map(),
  };
  for (const document of tree.documents) {
    const problem = misshapen(document);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    const { object, file, line, column } = document;
    // What is refused for this may be in a cluster since before it was: as a base it counts.
    for (const { path, message } of unwelcome(object)) {
      problems.push({ file, ...document.positionOf(path), message });
    }
    const known = byKind[object.kind] as Map<string, TreeDocument>;
    // There can be one set of rules, whatever it is called: of two, nobody could tell which counts.
    const key = object.kind === 'Approvals' ? '' : nameOf(object);
    const other = known.get(key);
    if (other !== undefined) {
      const name = object.kind === 'Approvals' ? 'Approvals' : `${object.kind} ${nameOf(object)}`;
      problems.push({
        file,
        line,
        column,
        message: `${name} is also in ${other.file}:${other.line}: keep one of them`,
      });
      continue;
    }
    known.set(key, document);
  }
  const [services, squads, zones] = kinds.map((kind) => byKind[kind]) as [
    World['services'],
    World['squads'],
    World['zones'],
  ];
  for (const document of services.values()) problems.push(...misplaced(document, squads));
  const objects = (documents: World['zones']) => [...documents.values()].map(({ object }) => object);
  const registered = withStatus(objects(squads), objects(zones));
  const all = [...registered, ...objects(services)];

  return {
    services,
    squads,
    zones,
    approvals: byKind.Approvals?.values().next().value,
    registry: registryOf(all),
    registered: registryOf(registered),
    open: registryOf(registered.map(opened)),
    problems,
    unread: tree.problems,
    files: tree.files,
  };
};

/** A tree without documents: everything is new to it. */
export const emptyWorld = (): World => worldOf({ documents: [], problems: [], files: 0 });

const opened = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  spec: { ...object.spec, lifecycle: 'Open' },
});

/** A tree has no status. Zones count as ready; Squads say which zones they may use, as they would in the cluster. */
const withStatus = (squads: KubernetesObject[], zones: KubernetesObject[]): KubernetesObject[] => {
  const ready = zones.map((zone) => ({ ...zone, status: { conditions: [{ type: 'Ready', status: 'True' }] } }));
  const registry = registryOf(ready);

  return [
    ...ready,
    ...squads.map((squad) => {
      const { response } = simulate(squad, registry);
      const composite = response.desired?.composite?.resource as KubernetesObject | undefined;
      // Not what was accepted: a tree has only what it says now.
      const { accepted: _, ...status } = composite?.status ?? {};
      return { ...squad, status };
    }),
  ];
};

/** What every API server refuses before anybody looks at the content. */
const misshapen = ({ object, file, positionOf }: TreeDocument): Problem | undefined => {
  const { apiVersion, kind, metadata, spec } = object;
  const at = (path: string[], message: string): Problem => ({ file, ...positionOf(path), message });
  const version = kind === 'Approvals' ? 'plan.squadkit.io/v1alpha1' : 'squadkit.io/v1alpha1';
  if (typeof kind !== 'string' || ![...kinds, 'Approvals'].includes(kind)) {
    return at(['kind'], `kind ${JSON.stringify(kind) ?? 'is missing and'} is unknown: use Service, Squad or Zone`);
  }
  if (apiVersion !== version) return at(['apiVersion'], `apiVersion ${apiVersion} is unknown: write ${version}`);
  if (!isMapping(metadata)) return at(['metadata'], `this ${kind} has no metadata: give it a name there`);
  if (metadata.name === undefined || metadata.name === '')
    return at(['metadata', 'name'], `this ${kind} has no name: write metadata.name`);
  if (typeof metadata.name !== 'string') return at(['metadata', 'name'], 'metadata.name is not text: put it in quotes');
  if (metadata.namespace !== undefined && typeof metadata.namespace !== 'string') {
    return at(['metadata', 'namespace'], 'metadata.namespace is not text: put it in quotes');
  }
  if (kind === 'Service' && (metadata.namespace === undefined || metadata.namespace === '')) {
    return at(
      ['metadata', 'namespace'],
      `Service ${metadata.name} has no metadata.namespace: write the name of your squad`,
    );
  }
  if (kind !== 'Service' && metadata.namespace !== undefined) {
    return at(['metadata', 'namespace'], `a ${kind} has no namespace: remove metadata.namespace`);
  }
  if (!isTexts(metadata.labels)) return at(['metadata', 'labels'], 'labels are not all text: put them in quotes');
  if (!isTexts(metadata.annotations)) {
    return at(['metadata', 'annotations'], 'annotations are not all text: put them in quotes');
  }
  const refused = refusedMetadata(metadata);
  if (refused !== undefined) return at(refused.path, refused.message);
  if (!isMapping(spec)) return at(['spec'], `this ${kind} has no spec: say there what it is`);

  return undefined;
};

/** The folder `squads/<squad>/` is that squad's: whoever may write there must not ask in another squad's name. */
const misplaced = ({ object, file, positionOf }: TreeDocument, squads: World['squads']): Problem[] => {
  const folders = file.split('/').slice(0, -1);
  const owner = folders.slice(folders.indexOf('squads') + 1).find((folder) => squads.has(folder));
  const namespace = object.metadata?.namespace;
  if (!folders.includes('squads') || owner === undefined || owner === namespace) return [];

  return [
    {
      file,
      ...positionOf(['metadata', 'namespace']),
      message: `Service ${object.metadata?.name} of squad ${namespace} lies in the folder of squad ${owner}: move it to squads/${namespace}/, or write namespace: ${owner}`,
    },
  ];
};
