import * as z from 'zod/mini';
import { documentation } from '../functions/documents/schema.ts';

/** An OpenAPI v3 schema as a CRD has it: structural, with Kubernetes extensions. */
export interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  default?: unknown;
  enum?: string[];
  pattern?: string;
  maxLength?: number;
  'x-kubernetes-validations'?: { rule: string; message: string }[];
  [keyword: string]: unknown;
}

/** JSON Schema keywords that a structural schema does not have, or that zod adds for JavaScript's sake. */
const dropped = new Set(['$schema', 'propertyNames', 'patternMessage']);
const isUnbounded = (keyword: string, value: unknown): boolean =>
  (keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
  (keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER);

const structural = (schema: Schema): Schema => {
  const out: Schema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (dropped.has(keyword) || isUnbounded(keyword, value)) continue;
    // Unknown fields are refused by the API server's strict validation; a structural schema may not repeat that.
    if (keyword === 'additionalProperties' && value === false) continue;
    out[keyword] = value;
  }
  if (schema.properties) {
    out.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, structural(property)]),
    );
  }
  if (schema.items) out.items = structural(schema.items);
  if (typeof schema.additionalProperties === 'object') {
    out.additionalProperties = structural(schema.additionalProperties as Schema);
  }
  // A rule can say in words what would be right; a pattern shows the reader a regular expression.
  if (schema.pattern !== undefined && typeof schema.patternMessage === 'string') {
    delete out.pattern;
    out['x-kubernetes-validations'] = [
      ...(out['x-kubernetes-validations'] ?? []),
      { rule: `self.matches('${schema.pattern}')`, message: schema.patternMessage },
    ];
  }

  // The way people read it: what it is first.
  const { type, description, ...rest } = out;

  return { ...(type && { type }), ...(description && { description }), ...rest };
};

/** The CRD schema of a zod schema. Descriptions, bounds, defaults and `x-kubernetes-…` keywords come from there. */
export const crdSchema = (schema: z.ZodMiniType): Schema =>
  structural(z.toJSONSchema(schema, { metadata: documentation, io: 'input', target: 'openapi-3.0' }) as Schema);
