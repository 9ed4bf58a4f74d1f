import * as z from 'zod/mini';
import { labelsToFind } from '../documents/labels.ts';
import { lifecycles } from '../documents/lifecycle.ts';
import { documentation } from '../documents/schema.ts';
import { providers } from '../providers/index.ts';

const groupRule = 'use letters, digits and _ . : @ -, starting with a letter or digit';
const systemRule = 'a name that begins with system: is a group of Kubernetes, not of the identity provider';

const inheritsRule = 'use the id from the refusal of this Squad: 12 hexadecimal digits';

const group = (what: string) =>
  z
    .optional(
      z.string().check(
        z.regex(/^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,127}$/, groupRule),
        z.maxLength(128),
        z.refine((name) => !name.startsWith('system:'), systemRule),
      ),
    )
    .register(documentation, {
      description: what,
      patternMessage: groupRule,
      'x-kubernetes-validations': [{ rule: "!self.startsWith('system:')", message: systemRule }],
    });

const limit = (counted: string) =>
  z.optional(z.int().check(z.minimum(0), z.maximum(1000000))).register(documentation, {
    description: `The most ${counted} that all Services of the squad may hold together, over all servers. Unlimited when left out.`,
  });

/** What servers have only so much of, of every provider. */
export const shared = providers.flatMap((provider) => provider.shared ?? []);

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
      "The squad's pipelines: a group in the identity provider, which deploys to clusters of zones with deployers: group, and everywhere else fetches the kubeconfig of the deployer beside each Service. Must not be a group of people: they would deploy to production with it. Default: nobody.",
    ),
    zoneSelector: z
      .strictObject({
        matchLabels: labelsToFind(
          'Labels that a zone must have. Every zone has squadkit.io/zone, squadkit.io/environment and squadkit.io/region besides its own. Empty: every zone.',
          16,
        ),
      })
      .register(documentation, { description: 'Which zones the squad may use.' }),
    limits: z
      .prefault(
        z.strictObject({
          services: z
            ._default(z.int().check(z.minimum(0), z.maximum(500)), 20)
            .register(documentation, { description: 'The most Services that the squad may have.' }),
          ...Object.fromEntries(shared.map(({ key, counted }) => [key, limit(counted)])),
        }),
        {},
      )
      .register(documentation, { description: 'What the squad may use at most.' }),
    inherits: z
      .optional(z.string().check(z.regex(/^[0-9a-f]{12}$/, inheritsRule), z.maxLength(12)))
      .register(documentation, {
        description:
          'Only where a squad of this name was here before: its id, as the refusal of this Squad tells it. This squad then gets everything that was left: databases, namespaces and what is in them. Default: nothing of an earlier squad.',
        patternMessage: inheritsRule,
      }),
    lifecycle: z._default(z.enum(lifecycles), 'Open').register(documentation, {
      description: 'Closed: no new Service is accepted. A closed squad without Services can be deleted.',
    }),
  })
  .register(documentation, { description: 'What the platform registers about the squad.' });
