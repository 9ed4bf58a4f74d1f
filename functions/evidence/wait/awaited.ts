import { differences } from '../../objects/difference.ts';
import { conditionOf, isBeingDeleted, isTrue, type KubernetesObject, specOf } from '../../objects/resource.ts';
import { serviceSpec } from '../../service/schema.ts';
import { Unplannable } from '../../tree/problem.ts';
import type { Found } from '../live/hub.ts';
import { engineSaid, type Folders } from './engines.ts';

/** How far a hub is with a Service of a commit. */
export interface Awaited {
  /** `Refused` by Squadkit or by the GitOps engine: nothing comes of it unless somebody acts. */
  state: 'Ready' | 'Gone' | 'Refused' | 'Waiting';
  /** In a sentence, for people: as the hub says it, so it may hold anything that prints. */
  words: string;
}

/** What a look at a hub found: the Service, and what GitOps engines say of the squad's folder where that may be seen. */
export interface Looked {
  service: Found;
  folders: Folders;
}

/**
 * How far a hub is. It has a commit's document when its own says the same: this holds for every engine, and for none.
 *
 * @param name `galaxy/billing`
 * @param document as it is in the commit; undefined if the commit has none, and the hub is to have none
 * @throws Unplannable if the hub does not show whether there is one
 */
export const awaitedOf = (
  name: string,
  document: KubernetesObject | undefined,
  { service, folders }: Looked,
  commit: string,
): Awaited => {
  if ('missing' in service && service.missing !== 'not there') {
    throw new Unplannable(`cannot see ${name} on the hub: ${blind[service.missing]}`);
  }
  const found = 'object' in service ? service.object : undefined;
  if (document === undefined) {
    if (found === undefined) return { state: 'Gone', words: `${name} is gone, as in this commit` };

    return notApplied(`${name} is still there, which this commit no longer has`, folders, commit);
  }
  if (found === undefined || !saysTheSame(document, found) || isBeingDeleted(found)) {
    return notApplied(`the hub does not have ${name} of this commit yet`, folders, commit);
  }

  return ofCurrent(name, found);
};

const notApplied = (words: string, folders: Folders, commit: string): Awaited => {
  const said = engineSaid(folders, commit);
  if (said?.isRefusal) return { state: 'Refused', words: said.words };

  return { state: 'Waiting', words: said ? `${words}. ${said.words}` : words };
};

const blind = {
  'not allowed': "read services.squadkit.io there by a kubeconfig of the squad's",
  'unknown kind': 'Squadkit is not installed on it',
};

/** Both as the schema completes them, in whatever order their lists are. What Crossplane keeps in its own is no document's. */
const saysTheSame = (document: KubernetesObject, found: KubernetesObject): boolean => {
  const [asked, there] = [document.spec ?? {}, specOf(found)].map((spec) => serviceSpec.safeParse(spec));

  return asked?.success === true && there?.success === true && differences(asked.data, there.data).length === 0;
};

/**
 * Whether what a condition says is about the document that is there, and not about the one before. Crossplane (2.3.4) marks a
 * condition with the generation of an edit that came during its round, which the function has not read; and it writes what the
 * function says of a generation a moment before the conditions. So both have to be of this one.
 */
const isAbout = (object: KubernetesObject, type: string): boolean => {
  const seen = [object.status?.observedGeneration, conditionOf(object, type)?.observedGeneration].filter(
    (generation) => typeof generation === 'number',
  );

  return seen.length > 0 && seen.every((generation) => generation >= (object.metadata?.generation ?? 0));
};

const ofCurrent = (name: string, found: KubernetesObject): Awaited => {
  const accepted = conditionOf(found, 'Accepted');
  const action = conditionOf(found, 'ActionNeeded');
  if (!isAbout(found, 'Synced')) return { state: 'Waiting', words: `${name} is about to be looked at` };
  if (accepted?.status === 'False' && action?.status === 'True') {
    return { state: 'Refused', words: `${name} is refused: ${accepted.message ?? accepted.reason}` };
  }
  if (isTrue(found, 'Accepted') && isTrue(found, 'Ready') && isAbout(found, 'Ready')) {
    return { state: 'Ready', words: `${name} is Ready in ${zonesOf(found)}` };
  }
  const open = ['Accepted', 'Provisioned', 'Delivered', 'ActionNeeded']
    .map((type) => conditionOf(found, type))
    .find((condition) => condition !== undefined && isOpen(condition));

  return { state: 'Waiting', words: open?.message ?? `${name} is on its way` };
};

const isOpen = ({ type, status }: { type: string; status: string }): boolean =>
  type === 'ActionNeeded' ? status === 'True' : status !== 'True';

const zonesOf = ({ spec }: KubernetesObject): string => {
  const zones = Array.isArray(spec?.zones) ? (spec.zones as { name?: unknown }[]) : [];

  return zones.map(({ name }) => String(name)).join(', ');
};
