import * as z from 'zod/mini';
import { documentation } from '../documents/schema.ts';

/** Where the platform put the credentials for a server or cluster, as fields of its settings. */
export const secretOnHub = {
  namespace: z
    .string()
    .check(z.minLength(1), z.maxLength(63))
    .register(documentation, { description: 'Namespace of the Secret on the hub.' }),
  name: z
    .string()
    .check(z.minLength(1), z.maxLength(253))
    .register(documentation, { description: 'Name of the Secret on the hub.' }),
};
