import { expect, test } from 'vitest';
import { connects, type End, type Policy } from '../../support/network-policies.ts';

const namespaces = ['a', 'b'].map((name) => ({ name, labels: { name } }));
const policy = (spec: object): Policy => ({ namespace: 'b', spec: { podSelector: {}, ...spec } });
const fromA = { namespaceSelector: { matchLabels: { name: 'a' } } };
const a: End = { namespace: 'a' };
const b: End = { namespace: 'b' };
const web: End = { namespace: 'b', labels: { app: 'web' } };
const outside: End = { address: '10.1.2.3' };
const port = { protocol: 'TCP', port: 80 } as const;

test.each<{ name: string; from: End; to: End; policies: Policy[]; want: boolean }>([
  { name: 'without policies everything connects', from: a, to: b, policies: [], want: true },
  { name: 'a policy without rules closes', from: a, to: b, policies: [policy({})], want: false },
  { name: 'a policy is about its own namespace', from: b, to: a, policies: [policy({})], want: true },
  {
    name: 'without policyTypes, rules for egress make it about egress',
    from: b,
    to: a,
    policies: [policy({ egress: [{ to: [{ podSelector: {} }] }] })],
    want: false,
  },
  { name: 'a rule without peers opens', from: a, to: b, policies: [policy({ ingress: [{}] })], want: true },
  {
    name: 'a second policy opens more',
    from: a,
    to: b,
    policies: [policy({}), policy({ ingress: [{ from: [fromA] }] })],
    want: true,
  },
  {
    name: 'a podSelector alone means the own namespace',
    from: a,
    to: b,
    policies: [policy({ ingress: [{ from: [{ podSelector: {} }] }] })],
    want: false,
  },
  {
    name: 'a peer with both selectors needs both',
    from: a,
    to: b,
    policies: [policy({ ingress: [{ from: [{ ...fromA, podSelector: { matchLabels: { app: 'web' } } }] }] })],
    want: false,
  },
  {
    name: 'another port is closed',
    from: a,
    to: b,
    policies: [policy({ ingress: [{ from: [fromA], ports: [{ protocol: 'TCP', port: 81 }] }] })],
    want: false,
  },
  {
    name: 'a pod that is not selected is open',
    from: a,
    to: b,
    policies: [policy({ podSelector: { matchLabels: { app: 'web' } } })],
    want: true,
  },
  {
    name: 'a pod that is selected is not',
    from: a,
    to: web,
    policies: [policy({ podSelector: { matchLabels: { app: 'web' } } })],
    want: false,
  },
  {
    name: 'an address in the block',
    from: b,
    to: outside,
    policies: [policy({ egress: [{ to: [{ ipBlock: { cidr: '10.1.0.0/16' } }] }] })],
    want: true,
  },
  {
    name: 'an address that the block leaves out',
    from: b,
    to: outside,
    policies: [policy({ egress: [{ to: [{ ipBlock: { cidr: '10.1.0.0/16', except: ['10.1.2.0/24'] } }] }] })],
    want: false,
  },
  {
    name: 'an address of the other family',
    from: b,
    to: { address: '2001:db8::1' },
    policies: [policy({ egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] })],
    want: false,
  },
  {
    name: 'an address outside the block',
    from: b,
    to: outside,
    policies: [policy({ egress: [{ to: [{ ipBlock: { cidr: '10.1.2.4/31' } }] }] })],
    want: false,
  },
])('$name', ({ from, to, policies, want }) => {
  expect(connects(from, to, port, { policies, namespaces })).toBe(want);
});

test.each<{ from: End; spec: object }>([
  { from: a, spec: { ingress: [{ from: [{ namespaceSelector: { matchExpressions: [] } }] }] } },
  { from: a, spec: { ingress: [{ ports: [{ protocol: 'TCP', port: 1, endPort: 65535 }] }] } },
  { from: outside, spec: { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', but: [] } }] }] } },
  { from: a, spec: { somethingNew: [] } },
])('what is not evaluated throws: $spec', ({ from, spec }) => {
  expect(() => connects(from, b, port, { policies: [policy(spec)], namespaces })).toThrow('which is not evaluated');
});
