import { isEstablished, type Observed } from '../../objects/resource.ts';
import { isSame } from '../../objects/same.ts';
import { cautious, look, type Ownership } from '../../ownership/claim.ts';
import { isMade } from '../../ownership/creation.ts';
import { isFailing, sightOf } from '../../ownership/sight.ts';

/**
 * What may be made, and goes again with its managed resource: from the moment at which none was found of that name until
 * somebody may get in. It has no mark at first, and everybody on the server may connect to it. Left behind so it would be
 * nobody's, and a Service that comes again would find its name taken.
 *
 * Nothing is lost with it: all rights in the database, and in its schema, come after this.
 */
export const untilInUse = ['Observe', 'Create', 'Delete'];

/**
 * Whose it is, and who may connect, which says also that nobody else may. What comes after these can be lost with the
 * database: rights are given at the earliest in the round in which it may no longer go.
 */
export const beforeUse = ['mark', 'writer-connect'];

/** What comes after them in every database, and stays for as long as there is one. */
const inUse = ['owner-usage', 'writer-tables', 'writer-sequences'];

/**
 * What the provider may do with a database that is beginning; undefined for one that has begun, or is not ours.
 *
 * First it only looks, because what it finds may be a stranger's, and must never be dropped. What cannot be made at once
 * is made without the right to drop it: until it succeeds anybody may have come between, and a Service that is removed
 * while the server is away would end what lies there when that is back. What has begun never begins again.
 *
 * @param hasOwner whether its owner role is there, and ours
 */
export const beginningOf = (
  ownership: Ownership,
  observed: Record<string, Observed>,
  hasOwner: boolean,
): string[] | undefined => {
  const { database } = observed;
  if (database === undefined) return look;
  const policies = database.object.spec?.managementPolicies;
  const isBeginning = [untilInUse, cautious].some((one) => isSame(policies, one));

  if (ownership === 'Unknown') {
    // It is looked for as soon as anything is made, and made where the name of its owner role is ours.
    if (sightOf(database) === 'Absent') return isBeginning || hasOwner ? untilInUse : look;
    if (!isBeginning || (isEstablished(database) && !isSame(policies, cautious))) return look;
    return isFailing(database) ? cautious : (policies as string[]);
  }
  const isInUse =
    inUse.some((right) => observed[right] !== undefined) ||
    beforeUse.map((name) => observed[name]).every((found) => found !== undefined && isEstablished(found));
  if (ownership !== 'Ours' || !isBeginning || !isMade(database) || isInUse) return undefined;

  return isFailing(database) ? cautious : untilInUse;
};
