import { describe, expect, test } from 'vitest';
import { allTold, toldOf } from '../../../functions/providers/all-told.ts';
import { providers } from '../../../functions/providers/index.ts';
import { definitions } from '../../../package/definition.ts';
import type { Schema } from '../../../package/schema.ts';

test('both halves of every provider are there, under one name and in one order', () => {
  expect(Object.keys(allTold)).toEqual(providers.map(({ name }) => name));
  expect(() => toldOf('kafka')).toThrow('nothing is told about provider "kafka"');
  expect(() => toldOf('constructor')).toThrow('nothing is told');
});

/** The names of a provider's settings in a document of that kind, as its definition has them. */
const settingsIn = (kind: string, path: string[], provider: string): string[] => {
  const definition = definitions.find(({ spec }) => spec.names.kind === kind);
  const spec = definition?.spec.versions[0]?.schema.openAPIV3Schema.properties?.spec;
  const component = path.reduce<Schema | undefined>((schema, name) => schema?.properties?.[name]?.items, spec);

  return Object.keys(component?.properties?.[provider]?.properties ?? {});
};

describe.each(providers.map((provider) => ({ name: provider.name, provider })))('$name', ({ name, provider }) => {
  const { words, guardRails, simulate } = toldOf(name);
  const meanings: Record<string, string> = words.zone;

  test('its settings are in the definitions, and a plan says what a change of each of the platform means', () => {
    expect(settingsIn('Service', ['zones', 'components'], name)).not.toEqual([]);
    expect(Object.keys(meanings).sort()).toEqual(settingsIn('Zone', ['components'], name).sort());
    expect(Object.keys(words.registered).sort()).toEqual(Object.keys(meanings).sort());
    expect(Object.values(meanings).filter((meaning) => !/^(decides|is) /.test(meaning))).toEqual([]);
  });

  test('it has guard rails, and none twice', () => {
    const ids = guardRails.map(({ id }) => id);

    expect(ids).not.toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('it simulates nothing of a kind that is not its own', () => {
    const foreign = { apiVersion: 'example.org/v1', kind: 'Role', spec: { writeConnectionSecretToRef: {} } };

    expect(simulate?.(foreign)).toBeUndefined();
    expect(provider.managedKinds).not.toEqual([]);
  });
});
