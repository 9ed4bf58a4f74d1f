import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exceptionsIn, isOpenedBy, isWithin, overlap } from '../../../functions/documents/networks.ts';
import { manyCases } from '../../support/cases.ts';

test.each([
  ['10.1.0.0/16', '10.0.0.0/8', true],
  ['10.0.0.0/8', '10.1.0.0/16', false],
  ['10.1.2.3/16', '10.1.0.0/16', true],
  ['169.254.169.254/32', '169.254.0.0/16', true],
  ['169.255.0.0/32', '169.254.0.0/16', false],
  ['0.0.0.0/0', '0.0.0.0/0', true],
  ['fd00:ec2::254/128', 'fd00:ec2::/32', true],
  ['2001:db8::/32', '::/0', true],
  ['::ffff:169.254.169.254/128', '169.254.0.0/16', true],
  ['::ffff:a9fe:a9fe/128', '169.254.169.254/32', true],
  ['10.0.0.0/8', '2001:db8::/32', false],
])('%s is within %s: %s', (inner, outer, want) => {
  expect(isWithin(inner, outer)).toBe(want);
});

const network = fc
  .tuple(fc.constantFrom('10.', '10.9.', '169.254.', '0.'), fc.nat(255), fc.nat(255), fc.integer({ min: 0, max: 32 }))
  .map(
    ([start, one, other, bits]) =>
      `${[...start.split('.').filter(Boolean), one, other, 0].slice(0, 4).join('.')}/${bits}`,
  );

/** What Node makes of it: a network is in another one if its mask is no shorter and its first address lies there. */
const isWithinByNode = (inner: string, outer: string): boolean => {
  const [[address = '', bits], [base = '', mask]] = [inner.split('/'), outer.split('/')];
  const list = new BlockList();
  list.addSubnet(base, Number(mask), 'ipv4');

  return Number(bits) >= Number(mask) && list.check(address, 'ipv4');
};

test('any two networks are as Node says', () => {
  fc.assert(
    fc.property(network, network, (one, other) => {
      expect(isWithin(one, other)).toBe(isWithinByNode(one, other));
      expect(overlap(one, other)).toBe(isWithinByNode(one, other) || isWithinByNode(other, one));
    }),
    { numRuns: manyCases * 10 },
  );
});

test('exceptions are strictly within, each once, and leave out all that lies there', () => {
  fc.assert(
    fc.property(network, fc.array(network, { maxLength: 6 }), (cidr, closed) => {
      const found = exceptionsIn(cidr, closed);
      for (const one of found) {
        expect(isWithin(one, cidr) && !isWithin(cidr, one)).toBe(true);
        expect(found.filter((other) => isWithin(one, other))).toEqual([one]);
      }
      for (const one of closed.filter((other) => isWithin(other, cidr) && !isWithin(cidr, other))) {
        expect(found.some((other) => isWithin(one, other))).toBe(true);
      }
    }),
    { numRuns: manyCases * 10 },
  );
});

const block = (cidr: string, ...except: string[]) => ({ network: cidr, except });

test.each([
  ['the same', block('10.0.0.0/8'), [block('10.0.0.0/8')], true],
  ['a wider one', block('10.1.0.0/16'), [block('10.0.0.0/8')], true],
  ['a narrower one', block('10.0.0.0/8'), [block('10.1.0.0/16')], false],
  ['both halves', block('10.0.0.0/8'), [block('10.128.0.0/9'), block('10.0.0.0/9')], true],
  ['one half', block('10.0.0.0/8'), [block('10.0.0.0/9')], false],
  ['one that leaves out some of it', block('10.0.0.0/8'), [block('10.0.0.0/8', '10.1.0.0/16')], false],
  [
    'one that leaves out what it leaves out too',
    block('10.0.0.0/8', '10.0.0.0/9'),
    [block('10.0.0.0/8', '10.1.0.0/16')],
    true,
  ],
  [
    'what another one leaves out, by that',
    block('10.0.0.0/8'),
    [block('10.0.0.0/8', '10.1.0.0/16'), block('10.1.0.0/16')],
    true,
  ],
  ['everything of the other family', block('10.0.0.0/8'), [block('::/0')], false],
  ['nothing', block('2001:db8::/32'), [], false],
])('a network is opened by %s: %o by %o is %s', (_, one, others, want) => {
  expect(isOpenedBy(one, others)).toBe(want);
});

test('a network is opened by one that is wider, and by others that leave nothing out together', () => {
  fc.assert(
    fc.property(network, network, (one, other) => {
      expect(isOpenedBy(block(one), [block(other)])).toBe(isWithin(one, other));
      expect(isOpenedBy(block(one), [block(one, other), block(other)])).toBe(true);
      expect(isOpenedBy(block(one, other), [block(one, other)])).toBe(true);
      expect(isOpenedBy(block(one), [block(one, other)])).toBe(!overlap(one, other));
    }),
    { numRuns: manyCases * 10 },
  );
});
