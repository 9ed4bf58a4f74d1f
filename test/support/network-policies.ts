import { BlockList } from 'node:net';

/**
 * What NetworkPolicies let through, by analysis: no packet is sent. The meaning is that of networking.k8s.io/v1 as its
 * API reference states it:
 *
 * - A pod that no policy selects for a direction lets everything through in it; one that some select lets through what
 *   the rules of any of them allow, and nothing else.
 * - A policy selects pods of its own namespace. It is about ingress always or if policyTypes says so, about egress if
 *   policyTypes says so.
 * - A rule lets through what fits one of its peers and one of its ports; no peers mean everybody, no ports every port.
 * - A peer with a podSelector alone means pods of the policy's namespace, with a namespaceSelector also pods of the
 *   namespaces with these labels; an ipBlock means addresses, also those of pods where they are given: plugins differ in
 *   that, and what must be closed must be with all of them.
 * - A connection needs the caller's egress and the callee's ingress. Answers need nothing.
 *
 * A field that is not evaluated here throws: what is not understood proves nothing.
 */

export interface Namespace {
  name: string;
  labels: Record<string, string>;
}

/** A pod in a namespace, or an address outside the cluster. */
export type End =
  | { namespace: string; labels?: Record<string, string>; address?: string }
  | { address: string; namespace?: undefined };

interface Selector {
  matchLabels?: Record<string, string>;
}

interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}

interface Rule {
  peers: Peer[] | undefined;
  ports: { protocol: string; port: number }[] | undefined;
}

export interface Policy {
  namespace: string;
  spec: Record<string, unknown>;
}

export interface Port {
  protocol: 'TCP' | 'UDP';
  port: number;
}

/** Throws if an object has other fields than these. */
const only = (object: object, fields: string[], where: string): void => {
  const other = Object.keys(object).find((field) => !fields.includes(field));
  if (other !== undefined) throw new Error(`${where} has a field ${other}, which is not evaluated`);
};

const selects = (selector: Selector, labels: Record<string, string>): boolean => {
  only(selector, ['matchLabels'], 'a selector');

  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
};

const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');

const contains = (cidr: string, address: string): boolean => {
  const [base = '', bits = ''] = cidr.split('/');
  if (familyOf(base) !== familyOf(address)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), familyOf(base));

  return list.check(address, familyOf(address));
};

const isPeer = (peer: Peer, policy: Policy, end: End, namespaces: Namespace[]): boolean => {
  only(peer, ['podSelector', 'namespaceSelector', 'ipBlock'], 'a peer');
  if (peer.ipBlock !== undefined) {
    only(peer.ipBlock, ['cidr', 'except'], 'an ipBlock');
    const { address } = end;
    if (address === undefined || !contains(peer.ipBlock.cidr, address)) return false;

    return !(peer.ipBlock.except ?? []).some((cidr) => contains(cidr, address));
  }
  if (end.namespace === undefined) return false;
  if (peer.podSelector !== undefined && !selects(peer.podSelector, end.labels ?? {})) return false;
  if (peer.namespaceSelector === undefined) return end.namespace === policy.namespace;
  const namespace = namespaces.find(({ name }) => name === end.namespace);
  if (namespace === undefined) throw new Error(`there is no namespace ${end.namespace}`);

  return selects(peer.namespaceSelector, namespace.labels);
};

const rulesOf = (policy: Policy, direction: 'ingress' | 'egress'): Rule[] => {
  only(policy.spec, ['podSelector', 'policyTypes', 'ingress', 'egress'], 'a policy');
  const side = direction === 'ingress' ? 'from' : 'to';

  return ((policy.spec[direction] ?? []) as Record<string, unknown>[]).map((rule) => {
    only(rule, [side, 'ports'], `a rule for ${direction}`);
    for (const port of (rule.ports ?? []) as object[]) only(port, ['protocol', 'port'], 'a port');

    return { peers: rule[side] as Rule['peers'], ports: rule.ports as Rule['ports'] };
  });
};

const isAbout = ({ spec }: Policy, type: 'Ingress' | 'Egress'): boolean => {
  const types = spec.policyTypes as string[] | undefined;

  return types === undefined ? type === 'Ingress' || spec.egress !== undefined : types.includes(type);
};

const isEmpty = (list: unknown[] | undefined): boolean => list === undefined || list.length === 0;

/** Whether one end lets through what the other one sends or gets. Outside the cluster nothing holds anything back. */
const lets = (
  direction: 'ingress' | 'egress',
  own: End,
  other: End,
  { protocol, port }: Port,
  policies: Policy[],
  namespaces: Namespace[],
): boolean => {
  if (own.namespace === undefined) return true;
  const selecting = policies.filter(
    (policy) =>
      policy.namespace === own.namespace &&
      isAbout(policy, direction === 'ingress' ? 'Ingress' : 'Egress') &&
      selects(policy.spec.podSelector as Selector, own.labels ?? {}),
  );
  if (selecting.length === 0) return true;

  return selecting.some((policy) =>
    rulesOf(policy, direction).some(
      ({ peers, ports }) =>
        (isEmpty(peers) || peers?.some((peer) => isPeer(peer, policy, other, namespaces))) &&
        (isEmpty(ports) || ports?.some((open) => open.protocol === protocol && open.port === port)),
    ),
  );
};

/** Whether a connection from one end to the other comes about. */
export const connects = (
  from: End,
  to: End,
  port: Port,
  { policies, namespaces }: { policies: Policy[]; namespaces: Namespace[] },
): boolean =>
  lets('egress', from, to, port, policies, namespaces) && lets('ingress', to, from, port, policies, namespaces);
