import { isIPv4 } from 'node:net';

/** An IPv4 network as the part of IPv6 that stands for it (RFC 4291, 2.5.5.2): both families are compared in one way. */
const mapped = '::ffff:';

const groupsOf = (half: string): bigint[] =>
  half
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => {
      if (!group.includes('.')) return [BigInt(`0x${group}`)];
      const [first = 0, second = 0, third = 0, fourth = 0] = group.split('.').map(Number);

      return [BigInt(first * 256 + second), BigInt(third * 256 + fourth)];
    });

/** The 128 bits of an address that `isNetwork` has let pass. */
const numberOf = (address: string): bigint => {
  const [front = '', back] = (isIPv4(address) ? `${mapped}${address}` : address).split('::');
  const [before, after] = [groupsOf(front), groupsOf(back ?? '')];
  const middle = Array<bigint>(8 - before.length - after.length).fill(0n);

  return [...before, ...middle, ...after].reduce((sum, group) => (sum << 16n) | group, 0n);
};

const rangeOf = (network: string): { start: bigint; size: bigint } => {
  const [address = '', bits = ''] = network.split('/');
  const free = BigInt((isIPv4(address) ? 32 : 128) - Number(bits));

  return { start: (numberOf(address) >> free) << free, size: 1n << free };
};

/** Whether every address of a network in CIDR notation is in the other one too. */
export const isWithin = (inner: string, outer: string): boolean => {
  const [one, other] = [rangeOf(inner), rangeOf(outer)];

  return one.start >= other.start && one.start + one.size <= other.start + other.size;
};

/** Whether two networks in CIDR notation have an address in common: then one of them is within the other. */
export const overlap = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);

/** A well-known prefix behind which a translator reaches IPv4 from IPv6 (RFC 6052, 2.1). */
const translated = '64:ff9b::';

/** The IPv6 network by which a translator reaches an IPv4 network; none for one of IPv6. */
const throughTranslator = (network: string): string[] => {
  const [address = '', bits = ''] = network.split('/');
  if (!isIPv4(address)) return [];
  const [high, low] = groupsOf(address);

  return [`${translated}${high?.toString(16)}:${low?.toString(16)}/${96 + Number(bits)}`];
};

/** Networks, and those by which a translator reaches what is of IPv4 in them: on clusters that only have IPv6. */
export const andTranslated = (networks: string[]): string[] => [...networks, ...networks.flatMap(throughTranslator)];

const isSameFamily = (one: string, other: string): boolean => one.includes(':') === other.includes(':');

/**
 * Of these networks those that an `ipBlock` of a NetworkPolicy may leave out of its network: what is strictly within it,
 * in the same family (networking.k8s.io/v1, IPBlock.except), each once, and none that another one holds.
 */
export const exceptionsIn = (network: string, closed: string[]): string[] => {
  const inside = [...new Set(closed)].filter(
    (other) => isSameFamily(other, network) && isWithin(other, network) && !isWithin(network, other),
  );

  return inside
    .filter((other, index) =>
      inside.every(
        (wider, place) => place === index || !isWithin(other, wider) || (isWithin(wider, other) && index < place),
      ),
    )
    .sort();
};

/** Addresses from the first to the one after the last. */
interface Range {
  from: bigint;
  to: bigint;
}

const whole = (network: string): Range => {
  const { start, size } = rangeOf(network);

  return { from: start, to: start + size };
};

/** What is left of ranges without one. */
const minus = (ranges: Range[], { from, to }: Range): Range[] =>
  ranges.flatMap((range) =>
    [
      { from: range.from, to: range.to < from ? range.to : from },
      { from: range.from > to ? range.from : to, to: range.to },
    ].filter((left) => left.from < left.to),
  );

/** A network, without others that stay closed in it: what an `ipBlock` of a NetworkPolicy opens. */
export interface Block {
  network: string;
  except: string[];
}

const rangesIn = ({ network, except }: Block): Range[] => except.map(whole).reduce(minus, [whole(network)]);

/** Whether every address that a block opens is opened by others too, by one of them or by several. */
export const isOpenedBy = (block: Block, others: Block[]): boolean =>
  others
    .filter(({ network }) => isSameFamily(network, block.network))
    .flatMap(rangesIn)
    .reduce(minus, rangesIn(block)).length === 0;

/** Of each family all addresses of the Internet, without those that are only somewhere (RFC 6890; RFC 4291, 2.4). */
const internet: Block[] = [
  {
    network: '0.0.0.0/0',
    except: [
      ...[
        '0.0.0.0/8',
        '10.0.0.0/8',
        '100.64.0.0/10',
        '127.0.0.0/8',
        '169.254.0.0/16',
        '172.16.0.0/12',
        '192.168.0.0/16',
      ],
      '224.0.0.0/3',
    ],
  },
  { network: '2000::/3', except: [] },
];

/** Whether networks together are everybody on the Internet, of one family at least. */
export const areEverybody = (networks: string[]): boolean =>
  internet.some((all) =>
    isOpenedBy(
      all,
      networks.map((network) => ({ network, except: [] })),
    ),
  );
