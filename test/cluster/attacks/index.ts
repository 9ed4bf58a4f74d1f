import { aquaAttacks } from './aqua.ts';
import type { Attack } from './attack.ts';
import { connectionAttacks } from './connections.ts';
import { databaseAttacks } from './database.ts';
import { hubAttacks } from './hub.ts';
import { hubNamespaceAttacks } from './hub-namespaces.ts';
import { kindAttacks } from './kinds.ts';
import { listAttacks } from './lists.ts';

/** At the API servers. */
export const kubernetesAttacks: Attack[] = [
  ...hubAttacks,
  ...hubNamespaceAttacks,
  ...aquaAttacks,
  ...kindAttacks,
  ...listAttacks,
];

/** At the PostgreSQL server. */
export const postgresAttacks: Attack[] = [...databaseAttacks, ...connectionAttacks];

/** Every attempt of every actor. */
export const attacks: Attack[] = [...kubernetesAttacks, ...postgresAttacks];
