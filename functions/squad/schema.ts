import * as z from 'zod';
import { lifecycles } from '../zone/schema.ts';

const groupRule = 'use letters, digits and _ . : @ -, starting with a letter or digit';

const label = z.string().max(63).describe('Value of the label.');

/** `spec` of a Squad: what the platform registers. */
export const squadSpec = z
  .strictObject({
    group: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,127}$/, groupRule)
      .max(128)
      .meta({ patternMessage: groupRule })
      .optional()
      .describe("The squad's group in the identity provider. Default: the squad's name."),
    zoneSelector: z
      .strictObject({
        matchLabels: z
          .record(z.string().max(317), label)
          .meta({ maxProperties: 16 })
          .default({})
          .describe(
            'Labels that a zone must have. Every zone has squadkit.io/zone, squadkit.io/environment and squadkit.io/region besides its own. Empty: every zone.',
          ),
      })
      .describe('Which zones the squad may use.'),
    limits: z
      .strictObject({
        services: z.int().min(0).max(500).default(20).describe('The most Services that the squad may have.'),
        connections: z
          .int()
          .min(0)
          .max(1000000)
          .optional()
          .describe(
            'The most database connections that all Services of the squad may hold together, over all servers. Unlimited when left out.',
          ),
      })
      .prefault({})
      .describe('What the squad may use at most.'),
    lifecycle: z
      .enum(lifecycles)
      .default('Open')
      .describe('Closed: no new Service is accepted. A closed squad without Services can be deleted.'),
  })
  .describe('What the platform registers about the squad.');
