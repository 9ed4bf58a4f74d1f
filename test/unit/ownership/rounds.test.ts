import { describe, expect, test } from 'vitest';
import { make, nothingOutside } from './lives/outside.ts';
import { poll, round, type Tenant, tenants } from './lives/tenant.ts';

const [production] = tenants() as [Tenant];
const outside = nothingOutside();
const begin = (): Tenant => structuredClone(production);
const policiesOf = ({ observed }: Tenant, local: string): unknown =>
  observed[`frontier.${local}`]?.spec?.managementPolicies;

/** Rounds, after each of which the providers do what they are asked for, until all of it is in place. */
const roundsUntilProvisioned = (tenant: Tenant): number => {
  for (let rounds = 1; rounds <= 20; rounds += 1) {
    round(tenant, outside);
    if (tenant.isProvisioned) return rounds;
    poll(tenant, outside);
  }
  throw new Error('it is never provisioned');
};

describe('each round applies all that there is, so there are few', () => {
  test('a Service whose database is looked for before it is made', () => {
    expect(roundsUntilProvisioned({ ...begin(), isAsked: true })).toBe(6);
  });
});

describe('what is looked for is not made', () => {
  test('before its owner role is there', () => {
    const [tenant, away] = [{ ...begin(), isAsked: true }, nothingOutside()];
    away.mayCreate = false;
    for (let rounds = 0; rounds < 4; rounds += 1) {
      round(tenant, away);
      poll(tenant, away);
    }

    expect(policiesOf(tenant, 'spike.database')).toEqual(['Observe']);
  });

  // Guard rail: nothing-foreign-is-taken
  test('while another name is taken: the namespace, which is found to be a stranger’s in the same moment', () => {
    const [tenant, taken] = [{ ...begin(), isAsked: true }, nothingOutside()];
    make(taken, 'namespace galaxy-billing', 'stranger');
    for (let rounds = 0; rounds < 6; rounds += 1) {
      round(tenant, taken);
      poll(tenant, taken);
    }

    expect(tenant.reason).toBe('NameTaken');
    expect(policiesOf(tenant, 'spike.database')).toEqual(['Observe']);
    expect([...taken.things.keys()].filter((name) => name.startsWith('database'))).toEqual([]);

    taken.things.delete('namespace galaxy-billing');
    for (let rounds = 0; rounds < 10; rounds += 1) {
      round(tenant, taken);
      poll(tenant, taken);
    }
    expect(tenant.isProvisioned).toBe(true);
  });
});
