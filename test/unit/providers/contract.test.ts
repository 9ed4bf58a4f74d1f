import { describe, expect, test } from 'vitest';
import { checked } from '../../../functions/providers/contract.ts';
import { providers } from '../../../functions/providers/index.ts';
import type { Provider } from '../../../functions/providers/provider.ts';
import { readSquad } from '../../../functions/squad/read.ts';
import { example } from '../../support/examples.ts';

const [first] = providers as readonly [Provider];
const shared = { ...{ what: 'a', counted: 'a' }, total: () => 1, taken: () => 1 };

describe('what every provider must be', () => {
  test.each(['object-store', 'Queue', 'a.b', '', '1st', 'constructor ', 'name', 'provider', first.name])(
    'called %j it is refused beside the others',
    (name) => {
      expect(() => checked([...providers, { ...first, name }])).toThrow(/is no name for a field|may not be called/);
    },
  );

  test.each(['services', 'disk space'])('what it shares may not be called %j', (key) => {
    expect(() => checked([{ ...first, shared: { ...shared, key } }])).toThrow(
      /is no name for a field|may not be called/,
    );
  });

  test('no two share by one name: they would have one limit of a squad', () => {
    const two = ['left', 'right'].map((name) => ({ ...first, name, shared: { ...shared, key: 'disks' } }));

    expect(() => checked(two)).toThrow('may not be called "disks"');
  });
});

const galaxy = example('Squad', 'galaxy');
const limited = (limits: object) => readSquad({ ...galaxy, spec: { ...galaxy.spec, limits } });

test.each(providers.flatMap(({ shared: own }) => own ?? []))(
  'a squad may be limited in what any provider shares: $key',
  ({ key }) => {
    expect(limited({ [key]: 7 }).limits).toEqual({ [key]: 7 });
  },
);

test('and in nothing else', () => {
  expect(() => limited({ gigabytes: 7 })).toThrow('gigabytes');
});
