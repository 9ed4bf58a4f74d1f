import { type Leftovers, leftoverRequirements, leftoversIn, nothingLeft } from '../providers/leftovers.ts';
import { acceptedIn } from '../round/accepted.ts';
import type { Requirements } from '../round/answer.ts';
import { actionNeeded, type Condition } from '../round/condition.ts';
import type { Request } from '../round/request.ts';
import type { Service } from './schema.ts';

/**
 * Whether a Service looks for what an earlier one of its name has left: before it was accepted for the first time, and then
 * for as long as there is something. Nothing of it is left while it is there.
 */
const looks = ({ composite }: Request): boolean =>
  acceptedIn(composite) === undefined || Number(composite.status?.left) > 0;

/** What is looked for. */
export const leftRequirements = ({ name, namespace }: Service, request: Request): Requirements =>
  looks(request)
    ? leftoverRequirements({ 'squadkit.io/squad': namespace, 'squadkit.io/service': name }, namespace)
    : {};

/** What an earlier Service of its name has left, which this one has not taken over. */
export const leftIn = (request: Request, now: number): Leftovers =>
  looks(request) ? leftoversIn(request.required, [request.composite], now) : nothingLeft;

/** Whose move it is while something of an earlier Service works on. */
export const leftMove = ({ working, move }: Leftovers): Condition | undefined =>
  working > 0 && move !== undefined ? actionNeeded(move.actor, `${move.next}.`) : undefined;
