import fc from 'fast-check';
import { expect, test } from 'vitest';
import { databaseName, namespaceName, servicePattern, squadPattern } from '../../../functions/documents/names.ts';
import { postgresNames } from '../../../functions/providers/postgres/names.ts';
import { manyCases } from '../../support/cases.ts';

const squad = fc.stringMatching(new RegExp(squadPattern));
const service = fc.stringMatching(new RegExp(servicePattern));

/** Every text of up to `length` of these letters. */
const texts = (letters: string[], length: number): string[] =>
  length === 0 ? [''] : ['', ...texts(letters, length - 1).flatMap((rest) => letters.map((letter) => letter + rest))];

test('a hundred thousand pairs of squad and service have names of their own', () => {
  // Short ones of few letters, so that they would meet if they could.
  const squads = texts(['a', 'b', '1'], 5).filter((name) => new RegExp(squadPattern).test(name));
  const services = texts(['a', '1', '-'], 7).filter((name) => new RegExp(servicePattern).test(name));
  const names = new Map<string, string>();
  const met: string[] = [];
  for (const squadName of squads) {
    for (const serviceName of services) {
      const pair = `${squadName}/${serviceName}`;
      for (const name of [databaseName(squadName, serviceName), namespaceName(squadName, serviceName)]) {
        const other = names.get(name) ?? pair;
        if (other !== pair) met.push(`${name}: ${pair} and ${other}`);
        names.set(name, pair);
      }
    }
  }

  expect(squads.length * services.length).toBeGreaterThan(100_000);
  expect(met).toEqual([]);
});

test('the longest names fit into what PostgreSQL and Kubernetes allow', () => {
  fc.assert(
    fc.property(squad, service, (squadName, serviceName) => {
      for (const name of Object.values(postgresNames(squadName, serviceName))) {
        expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
      }
      expect(namespaceName(squadName, serviceName)).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    }),
    { numRuns: manyCases },
  );
  const longest = postgresNames('s'.repeat(20), 'v'.repeat(30));
  expect(Math.max(...Object.values(longest).map((name) => name.length))).toBe(60);
});
