import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';

let controlPlane: ControlPlane;
const folder = fileURLToPath(new URL('../../contract/crds/', import.meta.url));

beforeAll(() => {
  controlPlane = connectControlPlane();
});

// Otherwise `npm test` would validate against schemas that nobody runs.
test.each(readdirSync(folder).filter((file) => file.endsWith('.yaml')))(
  '%s is what the pinned module installs',
  async (file) => {
    const wanted = parse(readFileSync(`${folder}${file}`, 'utf8'));
    const installed = await controlPlane.hub.get({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: wanted.metadata.name },
    });
    const schemas = (crd: { spec: { versions: { name: string; schema: object }[] } }) =>
      crd.spec.versions.map(({ name, schema }) => [name, schema]);

    expect(schemas(installed as unknown as Parameters<typeof schemas>[0])).toEqual(schemas(wanted));
  },
);
