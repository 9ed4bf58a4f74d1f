import { isIPv4, isIPv6 } from 'node:net';
import type { KubernetesObject } from '../../functions/objects/resource.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const named = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** A subdomain of DNS (k8s.io/apimachinery, IsDNS1123Subdomain). */
const isSubdomain = (text: string): boolean => text.length <= 253 && text.split('.').every((part) => label.test(part));

/** A key of a label (k8s.io/apimachinery, IsQualifiedName). */
const isKey = (text: string): boolean => {
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';

  return (
    parts.length <= 2 && name.length <= 63 && named.test(name) && (parts.length === 1 || isSubdomain(parts[0] ?? ''))
  );
};

const isValue = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= 63 && (value === '' || named.test(value));

const labelFaults = (labels: unknown): string[] =>
  isRecord(labels)
    ? Object.entries(labels).flatMap(([key, value]) => (isKey(key) && isValue(value) ? [] : [`label ${key}=${value}`]))
    : labels === undefined
      ? []
      : ['labels that are none'];

/** Bits of an address, of both families apart. */
const bitsOf = (address: string): string => {
  if (isIPv4(address))
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const url = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [front = '', back] = url.split('::');
  const [before, after] = [front, back ?? ''].map((half) => half.split(':').filter((part) => part !== ''));
  const middle = Array<string>(8 - (before?.length ?? 0) - (after?.length ?? 0)).fill('0');

  return [...(before ?? []), ...middle, ...(after ?? [])]
    .map((part) => Number.parseInt(part, 16).toString(2).padStart(16, '0'))
    .join('');
};

/** A CIDR as Go reads it; IPv4 within IPv6 is IPv4 for a data plane and IPv6 for a mask, so it is none here. */
const isCidr = (cidr: unknown): cidr is string => {
  if (typeof cidr !== 'string') return false;
  const [address = '', bits = '', ...rest] = cidr.split('/');
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  if (rest.length > 0 || !/^[0-9]{1,3}$/.test(bits) || Number(bits) > most) return false;

  return isIPv4(address) || Number(bits) < 96 || !/^0{80}1{16}/.test(bitsOf(address));
};

const isStrictlyWithin = (inner: string, outer: string): boolean => {
  const [[one = '', longer = ''], [other = '', shorter = '']] = [inner.split('/'), outer.split('/')];

  return (
    isIPv4(one) === isIPv4(other) &&
    Number(longer) > Number(shorter) &&
    bitsOf(one).slice(0, Number(shorter)) === bitsOf(other).slice(0, Number(shorter))
  );
};

const selectorFaults = (selector: unknown): string[] =>
  isRecord(selector) ? labelFaults(selector.matchLabels) : selector === undefined ? [] : ['a selector that is none'];

const peerFaults = (peer: unknown): string[] => {
  if (!isRecord(peer) || Object.keys(peer).length === 0) return ['a peer that is nobody'];
  const { ipBlock } = peer;
  if (ipBlock === undefined) return [...selectorFaults(peer.podSelector), ...selectorFaults(peer.namespaceSelector)];
  if (!isRecord(ipBlock) || !isCidr(ipBlock.cidr)) return [`network ${JSON.stringify(ipBlock)}`];
  const { cidr } = ipBlock;

  return listOf(ipBlock.except).flatMap((except) =>
    isCidr(except) && isStrictlyWithin(except, cidr) ? [] : [`exception ${except} of ${cidr}`],
  );
};

const portFaults = (entry: unknown): string[] =>
  isRecord(entry) &&
  ['TCP', 'UDP', 'SCTP'].includes(`${entry.protocol}`) &&
  Number.isInteger(entry.port) &&
  Number(entry.port) >= 1 &&
  Number(entry.port) <= 65535
    ? []
    : [`port ${JSON.stringify(entry)}`];

const policyFaults = ({ spec = {} }: KubernetesObject): string[] => [
  ...selectorFaults(spec.podSelector),
  ...[...listOf(spec.ingress), ...listOf(spec.egress)].flatMap((rule) => {
    const { from, to, ports } = rule as Record<string, unknown>;
    return [...[...listOf(from), ...listOf(to)].flatMap(peerFaults), ...listOf(ports).flatMap(portFaults)];
  }),
];

const bindingFaults = ({ subjects, roleRef }: KubernetesObject): string[] => [
  ...listOf(subjects).flatMap((subject) => {
    const name = isRecord(subject) ? `${subject.name ?? ''}` : '';
    return name === '' || /\p{Cc}/u.test(name) ? [`subject ${JSON.stringify(subject)}`] : [];
  }),
  ...(isRecord(roleRef) && roleRef.name !== '' ? [] : ['no role']),
];

const quantity = /^[0-9]+(\.[0-9]+)?(m|[KMGTPE]i?|)$/;

/** Every field of these names is a map of quantities. */
const quantityFaults = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.flatMap(quantityFaults)
    : isRecord(value)
      ? Object.entries(value).flatMap(([key, inner]) =>
          ['hard', 'max', 'default', 'defaultRequest'].includes(key) && isRecord(inner)
            ? Object.entries(inner).flatMap(([name, amount]) =>
                typeof amount === 'string' && quantity.test(amount) ? [] : [`${name}: ${JSON.stringify(amount)}`],
              )
            : quantityFaults(inner),
        )
      : [];

const isName = (kind: string, name: string): boolean =>
  // Names of RBAC are segments of a path.
  ['Role', 'RoleBinding', 'ClusterRole'].includes(kind)
    ? name !== '' && !/[/%]/.test(name) && !['.', '..'].includes(name)
    : kind === 'Namespace'
      ? name.length <= 63 && label.test(name)
      : isSubdomain(name);

/** What an API server refuses in an object of a core kind, by its own rules (k8s.io/kubernetes v1.35, pkg/apis validation). */
export const kubernetesFaults = (object: KubernetesObject): string[] => {
  const { kind, metadata = {}, spec } = object;
  const { name = '', namespace } = metadata;

  return [
    ...(isName(kind, name) ? [] : [`name ${name}`]),
    ...(namespace === undefined || (namespace.length <= 63 && label.test(namespace)) ? [] : [`namespace ${namespace}`]),
    ...labelFaults(metadata.labels),
    ...(kind === 'NetworkPolicy' ? policyFaults(object) : []),
    ...(kind === 'RoleBinding' ? bindingFaults(object) : []),
    ...(['ResourceQuota', 'LimitRange'].includes(kind) ? quantityFaults(spec) : []),
  ].map((fault) => `${kind} ${name}: ${fault}`);
};
