import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { requestFor } from '../../support/request.ts';

/** The row of PostgreSQL's catalog that a grant changes, as far as others change it too; memberships have one each. */
const rowOf = ({ resource }: Resource): string | undefined => {
  const { kind, spec } = resource as unknown as KubernetesObject;
  const { database, schema, targetRole, objectType, memberOf } = (spec?.forProvider ?? {}) as Record<string, string>;
  if (kind === 'Grant' && memberOf === undefined) return `privileges of ${schema ?? 'the database'} in ${database}`;

  return kind === 'DefaultPrivileges' ? `${objectType} of tomorrow of ${targetRole} in ${schema}` : undefined;
};

test('grants that change the same row of the catalog are created one after the other', () => {
  const catalog = example('Service', 'catalog');
  const { observed } = simulate(catalog, exampleRegistry());
  const rows: Record<string, string[]> = {};
  for (const [name, resource] of Object.entries(observed)) {
    const row = rowOf(resource);
    if (row !== undefined) rows[row] = [...(rows[row] ?? []), name];
  }
  const together: string[] = [];
  for (const [row, names] of Object.entries(rows)) {
    const there = Object.fromEntries(Object.entries(observed).filter(([name]) => !names.includes(name)));
    while (names.some((name) => there[name] === undefined)) {
      const { desired } = compose(requestFor(catalog, there));
      const created = names.filter((name) => desired?.resources[name] !== undefined && there[name] === undefined);
      if (created.length !== 1) together.push(`${row}: ${created.join(' and ')}`);
      if (created.length === 0) break;
      for (const name of created) there[name] = observed[name] as Resource;
    }
  }

  expect(Object.fromEntries(Object.entries(rows).map(([row, names]) => [row, names.length]))).toEqual({
    'privileges of the database in quasar_catalog': 3,
    'privileges of app in quasar_catalog': 3,
    'table of tomorrow of quasar_catalog_owner in app': 2,
    'sequence of tomorrow of quasar_catalog_owner in app': 1,
  });
  expect(together).toEqual([]);
});
