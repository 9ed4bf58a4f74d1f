import { isMapping } from '../../functions/objects/record.ts';
import { definitions } from '../../package/definition.ts';
import type { Schema } from '../../package/schema.ts';

/** The status of Services as its definition has it. */
const statusSchema = definitions.find(({ spec }) => spec.names.kind === 'Service')?.spec.versions[0]?.schema
  .openAPIV3Schema.properties?.status as Schema;

/**
 * Paths of what a status of a Service says and its definition does not tell of, as `status.zones[].name`. What stands in a
 * document that was accepted is not told again.
 */
export const untold = (said: unknown, schema: Schema = statusSchema, path = 'status'): string[] => {
  if (Array.isArray(said)) return said.flatMap((item) => untold(item, schema.items ?? {}, `${path}[]`));
  if (!isMapping(said) || path === 'status.accepted.spec') return [];

  return Object.entries(said).flatMap(([name, value]) => {
    const field = schema.properties?.[name];
    return field === undefined ? [`${path}.${name}`] : untold(value, field, `${path}.${name}`);
  });
};
