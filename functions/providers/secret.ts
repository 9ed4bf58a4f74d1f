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

const nameRule =
  'use the name of a Secret: small letters, digits, - and ., beginning and ending with a letter or digit';

/** A Secret in a namespace on the hub that Squadkit's installation makes for such Secrets. */
export const secretIn = (namespace: string, description: string) =>
  z
    .strictObject({
      name: z
        .string()
        .check(z.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, nameRule), z.maxLength(253, nameRule))
        .register(documentation, {
          description: `Name of the Secret in namespace ${namespace} on the hub.`,
          patternMessage: nameRule,
        }),
    })
    .register(documentation, { description });
