import type { GuardRail } from './guard-rail.ts';
import { kubernetesGuardRails } from './kubernetes.ts';
import { postgresGuardRails } from './postgres.ts';

/** Everything that is taken away, in that order. */
export const guardRails: GuardRail[] = [...kubernetesGuardRails, ...postgresGuardRails];
