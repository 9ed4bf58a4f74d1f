import * as z from 'zod/mini';
import { type DataClass, dataClasses, needsInWords } from '../documents/data-classes.ts';
import { segmentPattern, segmentRule } from '../documents/names.ts';
import { documentation } from '../documents/schema.ts';
import { providerNames, providers } from '../providers/index.ts';

const segment = (what: string) =>
  z
    .string()
    .check(z.regex(new RegExp(segmentPattern), segmentRule), z.maxLength(20))
    .register(documentation, { description: what, patternMessage: segmentRule });

const component = z
  .strictObject({
    name: segment('Name of a component of the zone, as the platform registered it.'),
    provider: z.enum(providerNames).register(documentation, { description: 'Provider of that component.' }),
    ...Object.fromEntries(providers.map((provider) => [provider.name, z.optional(provider.serviceSettings)])),
  })
  .register(documentation, {
    description: 'Something the service gets in this zone.',
    'x-kubernetes-validations': providerNames.map((name) => ({
      rule: `self.provider == '${name}' || !has(self.${name})`,
      message: `a block ${name} goes with provider: ${name} only`,
    })),
  });

/** `spec` of a Service: what a squad writes. */
export const serviceSpec = z
  .strictObject({
    description: z
      .optional(z.string().check(z.maxLength(500)))
      .register(documentation, { description: 'What the service is for, in a sentence.' }),
    dataClass: z._default(z.enum(dataClasses), 'internal').register(documentation, {
      description: `The most sensitive data that the service holds. Zones say which classes they accept, and of their servers and clusters what they guarantee: ${needsInWords()}.`,
    }),
    zones: z
      .array(
        z
          .strictObject({
            name: segment('Name of a zone that the squad may use.'),
            components: z
              .array(component)
              .check(z.minLength(1), z.maxLength(16))
              .register(documentation, {
                description:
                  'What the service gets there. Every cluster receives the Secret of every database of its zone.',
                'x-kubernetes-list-type': 'map',
                'x-kubernetes-list-map-keys': ['name'],
              }),
          })
          .register(documentation, { description: 'A zone and what the service gets in it.' }),
      )
      .check(z.minLength(1), z.maxLength(8))
      .register(documentation, {
        description: 'Where the service runs.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
  })
  .register(documentation, { description: 'What the squad asks for.' });

/** A component as a squad asks for it, with its provider's settings already parsed and defaulted. */
export interface RequestedComponent {
  name: string;
  provider: string;
  settings: unknown;
}

/** A Service, parsed: everything after this trusts its types. */
export interface Service {
  name: string;
  /** The hub namespace, which is the squad's. */
  namespace: string;
  dataClass: DataClass;
  zones: { name: string; components: RequestedComponent[] }[];
}
