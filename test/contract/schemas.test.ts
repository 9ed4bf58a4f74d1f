import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import { exampleRegistry } from '../support/examples.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'crds');
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

/** Closes every object, because the API server refuses or prunes unknown fields and a schema alone does not. */
const closed = (schema: Record<string, unknown>): Record<string, unknown> => {
  const properties = schema.properties as Record<string, Record<string, unknown>> | undefined;
  if (properties === undefined) {
    return schema.items === undefined ? schema : { ...schema, items: closed(schema.items as Record<string, unknown>) };
  }

  return {
    ...schema,
    ...(schema['x-kubernetes-preserve-unknown-fields'] !== true && { additionalProperties: false }),
    properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, closed(property)])),
  };
};

const validators: Map<string, ValidateFunction> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => {
      const crd = parse(readFileSync(join(folder, file), 'utf8'));
      return crd.spec.versions.map(
        (version: { name: string; schema: { openAPIV3Schema: Record<string, unknown> } }) => {
          const schema = closed(version.schema.openAPIV3Schema) as { properties: Record<string, unknown> };
          // `metadata: {type: object}` in a CRD stands for ObjectMeta.
          schema.properties.metadata = { type: 'object' };
          return [`${crd.spec.group}/${version.name} ${crd.spec.names.kind}`, ajv.compile(schema)] as const;
        },
      );
    }),
);

/** Plain Kubernetes kinds: their schemas are the API server's, `npm run test:cluster` checks those. */
const plain = new Set([
  'v1 ConfigMap',
  'v1 Secret',
  'v1 Namespace',
  'v1 ResourceQuota',
  'rbac.authorization.k8s.io/v1 RoleBinding',
]);

describe.each(exampleRegistry().map((object) => ({ name: `${object.kind} ${object.metadata?.name}`, object })))(
  '$name',
  ({ object }) => {
    const { response } = simulate(object, exampleRegistry());
    const resources = Object.entries(response.desired?.resources ?? {});

    test('composes something', () => expect(resources.length).toBeGreaterThan(0));

    test.each(resources)('%s fits the schema of its kind', (_, { resource }) => {
      const desired = resource as unknown as KubernetesObject;
      const kind = `${desired.apiVersion} ${desired.kind}`;
      if (plain.has(kind)) return;

      const validate = validators.get(kind);
      expect(validate, `no schema for ${kind}`).toBeDefined();
      validate?.(desired);
      expect(validate?.errors ?? []).toEqual([]);
    });
  },
);
