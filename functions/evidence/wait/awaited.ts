import { zonesOf } from '../../documents/zones.ts';
import { differences } from '../../objects/difference.ts';
import {
  conditionOf,
  isBeingDeleted,
  isPaused,
  isTrue,
  type KubernetesObject,
  specOf,
} from '../../objects/resource.ts';
import { serviceSpec } from '../../service/schema.ts';
import { Unplannable } from '../../tree/problem.ts';
import type { Found } from '../live/hub.ts';
import type { Awaited } from './awaiting.ts';
import { engineSaid, type Folders } from './engines.ts';
import { notThere, type Registered, unseen } from './platform.ts';

/** What a look at a hub found: the Service, and what GitOps engines say of the squad's folder where that may be seen. */
export interface Looked {
  service: Found;
  folders: Folders;
  /** The Zones and the Squad on which it depends, as far as the tree has them. */
  registered?: readonly Registered[];
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
  { service, folders, registered = [] }: Looked,
  commit: string,
  now = Date.now(),
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

  const answer = ofCurrent(name, found);
  if (answer.state !== 'Ready') return answer;

  // Ready it may be of before: what its Zones and its Squad say counts as much as its own document.
  const open = registered.flatMap((each) => notThere(each, now) ?? []);

  return (
    open.find(({ state }) => state === 'Refused') ??
    open[0] ?? { ...answer, words: `${answer.words}${unseen(registered)}` }
  );
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
  const synced = conditionOf(found, 'Synced');
  if (isPaused(found) || synced?.reason === 'ReconcilePaused') {
    return { state: 'Waiting', words: `${name} is paused: nobody keeps it true, and what it says is of before` };
  }
  if (!isAbout(found, 'Synced')) return { state: 'Waiting', words: `${name} is about to be looked at` };
  if (accepted?.status === 'False' && action?.status === 'True') {
    return { state: 'Refused', words: `${name} is refused: ${accepted.message ?? accepted.reason}` };
  }
  if (isTrue(found, 'Synced') && isTrue(found, 'Accepted') && isTrue(found, 'Ready') && isAbout(found, 'Ready')) {
    return { state: 'Ready', words: `${name} is Ready in ${zonesOf(found).join(', ')}` };
  }
  const open = ['Synced', 'Accepted', 'Provisioned', 'Delivered', 'ActionNeeded']
    .map((type) => conditionOf(found, type))
    .find((condition) => condition !== undefined && isOpen(condition));

  return { state: 'Waiting', words: open?.message ?? `${name} is on its way` };
};

const isOpen = ({ type, status }: { type: string; status: string }): boolean =>
  type === 'ActionNeeded' ? status === 'True' : status !== 'True';
