import { systemNamespace } from '../documents/names.ts';
import { asText } from '../objects/record.ts';
import { type KubernetesObject, whenObserved } from '../objects/resource.ts';
import { hashOf } from '../ownership/mark.ts';
import type { Requirements } from '../round/answer.ts';
import { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import type { Composed } from '../waiting/composed.ts';
import { listed } from '../words/listed.ts';
import type { Squad } from './read.ts';

const label = 'squadkit.io/squad';
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };

/** A message has to be read. */
const mostNames = 5;
/** What names of Services a record keeps: they are there to be told, and an object is at most a megabyte. */
const mostServices = 1000;

/** By which a Squad is told from another of its name; Kubernetes gives each object a uid once. */
const idOf = ({ metadata }: KubernetesObject): string => hashOf([asText(metadata?.uid)]).slice(0, 12);

/** Who a squad is: its groups in the identity provider. */
const peopleOf = ({ group, ownerGroup, guestGroup, deployerGroup }: Squad): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ group, ownerGroup, guestGroup, deployerGroup }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );

const nameOf = ({ name }: Squad): string => `squad.${name}`;

/** The record of the squad's name, and the namespace in which it lies. */
export const recordRequirements = (squad: Squad): Requirements => ({
  record: { ...configMap, matchName: nameOf(squad), namespace: systemNamespace },
  system: { apiVersion: 'v1', kind: 'Namespace', matchName: systemNamespace },
});

/** What a record says; undefined if there is none. Without our label it is nobody's, and overwritten. */
const recorded = (squad: Squad, { observed, required }: Request): Record<string, string> | undefined => {
  const own = observed.record === undefined ? [] : [observed.record.object];
  const found = [...own, ...(required.record ?? [])].find(({ metadata }) => metadata?.labels?.[label] === squad.name);
  if (found === undefined) return undefined;

  return Object.fromEntries(
    Object.entries(found.data ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
};

const servicesIn = (record: Record<string, string> | undefined): string[] =>
  (record?.services ?? '').split('\n').filter((name) => name !== '');

/**
 * Whether a Squad that was made anew is the one that was: the same people, nobody besides, and it had not been closed. It
 * has to be closed to be deleted, so an open one went by mistake, or with its hub. One that was closed may come back
 * closed, and then be opened: nobody does so by accident.
 */
const isReturned = (squad: Squad, record: Record<string, string>): boolean =>
  Object.entries(peopleOf(squad)).every(([role, name]) => record[role] === name) &&
  (record.lifecycle === 'Open' || squad.lifecycle === 'Closed');

/**
 * A name leads to what was left under it: databases and namespaces on servers and clusters, which outlive their Services
 * and their Squad. So does a record of the name: other people do not get it by accident. A hub that is built again has no
 * record, and gives everything back.
 *
 * @throws Refusal saying whose it was, what may be left, and what has to be written
 */
// Guard rail: squad-names-are-not-reused
export const refuseUsedName = (squad: Squad, request: Request): void => {
  const record = recorded(squad, request);
  if (record === undefined || record.id === idOf(request.composite) || record.used !== 'true') return;
  if ((squad.inherits !== undefined && squad.inherits === record.id) || isReturned(squad, record)) return;
  const services = servicesIn(record);
  const whose = services.length === 0 ? 'its Services' : `its Services ${listed(services, mostNames)}`;

  throw new Refusal({
    reason: 'NameUsedBefore',
    actor: 'Platform',
    what: `squad name ${squad.name} was used before, by group ${record.group}: databases and namespaces of ${whose} may still be there`,
    next: `give the squad another name; or, if group ${squad.group} is to have all of that, write inherits: "${record.id}" into its spec`,
    path: ['metadata', 'name'],
  });
};

/**
 * The record of a squad's name. It belongs to the platform's namespace besides the Squad, so the garbage collector leaves
 * it when the Squad goes: it deletes what has no owner left (kube-controller-manager 1.35, attemptToDeleteItem). Nobody
 * but Crossplane may write what bears our label (package/install/hub/labels.yaml).
 *
 * @param services the names of its Services, as `galaxy/billing`
 * @param unseen how many it has besides, of which only the number is known yet
 */
export const recordOf = (
  squad: Squad,
  request: Request,
  services: string[],
  unseen: number,
): Record<string, Composed> => {
  const [system] = request.required.system ?? [];
  const before = recorded(squad, request);
  const own = services.map((name) => name.slice(name.indexOf('/') + 1));
  const known = [...new Set([...servicesIn(before), ...own])].sort().slice(0, mostServices);
  // Whoever has a namespace and no record was there before records were: nobody knows what it has left.
  const isOlder = before === undefined && request.observed.namespace !== undefined;

  return {
    record: {
      object: {
        ...configMap,
        metadata: {
          name: nameOf(squad),
          namespace: systemNamespace,
          labels: { [label]: squad.name },
          ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: systemNamespace, uid: system?.metadata?.uid }],
        },
        data: {
          id: idOf(request.composite),
          lifecycle: squad.lifecycle,
          ...peopleOf(squad),
          used: `${isOlder || before?.used === 'true' || known.length + unseen > 0}`,
          services: known.join('\n'),
        },
      },
      hold: system?.metadata?.uid === undefined ? `namespace ${systemNamespace}` : undefined,
      ready: whenObserved,
    },
  };
};
