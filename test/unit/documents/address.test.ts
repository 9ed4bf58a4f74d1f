import fc from 'fast-check';
import { parse } from 'pg-connection-string';
import { describe, expect, test } from 'vitest';
import { inUrl, isHost, isNetwork, isServer, network, serverOf } from '../../../functions/documents/address.ts';
import { documentation } from '../../../functions/documents/schema.ts';
import { manyCases } from '../../support/cases.ts';

/** A host as node's URL, which is the parser of the WHATWG standard, reads it; undefined if it refuses it. */
const readByUrl = (host: string): string | undefined => {
  try {
    const url = new URL(`https://${inUrl(host)}:5432/path?a=b`);
    return url.port === '5432' && url.pathname === '/path' && url.search === '?a=b' && url.username === ''
      ? url.hostname.replace(/^\[|\]$/g, '')
      : undefined;
  } catch {
    return undefined;
  }
};

const characters = (text: string) => fc.constantFrom(...text);
const word = (text: string, maxLength: number) =>
  fc.array(characters(text), { minLength: 0, maxLength }).map((all) => all.join(''));
/** Three axes: what labels are made of, how they are joined, and what stands before and after. */
const labels = fc.array(
  fc.oneof(
    word('abcXYZ019-', 8),
    word('0123456789', 5),
    word('0xaf', 4),
    word('aé_ %/@:?#[]\\\t', 5),
    fc.constant('a'.repeat(64)),
  ),
  { minLength: 1, maxLength: 5 },
);
const joins = fc.constantFrom('.', ':', '..', '::', '-', '');
const around = fc.constantFrom(
  ['', ''],
  ['https://', ''],
  ['', ':5432'],
  ['', '/path'],
  ['[', ']'],
  [' ', ''],
  ['', ' '],
  ['', '.'],
  ['user@', ''],
  ['', '%eth0'],
  ['', '\n'],
  ['', ',other.example.org'],
);
const anything = fc
  .tuple(labels, joins, around)
  .map(([all, join, [before, after]]) => `${before}${all.join(join)}${after}`);
const addresses = fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6(), fc.domain());

describe('a host', () => {
  test('that is taken is the same host to the parser of URLs, with its port and path behind it', () => {
    fc.assert(
      fc.property(fc.oneof(anything, addresses), (host) => {
        if (!isHost(host)) return;
        const read = readByUrl(host);
        expect(read).toBeDefined();
        // IPv6 has several spellings of one address; a name has one, in lower case.
        if (!host.includes(':')) expect(read).toBe(host.toLowerCase());
      }),
      { numRuns: 10 * manyCases },
    );
  });

  test('that is taken is found again by the parser of connection strings', () => {
    fc.assert(
      fc.property(
        fc.oneof(anything, addresses),
        fc.integer({ min: 1, max: 65535 }),
        fc.string(),
        (host, port, password) => {
          if (!isHost(host) || host.includes(':')) return;
          const found = parse(
            `postgresql://user:${encodeURIComponent(password)}@${inUrl(host)}:${port}/db?application_name=a`,
          );
          expect([found.host, found.port, found.database, found.password]).toEqual([host, `${port}`, 'db', password]);
        },
      ),
      { numRuns: 5 * manyCases },
    );
  });

  test('every address and domain of the standards is taken, and nothing with something around it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), (host) => {
        expect(isHost(host)).toBe(true);
      }),
    );
    for (const host of [
      'https://a.example.org',
      'a.example.org:5432',
      'a.example.org,b.example.org',
      '/var/run',
      'a ',
      '[::1]',
    ]) {
      expect(isHost(host), host).toBe(false);
    }
    for (const host of [
      'a.example.org.',
      '1.2.3',
      '256.1.1.1',
      '0x7f',
      '01.2.3.4',
      'fe80::1%eth0',
      'a_b',
      'ä.example.org',
      '',
    ]) {
      expect(isHost(host), host).toBe(false);
    }
  });
});

