import type { Manifest } from '../evidence/register/manifest.ts';
import { hubManifests, remoteManifests } from '../evidence/register/manifests.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { deliveryNamespace } from '../squad/delivery/settings.ts';
import { deviationsFrom, inWords, sought, titleOf } from './as-shipped.ts';
import { applyAgain, type Check, found, type Move } from './check.ts';
import type { Cluster } from './cluster.ts';

/** Lists of which one must name somebody, with what cannot happen otherwise. */
interface Needed {
  lists: string[];
  otherwise: string;
  /** Who may do so little that naming them is not enough. */
  apartFrom?: string[];
}

/** The lists of ConfigMap squadkit-writers that the policies among these read. */
const listsReadIn = (manifests: readonly Manifest[]): string[] => {
  const objects = manifests.map(({ object }) => object);
  const readers = objects
    .filter(({ spec }) => (spec?.paramRef as { name?: unknown } | undefined)?.name === 'squadkit-writers')
    .map(({ spec }) => spec?.policyName);
  const policies = objects.filter(
    ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && readers.includes(metadata?.name),
  );
  const read = JSON.stringify(policies).matchAll(/params\.data\.\?(\w+)/g);

  return [...new Set(Array.from(read, ([, list = '']) => list))].sort();
};

/** Where a list of writers lies: on a hub, or on the cluster of a Zone. */
export type Place = 'hub' | 'remote';

const manifestsOf: Record<Place, readonly Manifest[]> = { hub: hubManifests, remote: remoteManifests };

/** Of which lists one must name somebody, by where they are. */
const neededOf: Record<Place, Needed[]> = {
  hub: [
    {
      lists: ['gitopsUsers', 'gitopsGroups'],
      otherwise: 'nobody may write Zones and Squads',
      // The engine of a squad's folder writes Services only.
      apartFrom: [`system:serviceaccounts:${deliveryNamespace}`],
    },
    { lists: ['crossplaneUsers'], otherwise: 'Crossplane may compose nothing' },
    { lists: ['providerGroups'], otherwise: 'the providers may write nothing' },
    { lists: ['emergencyUsers', 'emergencyGroups'], otherwise: 'no SRE may pause anything' },
  ],
  remote: [
    { lists: ['squadkitUsers'], otherwise: 'Squadkit may write nothing here' },
    { lists: ['platformUsers', 'platformGroups'], otherwise: 'only system:masters may apply package/install/remote' },
    { lists: ['emergencyUsers', 'emergencyGroups'], otherwise: 'no SRE may help when the hub cannot' },
  ],
};

/** Groups and users that everybody is. */
const everybody = ['system:authenticated', 'system:unauthenticated', 'system:anonymous', 'system:serviceaccounts'];

const namesIn = (list: unknown): string[] => (typeof list === 'string' ? list.split('\n') : []);

/** What is too much of a name; `shipped` is the list as it is shipped. A group of the system has people whom no platform has named. */
const tooMuch = (list: string, name: string, shipped: unknown): string[] => {
  if (everybody.includes(name)) return [`${list} names ${name}, which is everybody`];
  if (!/^\s*system:/.test(name) || /^system:serviceaccount:[^:]+:[^:]+$/.test(name)) return [];

  return namesIn(shipped).includes(name) ? [] : [`${list} names ${name}, which is of the system: name who is meant`];
};

/** What is wrong with one list; the line end after the last name makes no entry. */
const listProblems = (list: string, content: unknown, shipped: unknown): string[] => {
  const names = namesIn(content);
  const entries = names.at(-1) === '' ? names.slice(0, -1) : names;

  return entries.flatMap((name, index) => [
    ...(name === '' ? [`line ${index + 1} of ${list} is empty`] : []),
    ...(name !== name.trim()
      ? [`line ${index + 1} of ${list} has spaces around the name, which is then nobody's`]
      : []),
    ...tooMuch(list, name, shipped),
  ]);
};

/** A misspelt list names nobody. */
const unknownLists = ({ data }: KubernetesObject, lists: string[]): string[] =>
  Object.keys((data ?? {}) as object)
    .filter((list) => !lists.includes(list))
    .map((list) => `${list} is no list that a policy reads: use one of ${lists.join(', ')}`);

/** Whether ConfigMap squadkit-writers names whom it must, in lists that the policies read. */
export const checkWriters = async (cluster: Cluster, { file, object }: Manifest, place: Place): Promise<Check> => {
  const move: Move = {
    actor: 'Platform',
    next: `name people and ServiceAccounts in your patch of ${file}, one a line`,
  };
  const seen = await sought(cluster, object, applyAgain(file));
  if ('check' in seen) return seen.check;
  const data = (seen.object.data ?? {}) as Record<string, unknown>;
  const lists = listsReadIn(manifestsOf[place]);

  return found(
    titleOf(object),
    'wrong',
    [
      ...neededOf[place]
        .filter(
          (need) =>
            !need.lists.some((list) =>
              namesIn(data[list]).some((entry) => entry.trim() !== '' && !need.apartFrom?.includes(entry)),
            ),
        )
        .map(
          (need) => `${need.lists.join(' and ')} ${need.lists.length > 1 ? 'name' : 'names'} nobody: ${need.otherwise}`,
        ),
      ...unknownLists(seen.object, lists),
      ...lists.flatMap((list) =>
        listProblems(list, data[list], ((object.data ?? {}) as Record<string, unknown>)[list]),
      ),
      ...inWords(deviationsFrom(object, seen.object)),
    ],
    move,
  );
};

/** Whether a ConfigMap with choices of the platform is there, in lists that the policies read; what they say is theirs. */
export const checkChoices = async (cluster: Cluster, { file, object }: Manifest): Promise<Check> => {
  const seen = await sought(cluster, object, applyAgain(file));
  if ('check' in seen) return seen.check;
  const lists = Object.keys((object.data ?? {}) as object);

  return found(
    titleOf(object),
    'wrong',
    [...unknownLists(seen.object, lists), ...inWords(deviationsFrom(object, seen.object))],
    {
      actor: 'Platform',
      next: `correct your patch of ${file}`,
    },
  );
};
