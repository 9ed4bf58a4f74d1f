import * as z from 'zod';
import { segmentPattern, segmentRule } from '../names.ts';
import { providerNames, providers } from '../providers/index.ts';
import { dataClasses } from '../service/schema.ts';

export const environments = ['production', 'preproduction', 'engineering'] as const;
export const lifecycles = ['Open', 'Closed'] as const;

const component = z
  .strictObject({
    name: z
      .string()
      .regex(new RegExp(segmentPattern), segmentRule)
      .max(20)
      .meta({ patternMessage: segmentRule })
      .describe('Name by which squads ask for it.'),
    provider: z.enum(providerNames).describe('Which technology it is; the block of the same name describes it.'),
    ...Object.fromEntries(providers.map((provider) => [provider.name, provider.zoneSettings.optional()])),
  })
  .meta({
    'x-kubernetes-validations': providerNames.flatMap((name) => [
      {
        rule: `self.provider != '${name}' || has(self.${name})`,
        message: `a component with provider: ${name} needs a block ${name}`,
      },
      {
        rule: `self.provider == '${name}' || !has(self.${name})`,
        message: `a block ${name} goes with provider: ${name} only`,
      },
    ]),
  })
  .describe('A server or cluster that squads may use.');

/** `spec` of a Zone: what the platform registers. */
export const zoneSpec = z
  .strictObject({
    environment: z
      .enum(environments)
      .describe('What the zone is for. In production people only look, and data is never deleted.'),
    region: z.string().min(1).max(63).describe('Where the data lies, for example eu-west-1.'),
    dataClasses: z
      .array(z.enum(dataClasses))
      .min(1)
      .max(4)
      .default(['public', 'internal'])
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe('Data classes that services here may hold.'),
    lifecycle: z
      .enum(lifecycles)
      .default('Open')
      .describe('Closed: nothing new is accepted. A closed zone without Services can be deleted.'),
    components: z
      .array(component)
      .min(1)
      .max(32)
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
      .describe('Servers and clusters of the zone.'),
  })
  .describe('What the platform registers about the zone.');
