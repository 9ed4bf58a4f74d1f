import { allTold } from '../../providers/all-told.ts';
import type { Enforcer, GuardRail } from '../../words/guard-rail.ts';
import { sharedGuardRails } from './shared.ts';

/** Where guard rails are enforced and tried, one entry for each mark, in the order in which they are told. */
export interface Places {
  /** Something called `name` in that file of this repository enforces the guard rail `id`. */
  enforcedAt: readonly { id: string; name: string; file: string }[];
  /** A test of that title in that file tries to break it. */
  triedBy: readonly { id: string; file: string; title: string }[];
}

/** A guard rail with whose it is: undefined if it holds whatever a Service is made of. */
export type Owned = GuardRail & { provider: string | undefined };

/** The same with where it is enforced and tried. */
export interface OwnedGuardRail extends Owned {
  enforced: { by: Enforcer; file: string; name: string }[];
  tests: { file: string; title: string }[];
}

/** Every guard rail there is: the shared ones, then each provider's. */
export const guardRails: readonly Owned[] = [
  ...sharedGuardRails.map((guardRail) => ({ ...guardRail, provider: undefined })),
  ...Object.entries(allTold).flatMap(([provider, told]) =>
    told.guardRails.map((guardRail) => ({ ...guardRail, provider })),
  ),
];

/** Every guard rail with its places. Programs read its fields in this order. */
export const registerOf = ({ enforcedAt, triedBy }: Places): OwnedGuardRail[] =>
  guardRails.map(({ controls, look, ...guardRail }) => ({
    ...guardRail,
    enforced: guardRail.enforced.flatMap(({ by, name }) =>
      enforcedAt
        .filter((place) => place.id === guardRail.id && place.name === name)
        .map(({ file }) => ({ by, file, name })),
    ),
    tests: triedBy.filter(({ id }) => id === guardRail.id).map(({ file, title }) => ({ file, title })),
    controls,
    look,
  }));
