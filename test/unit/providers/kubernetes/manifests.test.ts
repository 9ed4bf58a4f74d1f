import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { zoneSettings } from '../../../../functions/providers/kubernetes/settings.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { squadSpec } from '../../../../functions/squad/schema.ts';
import { cases } from '../../../support/cases.ts';
import { billingOn, registryOf } from '../../../support/clusters.ts';
import { example } from '../../../support/examples.ts';
import { kubernetesFaults } from '../../../support/kubernetes-rules.ts';
import { manifestsOf, squadWith } from '../../../support/registered.ts';

/** Mostly what is right, and now and then what somebody may come upon. */
const mostly = <Value>(right: fc.Arbitrary<Value>, odd: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: odd });

const texts = fc.oneof(fc.string({ maxLength: 70, unit: 'grapheme' }), fc.stringMatching(/^[-_.a-zA-Z0-9/:]{0,70}$/));
const keys = mostly(fc.constantFrom('app', 'k8s-app', 'example.org/app', 'A_b.c'), texts);
const values = mostly(fc.constantFrom('kube-dns', '', 'a_B.1'), texts);
const labels = fc.dictionary(keys, values, { maxKeys: 2 });
const namespaces = fc.uniqueArray(mostly(fc.constantFrom('kube-system', 'ingress', 'a'), texts), { maxLength: 2 });
const ports = fc.uniqueArray(mostly(fc.constantFrom(1, 53, 443, 65535), fc.integer({ min: -1, max: 70000 })), {
  minLength: 1,
  maxLength: 2,
});
const octet = fc.nat(255);
const addresses = fc.oneof(
  fc
    .tuple(fc.constantFrom('10.244', '10.96', '169.254', '203.0', '01.2'), octet, octet)
    .map((parts) => parts.join('.')),
  fc.constantFrom(
    '2001:db8::7',
    'fd00:ec2::254',
    '::',
    '::ffff:169.254.0.0',
    '::ffff:0:0',
    '64:ff9b::a9fe:a9fe',
    '::1',
  ),
);
const network = mostly(
  fc
    .tuple(addresses, fc.constantFrom(0, 1, 8, 16, 24, 32))
    .map(([base, bits]) => `${base}/${base.includes(':') ? bits * 4 : bits}`),
  fc.oneof(
    texts,
    fc.tuple(addresses, fc.integer({ min: -1, max: 130 })).map(([base, bits]) => `${base}/${bits}`),
  ),
);
const networks = fc.uniqueArray(network, { maxLength: 3 });
const destination = fc.record({
  networks,
  namespaces,
  ports,
  reaches: fc.constantFrom('outside', 'cluster', 'metadata'),
});
const amounts = { min: -1, max: 9000 };

/** What a Zone may say of a cluster, as far as it comes into a manifest. */
const zone = fc.record({
  clusterNetworks: mostly<string[]>(fc.constant(['10.244.0.0/16', '10.96.0.0/12']), networks),
  dns: fc.record({ namespaces, podLabels: labels, networks, ports }),
  ingressNamespaces: namespaces,
  ingressNetworks: networks,
  egress: fc.record({ one: destination }, { requiredKeys: [] }),
  groupPrefix: mostly(fc.constantFrom('', 'oidc:'), texts),
  deployers: fc.constantFrom('token', 'group'),
  sizes: fc.record({
    small: fc.record(
      { memory: fc.integer(amounts), ephemeralStorage: fc.integer(amounts), volumes: fc.integer(amounts) },
      { requiredKeys: [] },
    ),
  }),
});

let taken = 0;
afterAll(() => console.log(`${taken} Zones were accepted, and looked at as a cluster would`));

test('whatever a Zone says and is accepted with, a cluster takes every manifest that comes of it', () => {
  fc.assert(
    fc.property(zone, ({ egress, ...rest }) => {
      const given = { ...rest, ...(egress.one && { egress }) };
      const parsed = zoneSettings.safeParse({
        credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua' },
        server: 'https://aqua.example.org',
        ...given,
      });
      fc.pre(parsed.success);
      taken += 1;
      const registry = registryOf({ zone: given }).map((object) =>
        object.kind === 'Squad' ? squadWith('galaxy', { deployerGroup: 'pipelines', guestGroup: 'guests' }) : object,
      );
      const service = billingOn({ allowFrom: ['shop'], ...(egress.one && { egress: ['one'] }) });
      const { response, refusal } = simulate(service, registry);
      expect(refusal).toBeUndefined();
      const manifests: KubernetesObject[] = Object.values(manifestsOf(response.desired?.resources ?? {}));
      expect(manifests.some(({ kind }) => kind === 'NetworkPolicy')).toBe(true);
      expect(manifests.flatMap(kubernetesFaults)).toEqual([]);
    }),
    { numRuns: cases, maxSkipsPerRun: 1000 },
  );
});

const longest = `${'a'.repeat(253)}/${'b'.repeat(63)}`;
const odd = [
  '',
  ' app',
  'app ',
  'my app',
  '-app',
  'app.',
  'a/b/c',
  '/app',
  'Example.org/app',
  `${'a'.repeat(254)}/b`,
  'b'.repeat(64),
  'a\n',
];
const zoneWith = (podLabels: object) =>
  zoneSettings.safeParse({
    credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua' },
    server: 'https://aqua.example.org',
    dns: { podLabels },
  });
const squad = (matchLabels: object) => squadSpec.safeParse({ zoneSelector: { matchLabels } });

test.each(['app', 'example.org/app', 'A_b.c', longest])('key %j is one of a label', (key) => {
  expect([zoneWith({ [key]: 'x' }).success, squad({ [key]: 'x' }).success]).toEqual([true, true]);
});

test.each(odd)('key %j is none, and is refused with what would be right', (key) => {
  for (const parsed of [zoneWith, squad].map((read) => read(JSON.parse(JSON.stringify({ [key]: 'x' }))))) {
    expect(parsed.error?.issues[0]?.message).toContain('use keys of labels, as team or example.org/team');
  }
});

test.each(['two words', '-', 'ä', 'x'.repeat(64)])('value %j is none of a label', (value) => {
  expect([zoneWith({ app: value }).success, squad({ app: value }).success]).toEqual([false, false]);
});

test('the example is one that a cluster takes', () => {
  expect(kubernetesFaults(example('Zone', 'frontier'))).toEqual([]);
  expect(
    kubernetesFaults({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'A', labels: { 'my app': '' } } }),
  ).toEqual(['Secret A: name A', 'Secret A: label my app=']);
});
