import { expect, test } from 'vitest';
import { addFields } from '../../../functions/objects/record.ts';

test('adds what a target does not have, whatever it is called, and changes nothing else', () => {
  const record = JSON.parse('{"name": "theirs", "constructor": 1, "__proto__": {"polluted": true}, "absent": null}');
  const target = { name: 'ours' };
  const added = addFields(target, record) as Record<string, unknown>;

  expect(added).toBe(target);
  expect(JSON.stringify(added)).toBe('{"name":"ours","constructor":1,"__proto__":{"polluted":true},"absent":null}');
  expect(added.polluted).toBeUndefined();
  expect(record.name).toBe('theirs');
});
