import { describe, expect, test } from 'vitest';
import { classesOfRegion, dataClasses } from '../../../../functions/documents/data-classes.ts';
import { isPublicKey } from '../../../../functions/documents/public-key.ts';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { Refusal } from '../../../../functions/round/refusal.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { readZone } from '../../../../functions/zone/read.ts';
import { backups, changed, fields, privateKey, recipient, wrongShapes } from '../../../support/backups.ts';
import { exampleRegistry } from '../../../support/examples.ts';

/** Zone frontier with that block, and with other fields of its own. */
const zoneWith = (block: unknown, { guarantees = {}, spec = {} }: { guarantees?: object; spec?: object } = {}) => {
  const zone = structuredClone(
    exampleRegistry().find(({ kind, metadata }) => kind === 'Zone' && metadata?.name === 'frontier'),
  ) as KubernetesObject;
  const { components } = zone.spec as { components: { postgres?: object }[] };
  Object.assign(components[0]?.postgres as object, { backups: block, guarantees });
  Object.assign(zone.spec as object, spec);

  return zone;
};

const refusalOf = (zone: KubernetesObject): Refusal | undefined => {
  try {
    readZone(zone);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }

  return undefined;
};

describe(`${wrongShapes.length} wrong shapes of ${Object.keys(fields).length} fields`, () => {
  test.each(wrongShapes)('$path: $value is refused in one sentence', ({ path, value }) => {
    const refusal = refusalOf(zoneWith(changed(path, value)));

    expect(refusal).toMatchObject({ reason: 'SettingInvalid', actor: 'Platform' });
    expect(refusal?.path.slice(0, 5)).toEqual(['spec', 'components', 0, 'postgres', 'backups']);
    expect(`${refusal?.what} ${refusal?.next}`).not.toMatch(/canary|AGE-SECRET-KEY-1|\n/i);
  });

  test.each(['store', 'store.secretRef', ''])('an unknown field in %j is refused', (path) => {
    expect(refusalOf(zoneWith(changed(path === '' ? 'keepDays' : `${path}.password`, 'canary')))?.reason).toBe(
      'SettingInvalid',
    );
  });
});

test.each(Object.entries(fields).flatMap(([path, { right }]) => right.map((value) => ({ path, value }))))(
  '$path: $value is taken',
  ({ path, value }) => expect(refusalOf(zoneWith(changed(path, value)))).toBeUndefined(),
);

test('a private key is said to be one, and what to do then', () => {
  expect(refusalOf(zoneWith(changed('recipients', [privateKey])))?.next).toMatch(
    /take the private key out and make another/,
  );
});

test('every single letter of a public key that is another is found', () => {
  const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  const others = [...recipient].flatMap((letter, index) =>
    [...letters]
      .filter((other) => other !== letter)
      .map((other) => recipient.slice(0, index) + other + recipient.slice(index + 1)),
  );

  expect(others.length).toBeGreaterThan(1900);
  expect(others.filter(isPublicKey)).toEqual([]);
  expect(isPublicKey(recipient)).toBe(true);
});

test('what is backed up by Squadkit is not declared to be backed up otherwise', () => {
  const guarantees = { backups: { schedule: '15 2 * * *', retentionDays: 14 } };

  expect(refusalOf(zoneWith(backups, { guarantees }))?.next).toMatch(/exclude each other: remove guarantees.backups/);
  expect(refusalOf(zoneWith(undefined, { guarantees }))).toBeUndefined();
});

const subsets = dataClasses.flatMap((_, index) => [dataClasses.slice(index), [dataClasses[index]]]);
const places = subsets.flatMap((classes) =>
  ['eu-west-1', 'eu-north-1'].flatMap((region) =>
    [undefined, 'eu-west-1', 'eu-north-1'].map((location) => ({ classes, region, location })),
  ),
);

test.each(places)('backups of $classes in $region, which lies in $location', ({ classes, region, location }) => {
  const store = { ...backups.store, region, ...(location !== undefined && { location }) };
  const refusal = refusalOf(zoneWith({ ...backups, store }, { spec: { dataClasses: classes } }));
  const isBound = classes.some((one) => classesOfRegion.some((other) => other === one));
  const isElsewhere = (location ?? region) !== 'eu-west-1';

  expect(refusal !== undefined).toBe(isBound && isElsewhere);
  if (refusal === undefined) return;
  expect(refusal).toMatchObject({ reason: 'SettingInvalid', actor: 'Platform' });
  expect(refusal.path.at(-1)).toBe(location === undefined ? 'region' : 'location');
});

test('a Zone says what backups it makes, and one that makes none says nothing of it', () => {
  const said = (zone: KubernetesObject) => {
    const { resource } = simulate(zone, []).response.desired?.composite ?? {};
    const { status } = resource as unknown as { status: { components: { enforced?: object }[] } };

    return status.components.map(({ enforced }) => enforced);
  };
  expect(said(zoneWith(backups))).toContainEqual({ backups: { schedule: '15 2 * * *', retentionDays: 14 } });
  expect(said(zoneWith(undefined)).filter((enforced) => enforced !== undefined)).toEqual([]);
});
