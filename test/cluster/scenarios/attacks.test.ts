import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectControlPlane } from '../../control-plane/control-plane.ts';
import { tryAttack } from '../attacks/attack.ts';
import { defaults } from '../attacks/defaults.ts';
import { attacks } from '../attacks/index.ts';
import { createWorld, type World } from '../attacks/world.ts';

let world: World;
let refused = 0;

beforeAll(async () => {
  world = await createWorld(connectControlPlane());
});

afterAll(async () => {
  console.log(`${refused} of ${attacks.length} attempts were refused`);
  await world?.close();
});

const actors = [...new Set(attacks.map(({ actor }) => actor))];

describe.each(actors)('%s', (actor) => {
  const attempts = attacks.filter((attack) => attack.actor === actor);
  test.each(attempts.map((attack) => [attack.attempt, attack] as const))('cannot %s', async (_, attack) => {
    const outcome = await tryAttack(attack, world);

    expect(outcome, outcome.said).toMatchObject({ isRefused: true });
    refused += 1;
  });
});

describe('what is no guard rail, and must not be taken for one', () => {
  test.each(defaults.map((attack) => [attack.actor, attack.attempt, attack] as const))(
    '%s can %s',
    async (_, __, attack) => {
      expect(await tryAttack(attack, world)).toMatchObject({ isRefused: false, said: 'it succeeded' });
    },
  );
});

test('nobody does the same twice, and there are many', () => {
  const names = attacks.map(({ actor, attempt }) => `${actor} cannot ${attempt}`);

  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(attacks.length).toBeGreaterThan(60);
});
