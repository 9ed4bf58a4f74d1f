import { allTold } from '../../providers/all-told.ts';
import type { GuardRail } from '../../words/guard-rail.ts';
import { sharedGuardRails } from './shared.ts';

/** A guard rail with whose it is: undefined if it holds whatever a Service is made of. */
export interface Registered extends GuardRail {
  provider: string | undefined;
}

/** Every guard rail there is: the shared ones, then each provider's. */
export const register: readonly Registered[] = [
  ...sharedGuardRails.map((guardRail) => ({ ...guardRail, provider: undefined })),
  ...Object.entries(allTold).flatMap(([provider, { guardRails }]) =>
    guardRails.map((guardRail) => ({ ...guardRail, provider })),
  ),
];
