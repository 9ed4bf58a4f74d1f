import type * as z from 'zod/mini';
import {
  reservedSquads,
  segmentPattern,
  segmentRule,
  servicePattern,
  serviceRule,
  squadPattern,
  squadRule,
} from '../functions/documents/names.ts';
import { serviceSpec } from '../functions/service/schema.ts';
import { squadSpec } from '../functions/squad/schema.ts';
import { zoneSpec } from '../functions/zone/schema.ts';
import { crdSchema, type Schema } from './schema.ts';
import { backups, declared, kept, text, texts, toldFields } from './status.ts';

/** A CompositeResourceDefinition of Crossplane v2, as far as it is generated. */
export interface Definition {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: {
    scope: string;
    names: { kind: string; plural: string; singular: string; shortNames: string[]; categories: string[] };
    versions: { name: string; schema: { openAPIV3Schema: Schema }; [field: string]: unknown }[];
    [field: string]: unknown;
  };
}

interface Column {
  name: string;
  type: string;
  jsonPath: string;
  description: string;
  priority?: number;
}

const condition = (name: string, type: string, field: string, description: string): Column => ({
  name,
  type: 'string',
  jsonPath: `.status.conditions[?(@.type=="${type}")].${field}`,
  description,
});

const actionBy = condition('ACTION BY', 'ActionNeeded', 'reason', 'Whose move it is: Squad, Platform, SRE or Nobody.');

const definition = (options: {
  kind: string;
  plural: string;
  shortNames: string[];
  scope: 'Namespaced' | 'Cluster';
  description: string;
  columns: Column[];
  nameRules: { rule: string; message: string }[];
  spec: z.ZodMiniType;
  status: Schema;
}): Definition => ({
  apiVersion: 'apiextensions.crossplane.io/v2',
  kind: 'CompositeResourceDefinition',
  metadata: { name: `${options.plural}.squadkit.io` },
  spec: {
    scope: options.scope,
    group: 'squadkit.io',
    names: {
      kind: options.kind,
      plural: options.plural,
      singular: options.kind.toLowerCase(),
      shortNames: options.shortNames,
      categories: ['squadkit'],
    },
    enforcedCompositionRef: { name: `${options.plural}.squadkit.io` },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        referenceable: true,
        additionalPrinterColumns: options.columns,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: options.description,
            required: ['spec'],
            'x-kubernetes-validations': options.nameRules,
            properties: { spec: crdSchema(options.spec), status: options.status },
          },
        },
      },
    ],
  },
});

/** The three kinds. Group, kinds, plurals, short names and categories cannot be changed once they are released. */
export const definitions: Definition[] = [
  definition({
    kind: 'Service',
    plural: 'services',
    // Not `svc`, which is Kubernetes' own Service.
    shortNames: ['sqs'],
    scope: 'Namespaced',
    description:
      'What a squad asks for: databases with credentials, namespaces and access, in the zones it may use. Lives in the namespace of the squad.',
    columns: [
      condition('ACCEPTED', 'Accepted', 'reason', 'Accepted, or why the Service is refused.'),
      condition('PROVISIONED', 'Provisioned', 'reason', 'Provisioned, Creating, or Failing.'),
      condition('DELIVERED', 'Delivered', 'reason', 'Whether the Secrets are where the workloads run.'),
      actionBy,
    ],
    nameRules: [{ rule: `self.metadata.name.matches('${servicePattern}')`, message: `metadata.name: ${serviceRule}` }],
    spec: serviceSpec,
    status: {
      type: 'object',
      description: 'What the service got.',
      properties: {
        ...kept,
        left: {
          type: 'integer',
          description:
            'How many things an earlier Service of its name has left that this one does not ask for: they work on. Missing: none.',
        },
        zones: {
          type: 'array',
          description: 'The zones and what the service has there.',
          items: {
            type: 'object',
            properties: {
              name: text('Name of the zone.'),
              environment: text('What the zone is for.'),
              region: text('Where the data lies.'),
              components: {
                type: 'array',
                description: 'What the service has there.',
                items: {
                  type: 'object',
                  // What a provider says without telling of it is kept all the same.
                  'x-kubernetes-preserve-unknown-fields': true,
                  properties: {
                    name: text('Name of the component.'),
                    provider: text('Provider of the component.'),
                    ...toldFields(),
                    declared,
                    enforced: {
                      type: 'object',
                      description: 'What Squadkit makes sure of by itself, in everything that it hands out.',
                      properties: {
                        tls: text('verify-full: clients check the certificate and the name of the server.'),
                        backups: {
                          type: 'object',
                          description: 'How Squadkit backs up the data. Missing: it does not.',
                          properties: backups,
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  }),
  definition({
    kind: 'Zone',
    plural: 'zones',
    shortNames: ['sqz'],
    scope: 'Cluster',
    description: 'Servers and clusters that squads may use, as the platform registers them.',
    columns: [
      { name: 'ENVIRONMENT', type: 'string', jsonPath: '.spec.environment', description: 'What the zone is for.' },
      { name: 'REGION', type: 'string', jsonPath: '.spec.region', description: 'Where the data lies.' },
      { name: 'LIFECYCLE', type: 'string', jsonPath: '.spec.lifecycle', description: 'Open, or Closed to new things.' },
      actionBy,
    ],
    nameRules: [{ rule: `self.metadata.name.matches('${segmentPattern}')`, message: `metadata.name: ${segmentRule}` }],
    spec: zoneSpec,
    status: {
      type: 'object',
      description: 'What became of the zone.',
      properties: {
        ...kept,
        components: {
          type: 'array',
          description: 'Its components.',
          items: {
            type: 'object',
            properties: {
              name: text('Name of the component.'),
              provider: text('Provider of the component.'),
              identity: text(
                'What the server or cluster is known by, however its address is spelt: hub, zone and component that registered a server, or the uid of a cluster. Missing until it has been seen.',
              ),
              declared,
              enforced: {
                type: 'object',
                description: 'What Squadkit does there by itself. Missing where that is nothing.',
                properties: {
                  backups: {
                    type: 'object',
                    description: 'How Squadkit backs up the databases of Services.',
                    properties: backups,
                  },
                },
              },
              authorities: {
                type: 'object',
                description:
                  'When the certificates of its caBundle end. Missing if it has none. Whether the server has been given another certificate by then, and when the credentials in the Secret end, nobody knows here.',
                properties: {
                  firstEnd: { type: 'string', format: 'date-time', description: 'When the first of them ends.' },
                  lastEnd: { type: 'string', format: 'date-time', description: 'When the last of them ends.' },
                },
              },
            },
          },
        },
      },
    },
  }),
  definition({
    kind: 'Squad',
    plural: 'squads',
    shortNames: ['sqd'],
    scope: 'Cluster',
    description: 'A team with its namespace on the hub, as the platform registers it.',
    columns: [
      { name: 'GROUP', type: 'string', jsonPath: '.spec.group', description: 'Its group in the identity provider.' },
      { name: 'ZONES', type: 'string', jsonPath: '.status.zones', description: 'Zones that it may use.' },
      actionBy,
    ],
    nameRules: [
      {
        rule: `self.metadata.name.matches('${squadPattern}') && !self.metadata.name.matches('${reservedSquads}')`,
        message: `metadata.name: ${squadRule}`,
      },
    ],
    spec: squadSpec,
    status: {
      type: 'object',
      description: 'What became of the squad.',
      properties: {
        ...kept,
        namespace: text('Its namespace on the hub.'),
        zones: texts('Zones that it may use.'),
        services: texts('Its Services, and those that are gone and of which something is left.'),
      },
    },
  }),
];
