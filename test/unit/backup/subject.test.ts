import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { keysOf, stampOf, subjectOf } from '../../../functions/backup/subject.ts';
import { hubPattern, segmentPattern, servicePattern, squadPattern } from '../../../functions/documents/names.ts';

const named = (pattern: string) => fc.stringMatching(new RegExp(pattern));
const parts = fc.tuple(
  ...([hubPattern, segmentPattern, segmentPattern, squadPattern, servicePattern].map(named) as [
    ...[fc.Arbitrary<string>, fc.Arbitrary<string>, fc.Arbitrary<string>, fc.Arbitrary<string>, fc.Arbitrary<string>],
  ]),
);
const nameOf = ([hub, zone, component, squad, service]: string[]) => `${hub}/${zone}.${component}/${squad}/${service}`;
const moments = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });

test('whoever is not the same in every part has another key, and none lies below that of another', () => {
  fc.assert(
    fc.property(parts, parts, moments, (one, other, at) => {
      const [first, second] = [one, other].map((each) => subjectOf(nameOf(each)));
      if (first === undefined || second === undefined) throw new Error('a name is none');
      const isSame = one.every((part, index) => part === other[index]);

      expect(keysOf(first, at).dump === keysOf(second, at).dump).toBe(isSame);
      expect(keysOf(first, at).dump.startsWith(`${second.name}/`)).toBe(isSame);
    }),
  );
});

test('keys in order are moments in order', () => {
  fc.assert(
    fc.property(moments, moments, (one, other) => {
      const [first, second] = [one, other].map((each) => Math.floor(each.getTime() / 1000)) as [number, number];

      expect(Math.sign(stampOf(one).localeCompare(stampOf(other), 'en'))).toBe(Math.sign(first - second));
    }),
  );
});

test('the database follows from the name', () => {
  expect(subjectOf('main/frontier.spike/galaxy/price-list')).toEqual({
    ...{ name: 'main/frontier.spike/galaxy/price-list', database: 'galaxy_price_list' },
  });
  expect(keysOf(subjectOf('main/frontier.spike/galaxy/billing') as never, new Date('2026-11-28T02:37:04.9Z'))).toEqual({
    dump: 'main/frontier.spike/galaxy/billing/2026-11-28T023704Z.dump.age',
    manifest: 'main/frontier.spike/galaxy/billing/2026-11-28T023704Z.json',
  });
});

test.each([
  ...['', 'main', 'main/frontier/galaxy/billing', 'main/frontier.spike/galaxy', 'main/frontier.spike/galaxy/billing/x'],
  ...['../frontier.spike/galaxy/billing', 'main/frontier.spike/galaxy/..', 'main//galaxy/billing'],
  ...[
    'main/frontier.spike/Galaxy/billing',
    'main/frontier.spike/galaxy/billing\n',
    'main/frontier.spike/ga_laxy/billing',
  ],
  ...[
    'main/frontier.spike/galaxy/billing ',
    `main/frontier.spike/galaxy/${'b'.repeat(31)}`,
    'main/a.b.c/galaxy/billing',
  ],
])('%j is none', (name) => expect(subjectOf(name)).toBeUndefined());
