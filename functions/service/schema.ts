import * as z from 'zod';
import { segmentPattern, segmentRule } from '../names.ts';
import { providerNames, providers } from '../providers/index.ts';
import { type DataClass, dataClassNeeds, needsInWords } from './data-classes.ts';

/** From the least to the most sensitive. */
export const dataClasses = Object.keys(dataClassNeeds) as [DataClass, ...DataClass[]];

const segment = (what: string) =>
  z
    .string()
    .regex(new RegExp(segmentPattern), segmentRule)
    .max(20)
    .meta({ patternMessage: segmentRule })
    .describe(what);

const component = z
  .strictObject({
    name: segment('Name of a component of the zone, as the platform registered it.'),
    provider: z.enum(providerNames).describe('Provider of that component.'),
    ...Object.fromEntries(providers.map((provider) => [provider.name, provider.serviceSettings.optional()])),
  })
  .meta({
    'x-kubernetes-validations': providerNames.map((name) => ({
      rule: `self.provider == '${name}' || !has(self.${name})`,
      message: `a block ${name} goes with provider: ${name} only`,
    })),
  })
  .describe('Something the service gets in this zone.');

/** `spec` of a Service: what a squad writes. */
export const serviceSpec = z
  .strictObject({
    description: z.string().max(500).optional().describe('What the service is for, in a sentence.'),
    dataClass: z
      .enum(dataClasses)
      .default('internal')
      .describe(
        `The most sensitive data that the service holds. Zones say which classes they accept, and of their servers and clusters what they guarantee: ${needsInWords()}.`,
      ),
    zones: z
      .array(
        z
          .strictObject({
            name: segment('Name of a zone that the squad may use.'),
            components: z
              .array(component)
              .min(1)
              .max(16)
              .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
              .describe(
                'What the service gets there. Every cluster receives the Secret of every database of its zone.',
              ),
          })
          .describe('A zone and what the service gets in it.'),
      )
      .min(1)
      .max(8)
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
      .describe('Where the service runs.'),
  })
  .describe('What the squad asks for.');

/** A component as a squad asks for it, with its provider's settings already parsed and defaulted. */
export interface RequestedComponent {
  name: string;
  provider: string;
  settings: unknown;
}

export interface Service {
  name: string;
  /** The hub namespace, which is the squad's. */
  namespace: string;
  dataClass: DataClass;
  zones: { name: string; components: RequestedComponent[] }[];
}
