import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { register } from '../../../functions/evidence/register/index.ts';
import { guardRails } from '../../../functions/evidence/register/owned.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { controls } from '../../../functions/words/controls.ts';
import { drill, zonesWithBackups } from '../../support/backups.ts';
import { example, exampleRegistry } from '../../support/examples.ts';

const root = join(import.meta.dirname, '../../..');

/** The example's platform, with squads that have a group for everybody. */
const registry = exampleRegistry().map((object) =>
  object.kind === 'Squad'
    ? { ...object, spec: { ...object.spec, ownerGroup: 'owners', guestGroup: 'guests', deployerGroup: 'deployers' } }
    : object,
);

/** The same, in which Squadkit backs up every database. */
const backedUp = [...registry.filter(({ kind }) => kind !== 'Zone'), ...zonesWithBackups({ drill })];

/** Composition resource names of what an example composes. */
const composed = (kind: string, name: string): string[] =>
  [registry, backedUp].flatMap((platform) => Object.keys(simulate(example(kind, name), platform).observed));

const namesOf = (id: string): string[] =>
  guardRails.flatMap((guardRail) => (guardRail.id === id ? guardRail.enforced.map(({ name }) => name) : []));

describe.each(register.map((guardRail) => ({ ...guardRail })))('$id', (guardRail) => {
  test('is enforced somewhere, and a test tries to break it', () => {
    expect(guardRail.enforced.map(({ name }) => name)).toEqual(expect.arrayContaining(namesOf(guardRail.id)));
    expect(guardRail.tests).not.toEqual([]);
  });

  test('looks at something that exists', () => {
    const { look, provider } = guardRail;
    const there = {
      component: ['billing', 'catalog'].flatMap((name) => composed('Service', name)),
      squad: composed('Squad', 'galaxy'),
      zones: composed('Zone', 'frontier'),
    };
    if (look.at === 'component') {
      const local = there.component.map((name) => name.split('.').slice(2).join('.'));
      expect(provider).toBeDefined();
      expect(look.resources.filter((name) => !local.includes(name))).toEqual([]);
    }
    if (look.at === 'squad' || look.at === 'zones') {
      expect(look.resources.filter((name) => !there[look.at].includes(name))).toEqual([]);
    }
    if (look.at === 'provider config') expect(provider).toBeDefined();
    if (look.at === 'policies') {
      const installed = readdirSync(join(root, 'package/install/hub'))
        .map((file) => readFileSync(join(root, 'package/install/hub', file), 'utf8'))
        .join('\n');
      expect(look.names.filter((name) => !installed.includes(`name: ${name}\n`))).toEqual([]);
    }
  });

  test('reads like a sentence to a squad, and like a noun to an auditor', () => {
    expect(guardRail.id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(guardRail.means).toMatch(/^[A-Z].*[^.]\.$/);
    expect(guardRail.protects).toMatch(/[^.]$/);
    expect(guardRail.unseen ?? 'nothing').toMatch(/^[a-z].*[^.]$/);
    expect(guardRail.controls).not.toEqual([]);
  });
});

test('no two guard rails share an id, and a provider begins its own with its name', () => {
  const ids = register.map(({ id }) => id);

  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  for (const { id, provider } of register) if (provider !== undefined) expect(id).toMatch(new RegExp(`^${provider}-`));
});

test('every control in the list is answered by something', () => {
  const answered = new Set(register.flatMap((guardRail) => guardRail.controls));

  expect(Object.keys(controls).filter((control) => !answered.has(control as never))).toEqual([]);
});
