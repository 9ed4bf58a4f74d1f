import { conditionOf, isEstablished, type Observed } from '../../objects/resource.ts';
import { isSame } from '../../objects/same.ts';
import { cautious, look, type Ownership } from '../../ownership/claim.ts';
import { isMade } from '../../ownership/creation.ts';
import { sightOf } from '../../ownership/sight.ts';

/**
 * What may be made, and goes again with its managed resource: from the moment at which none was found of that name until
 * somebody may get in. It has no mark at first, and everybody on the server may connect to it. Left behind so it would be
 * nobody's, and a Service that comes again would find its name taken.
 *
 * Nothing is lost with it: the schema, and all rights in the database, come after this.
 */
export const untilInUse = ['Observe', 'Create', 'Delete'];

/** Whether the provider says that it could not do something; that there is nothing is no failure. */
const fails = (observed: Observed): boolean =>
  conditionOf(observed.object, 'Synced')?.status === 'False' && sightOf(observed) !== 'Absent';

/**
 * What the provider may do with a database that is beginning; undefined for one that has begun, or is not ours.
 *
 * First it only looks, because what it finds may be a stranger's, and must never be dropped. What cannot be made at once
 * is made without the right to drop it: until it succeeds anybody may have come between, and a Service that is removed
 * while the server is away would end what lies there when that is back. What has begun never begins again.
 */
export const beginningOf = (ownership: Ownership, observed: Record<string, Observed>): string[] | undefined => {
  const { database, mark, schema, 'writer-connect': connect } = observed;
  if (database === undefined) return look;
  const policies = database.object.spec?.managementPolicies;
  const isBeginning = [untilInUse, cautious].some((one) => isSame(policies, one));

  if (ownership === 'Unknown') {
    if (sightOf(database) === 'Absent') return untilInUse;
    if (!isBeginning || (isEstablished(database) && !isSame(policies, cautious))) return look;
    return fails(database) ? cautious : (policies as string[]);
  }
  // Who may connect is said together with that nobody else may.
  const isInUse =
    schema !== undefined || (sightOf(mark) === 'Present' && connect !== undefined && isEstablished(connect));
  if (ownership !== 'Ours' || !isBeginning || !isMade(database) || isInUse) return undefined;

  return fails(database) ? cautious : untilInUse;
};
