import { unwelcome } from '../documents/metadata.ts';
import { isMapping, isTexts } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { type Registry, registryOf } from '../simulation/registry.ts';
import { simulate } from '../simulation/simulate.ts';
import type { TreeDocument } from './document.ts';
import { refusedMetadata } from './metadata.ts';
import { looked } from './net.ts';
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
  /** What decides what an engine applies of the tree, if that can be told. */
  deliveries: Tree['deliveries'];
}

const kinds = ['Service', 'Squad', 'Zone'];

/** `galaxy/billing`, `frontier` */
export const nameOf = ({ metadata }: KubernetesObject): string =>
  metadata?.namespace === undefined ? `${metadata?.name}` : `${metadata.namespace}/${metadata.name}`;

/** The world of a tree. Documents that a cluster could not even store are problems and left out. */
export const worldOf = (tree: Tree): World => {
  const problems = [...tree.problems];
  // What a cluster could not store may be there as it was before, and of two documents of a name it has one.
  const unread = [...tree.problems];
  const byKind = {
    Service: new Map<string, TreeDocument>(),
    Squad: new Map<string, TreeDocument>(),
    Zone: new Map<string, TreeDocument>(),
    Approvals: new Map<string, TreeDocument>(),
  };
  for (const document of tree.documents) {
    const problem = looked(
      document.file,
      () => misshapen(document),
      (found) => found,
    );
    if (problem !== undefined) {
      problems.push(problem);
      unread.push(problem);
      continue;
    }
    const { object, file, line, column } = document;
    // What is refused for this may be in a cluster since before it was: as a base it counts.
    const more = (): Problem[] =>
      unwelcome(object).map(({ path, message }) => ({ file, ...document.positionOf(path), message }));
    problems.push(...looked(file, more, (found) => [found]));
    const known = byKind[object.kind as keyof typeof byKind];
    // There can be one set of rules, whatever it is called: of two, nobody could tell which counts.
    const key = object.kind === 'Approvals' ? '' : nameOf(object);
    const other = known.get(key);
    if (other !== undefined) {
      const name = object.kind === 'Approvals' ? 'Approvals' : `${object.kind} ${nameOf(object)}`;
      const twice = { file, line, column, message: `${name} is also in ${other.file}:${other.line}: keep one of them` };
      problems.push(twice);
      unread.push(twice);
      continue;
    }
    known.set(key, document);
  }
  const { Service: services, Squad: squads, Zone: zones } = byKind;
  for (const document of services.values()) problems.push(...misplaced(document, squads));
  const said = new Set(problems.map(({ file, line }) => `${file}:${line}`));
  for (const each of tree.foreign ?? []) {
    // What brings others is told already.
    if (!said.has(`${each.file}:${each.line}`)) problems.push(...undeliverable(each, squads));
  }
  const objects = (documents: World['zones']) => [...documents.values()].map(({ object }) => object);
  const registered = withStatus(objects(squads), objects(zones));
  const all = [...registered, ...objects(services)];

  return {
    services,
    squads,
    zones,
    approvals: byKind.Approvals.values().next().value,
    registry: registryOf(all),
    registered: registryOf(registered),
    open: registryOf(registered.map(opened)),
    problems,
    unread,
    files: tree.files,
    deliveries: tree.deliveries,
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

/** The squad in whose folder `squads/<squad>/` a file lies. */
const ownerOf = (file: string, squads: World['squads']): string | undefined => {
  const folders = file.split('/').slice(0, -1);

  return folders.includes('squads')
    ? folders.slice(folders.indexOf('squads') + 1).find((folder) => squads.has(folder))
    : undefined;
};

/** The folder `squads/<squad>/` is that squad's: whoever may write there must not ask in another squad's name. */
const misplaced = ({ object, file, positionOf }: TreeDocument, squads: World['squads']): Problem[] => {
  const owner = ownerOf(file, squads);
  const namespace = object.metadata?.namespace;
  if (owner === undefined || owner === namespace) return [];

  return [
    {
      file,
      ...positionOf(['metadata', 'namespace']),
      message: `Service ${object.metadata?.name} of squad ${namespace} lies in the folder of squad ${owner}: move it to squads/${namespace}/, or write namespace: ${owner}`,
    },
  ];
};

/** What a squad's delivery may not apply, so that it would apply nothing. */
const undeliverable = ({ message, ...place }: Problem, squads: World['squads']): Problem[] => {
  const owner = ownerOf(place.file, squads);

  return owner === undefined
    ? []
    : [
        {
          ...place,
          message: `${message} lies in the folder of squad ${owner}, whose delivery may apply Services only, so nothing of this commit would be applied: take it out of squads/${owner}/`,
        },
      ];
};
