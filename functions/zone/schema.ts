import * as z from 'zod/mini';
import { dataClasses } from '../documents/data-classes.ts';
import { environments, lifecycles } from '../documents/lifecycle.ts';
import { segmentPattern, segmentRule } from '../documents/names.ts';
import { documentation } from '../documents/schema.ts';
import { providerNames, providers } from '../providers/index.ts';

/**
 * What stays as it was registered, in the words of the API server too: data would be another's, or be left, for a word in
 * a document.
 */
export const unchanging = {
  environment: 'register another zone and close this one: what was made in one environment is never given to another',
  provider: 'register another component and remove this one: what Services have there is of its provider',
} as const;

const blockRules = providerNames.flatMap((name) => [
  {
    rule: `self.provider != '${name}' || has(self.${name})`,
    message: `a component with provider: ${name} needs a block ${name}`,
  },
  {
    rule: `self.provider == '${name}' || !has(self.${name})`,
    message: `a block ${name} goes with provider: ${name} only`,
  },
]);

const component = z
  .strictObject({
    name: z
      .string()
      .check(z.regex(new RegExp(segmentPattern), segmentRule), z.maxLength(20))
      .register(documentation, { description: 'Name by which squads ask for it.', patternMessage: segmentRule }),
    provider: z
      .enum(providerNames)
      .register(documentation, { description: 'Which technology it is; the block of the same name describes it.' }),
    ...Object.fromEntries(providers.map((provider) => [provider.name, z.optional(provider.zoneSettings)])),
  })
  .register(documentation, {
    description: 'A server or cluster that squads may use.',
    'x-kubernetes-validations': [
      { rule: 'self.provider == oldSelf.provider', message: unchanging.provider },
      ...blockRules,
    ],
  });

/** `spec` of a Zone: what the platform registers. */
export const zoneSpec = z
  .strictObject({
    environment: z.enum(environments).register(documentation, {
      description:
        'What the zone is for. In production people only look, and data is never deleted. It cannot be changed.',
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: unchanging.environment }],
    }),
    region: z
      .string()
      .check(z.minLength(1), z.maxLength(63))
      .register(documentation, { description: 'Where the data lies, for example eu-west-1.' }),
    dataClasses: z
      ._default(z.array(z.enum(dataClasses)).check(z.minLength(1), z.maxLength(4)), ['public', 'internal'])
      .register(documentation, {
        description: 'Data classes that services here may hold.',
        'x-kubernetes-list-type': 'set',
      }),
    lifecycle: z._default(z.enum(lifecycles), 'Open').register(documentation, {
      description: 'Closed: nothing new is accepted. A closed zone without Services can be deleted.',
    }),
    components: z
      .array(component)
      .check(z.minLength(1), z.maxLength(32))
      .register(documentation, {
        description: 'Servers and clusters of the zone.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
  })
  .register(documentation, { description: 'What the platform registers about the zone.' });