describe('the address of an API server', () => {
  const paths = fc.constantFrom(
    '',
    '/',
    '/k8s/clusters/c-m-1',
    '/k8s/clusters/c-m-1/',
    '//',
    '/a b',
    '/../x',
    '/?a',
    '/#a',
    '/%2',
    '/%20a',
  );
  const schemes = fc.constantFrom('https://', 'http://', '', 'HTTPS://');
  const ports = fc.constantFrom('', ':6443', ':0', ':65536', ':', ':1', ':65535', ':a');

  test('that is taken is the same to the parser of URLs', () => {
    let taken = 0;
    fc.assert(
      fc.property(schemes, fc.oneof(addresses, anything), ports, paths, (scheme, host, port, path) => {
        const text = `${scheme}${inUrl(host)}${port}${path}`;
        if (!isServer(text)) return;
        taken += 1;
        const url = new URL(serverOf(text));
        expect(url.protocol).toBe('https:');
        expect(`${url.search}${url.hash}${url.username}`).toBe('');
        expect(serverOf(text).endsWith('/')).toBe(false);
        // What is no host may bring a path along.
        const [, asked = ''] = /^https:\/\/[^/]*(.*)$/.exec(text) ?? [];
        expect(url.pathname.replace(/^\/$/, '')).toBe(asked.replace(/\/$/, ''));
      }),
      { numRuns: 10 * manyCases },
    );
    expect(taken).toBeGreaterThan(manyCases / 10);
  });

  test.each([
    ['https://aqua.example.org:6443', true],
    ['https://aqua.example.org', true],
    ['https://aqua.example.org:6443/', true],
    ['https://rancher.example.org/k8s/clusters/c-m-1', true],
    ['https://[2001:db8::7]:6443', true],
    ['https://2001:db8::7:6443', false],
    ['http://aqua.example.org', false],
    ['https://user@aqua.example.org', false],
    ['https://aqua.example.org:0', false],
    ['https://aqua.example.org?a=b', false],
    ['aqua.example.org:6443', false],
  ])('%s: %s', (text, isRight) => {
    expect(isServer(text)).toBe(isRight);
  });
});

test('a network is an address and its bits', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.ipV4(), fc.ipV6()),
      fc.integer({ min: -1, max: 140 }),
      fc.constantFrom('', ' ', '/', '%a'),
      (ip, bits, after) => {
        const most = ip.includes(':') ? 128 : 32;
        const text = `${ip}/${bits}${after}`;
        const isRight = after === '' && bits >= 0 && bits <= most;
        // What shares its first 16 bits with ::/16, as far as they count, may be IPv4 in another notation.
        const [first] = ip.includes(':') ? new URL(`http://[${ip}]`).hostname.slice(1).split(':') : [];
        const reachesIn =
          first !== undefined && bits >= 8 && Number.parseInt(first || '0', 16) >> (16 - Math.min(bits, 16)) === 0;
        expect(isNetwork(text)).toBe(isRight && !reachesIn);
      },
    ),
    {
      examples: [
        ['1::0', 8, ''],
        ['ff::', 8, ''],
        ['100::', 8, ''],
        ['1::', 16, ''],
        ['::1', 7, ''],
      ],
    },
  );
  for (const text of ['10.0.0.0', '10.0.0.0/08', '10.0.0.0/', '/8', '10.0.0/8', 'a/8', '::/+1', '1:2/8']) {
    expect(isNetwork(text), text).toBe(false);
  }
});

const zeros = fc.constantFrom('', '0', '00', '0000');
/** Every way to write the first 96 bits of an IPv4 address in IPv6: ::ffff:0:0/96 and ::/96. */
const inIPv6 = fc
  .tuple(zeros, fc.boolean(), fc.boolean(), fc.ipV4(), fc.integer({ min: 64, max: 128 }), fc.boolean())
  .map(([zero, isLong, isMapped, ip, bits, isHexadecimal]) => {
    const start = isLong ? `${zero || '0'}:0:0:0:0:` : `${zero}::`;
    const [one = 0, two = 0, three = 0, four = 0] = ip.split('.').map(Number);
    const last = isHexadecimal ? `${(one * 256 + two).toString(16)}:${(three * 256 + four).toString(16)}` : ip;

    return `${start}${isMapped ? 'ffff:' : isLong ? '0:' : ''}${last}/${bits}`;
  });

test('an IPv4 network in the notation of IPv6 is none, however it is written', () => {
  const rules = documentation.get(network('of a test'))?.['x-kubernetes-validations'] ?? [];
  const isTaken = (text: string): boolean =>
    rules.every(({ rule }) => new RegExp(/'(.*)'/.exec(rule)?.[1] ?? '').test(text) !== rule.startsWith('!'));
  fc.assert(
    fc.property(inIPv6, (text) => {
      expect(isNetwork(text), text).toBe(false);
      // The hub's API server says the same.
      expect(isTaken(text), text).toBe(false);
    }),
    { numRuns: 5 * manyCases },
  );
  for (const text of ['::/0', '::/7', '2000::/3', 'fd00::/8', '100::/64', '64:ff9b::/96', '0064:ff9b::/96']) {
    expect([isNetwork(text), isTaken(text)], text).toEqual([true, true]);
  }
});
