import { aquaAttacks } from './aqua.ts';
import type { Attack } from './attack.ts';
import { connectionAttacks } from './connections.ts';
import { databaseAttacks } from './database.ts';
import { hubAttacks } from './hub.ts';

/** Every attempt of every actor. */
export const attacks: Attack[] = [...hubAttacks, ...aquaAttacks, ...databaseAttacks, ...connectionAttacks];
