import * as z from 'zod';
import { lifecycles } from '../zone/schema.ts';

const groupRule = 'use letters, digits and _ . : @ -, starting with a letter or digit';
const systemRule = 'a name that begins with system: is a group of Kubernetes, not of the identity provider';

const group = (what: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,127}$/, groupRule)
    .max(128)
    .refine((name) => !name.startsWith('system:'), systemRule)
    .meta({
      patternMessage: groupRule,
      'x-kubernetes-validations': [{ rule: "!self.startsWith('system:')", message: systemRule }],
    })
    .optional()
    .describe(what);

const label = z.string().max(63).describe('Value of the label.');

/** `spec` of a Squad: what the platform registers. */
export const squadSpec = z
  .strictObject({
    group: group(
      "The squad's members: its group in the identity provider. They work in its namespaces, and only look in production. Default: the squad's name.",
    ),
    ownerGroup: group(
      "The squad's owners: a group in the identity provider. They may do what members may, and outside production also read the Secrets of its namespaces on workload clusters, which members can only use through pods. Default: nobody.",
    ),
    guestGroup: group(
      "The squad's guests: a group in the identity provider. They only look, in every environment. Default: nobody.",
    ),
    deployerGroup: group(
      "The squad's pipelines: a group in the identity provider, which deploys to clusters of zones with deployers: group. Must not be a group of people: they would deploy to production with it. Default: nobody.",
    ),
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
