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

const text = (description: string): Schema => ({ type: 'string', description });
const flag = (description: string): Schema => ({ type: 'boolean', description });
const texts = (description: string): Schema => ({ type: 'array', description, items: { type: 'string' } });

/** What is declared of a component, in the status of its Zone and of every Service that has something there. */
const declared: Schema = {
  type: 'object',
  description: 'What the platform declares of the server or cluster. Nothing here is verified by Squadkit.',
  properties: {
    encryptedAtRest: flag('Whether everything on disk is encrypted there.'),
    backups: {
      type: 'object',
      description: 'How data is backed up. Missing: it is not, or no data is kept there.',
      properties: {
        schedule: text('When backups are made, as a schedule of cron in UTC.'),
        retentionDays: {
          type: 'integer',
          description: 'For how many days a backup is kept.',
        },
      },
    },
    pointInTimeRecovery: flag('Whether any moment can be restored for which there are backups.'),
  },
};

/** What every kind keeps in its status besides what it got. */
const kept: Record<string, Schema> = {
  observedGeneration: {
    type: 'integer',
    format: 'int64',
    description:
      'The generation of the document that the status and its conditions are about, whether it was accepted or refused.',
  },
  accepted: {
    type: 'object',
    description:
      'The document that was accepted last. While the one in spec is refused, this one stays in force. Only Crossplane writes it.',
    required: ['generation', 'spec'],
    properties: {
      generation: { type: 'integer', format: 'int64', description: 'Generation of that document.' },
      spec: {
        type: 'object',
        description: 'Its spec.',
        'x-kubernetes-preserve-unknown-fields': true,
      },
    },
  },
};

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
                  // Each provider says what is worth knowing about its component.
                  'x-kubernetes-preserve-unknown-fields': true,
                  properties: {
                    name: text('Name of the component.'),
                    provider: text('Provider of the component.'),
                    declared,
                    enforced: {
                      type: 'object',
                      description: 'What Squadkit makes sure of by itself, in everything that it hands out.',
                      properties: {
                        tls: text('verify-full: clients check the certificate and the name of the server.'),
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
      },
    },
  }),
];
