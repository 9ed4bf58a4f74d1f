import { allTold } from '../functions/providers/all-told.ts';
import type { StatusField } from '../functions/providers/told.ts';
import type { Schema } from './schema.ts';

/** A field that is text. */
export const text = (description: string): Schema => ({ type: 'string', description });
const flag = (description: string): Schema => ({ type: 'boolean', description });
/** A list of texts. */
export const texts = (description: string): Schema => ({ type: 'array', description, items: { type: 'string' } });

const schemaOf = {
  string: text,
  integer: (description: string): Schema => ({ type: 'integer', description }),
  strings: texts,
} as const;

const fieldOf = (field: StatusField, before = ''): Schema => {
  const description = `${before}${field.description}`;
  if (field.type !== 'object') return schemaOf[field.type](description);
  const properties = Object.fromEntries(Object.entries(field.fields).map(([name, inner]) => [name, fieldOf(inner)]));

  return { type: 'object', description, properties };
};

/**
 * What the status of a component says beside what every one says: the fields of each provider, which the page of Services
 * names it with.
 *
 * @throws Error if two providers call something the same
 */
export const toldFields = (): Record<string, Schema> => {
  const fields: Record<string, Schema> = {};
  for (const [provider, { statusFields }] of Object.entries(allTold)) {
    for (const [name, field] of Object.entries(statusFields)) {
      if (fields[name] !== undefined)
        throw new Error(`two providers say ${name} in a status: one has to call it otherwise`);
      fields[name] = fieldOf(field, `${provider}: `);
    }
  }

  return fields;
};

/** What a status says of backups. */
export const backups: Record<string, Schema> = {
  schedule: text('When backups are made, as a schedule of cron in UTC.'),
  retentionDays: {
    type: 'integer',
    description: 'For how many days a backup is kept.',
  },
};

/** What is declared of a component, in the status of its Zone and of every Service that has something there. */
export const declared: Schema = {
  type: 'object',
  description: 'What the platform declares of the server or cluster. Nothing here is verified by Squadkit.',
  properties: {
    encryptedAtRest: flag('Whether everything on disk is encrypted there.'),
    backups: {
      type: 'object',
      description: 'How data is backed up. Missing: it is not, or no data is kept there.',
      properties: backups,
    },
    pointInTimeRecovery: flag('Whether any moment can be restored for which there are backups.'),
  },
};

/** What every kind keeps in its status besides what it got. */
export const kept: Record<string, Schema> = {
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
