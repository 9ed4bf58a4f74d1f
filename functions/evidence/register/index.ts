import { type OwnedGuardRail, registerOf } from './owned.ts';
import { places } from './places.ts';

/** The register of this version: every guard rail, where it is enforced, and which tests try to break it. */
export const register: readonly OwnedGuardRail[] = registerOf(places);
