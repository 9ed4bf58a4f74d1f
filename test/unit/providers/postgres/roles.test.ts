import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { example, exampleRegistry } from '../../../support/examples.ts';

test('roles that hold rights cannot log in, and no role is more than it must be', () => {
  const { desired } = simulate(example('Service', 'catalog'), exampleRegistry()).response;
  const roles = Object.values(desired?.resources ?? {})
    .map(({ resource }) => resource as unknown as KubernetesObject)
    .filter(({ kind }) => kind === 'Role')
    .map(({ metadata, spec }) => {
      const { connectionLimit, privileges } = (spec?.forProvider ?? {}) as {
        connectionLimit: number;
        privileges: Record<string, boolean>;
      };
      const may = Object.keys(privileges).filter((privilege) => privileges[privilege]);
      return [metadata?.annotations?.['crossplane.io/external-name'], may.sort().join(), connectionLimit > 0];
    });

  expect(Object.fromEntries(roles.map(([name, may, connects]) => [name, [may, connects]]))).toEqual({
    quasar_catalog_owner: ['inherit', false],
    quasar_catalog_writer: ['inherit', false],
    quasar_catalog_reader: ['inherit', false],
    quasar_catalog_app: ['inherit,login', true],
    quasar_catalog_migrator: ['inherit,login', true],
    quasar_catalog_readonly: ['inherit,login', true],
  });
});
