import { expect, test } from 'vitest';
import {
  aquaPlace,
  databases,
  hubPlace,
  meadowPlace,
  registryAddress,
  storePlace,
} from '../control-plane/node/layout.ts';
import { connects, type End, type Policy, type Port } from '../support/network-policies.ts';
import type { Scene } from './scene.ts';

interface Place {
  name: string;
  end: End;
}

const own = 'galaxy-billing';
/** From where the example's Zone lets callers in. */
const ingress = 'ingress';

const ports: Port[] = [
  ...[80, 443, 5000, 5432, 6443, 8080, 10_250].map((port): Port => ({ protocol: 'TCP', port })),
  { protocol: 'TCP', port: 53 },
  { protocol: 'UDP', port: 53 },
];

/** What is no pod of this cluster: servers and nodes of the installation, and two that are everywhere. */
const outside: Place[] = [
  ...[aquaPlace, hubPlace, meadowPlace, storePlace, ...Object.values(databases)].map(({ host, address }) => ({
    name: host,
    end: { address },
  })),
  { name: 'the registry', end: { address: registryAddress.split(':')[0] as string } },
  { name: "a machine's metadata", end: { address: '169.254.169.254' } },
  { name: 'the internet', end: { address: '203.0.113.7' } },
];

/** All that comes about with a pod of billing at one end, by what the pages say; nothing else does. */
const promised = (from: Place, to: Place, { protocol, port }: Port): boolean => {
  if (to.end.namespace === own) return from.end.namespace === own || from.end.namespace === ingress;
  if (to.end.namespace === 'kube-system') return port === 53;

  return to.name === databases.spike.host && protocol === 'TCP' && port === 5432;
};

/** The policies that the cluster holds, analysed for its pods: nothing enforces them here. */
export const networks = (scene: () => Scene): void => {
  // Guard rail: kubernetes-default-deny
  test('of all connections of a real pod, those come about that it needs, and no other in or out', async () => {
    const cluster = scene().aquaCluster;
    const [policies, namespaces, pods] = await Promise.all([
      cluster.list('networking.k8s.io/v1', 'NetworkPolicy'),
      cluster.list('v1', 'Namespace'),
      cluster.list('v1', 'Pod'),
    ]);
    const labelled = namespaces.map(({ metadata: { name, labels = {} } }) => ({ name, labels }));
    const held = {
      policies: policies.map(({ metadata, spec }): Policy => ({ namespace: metadata.namespace ?? '', spec })),
      namespaces: [...labelled, { name: ingress, labels: { 'kubernetes.io/metadata.name': ingress } }],
    };
    const ofPods: Place[] = pods.map(({ metadata: { name, namespace = '', labels = {} }, status }) => ({
      name: `${namespace}/${name}`,
      end: { namespace, labels, address: status?.podIP },
    }));
    const ofBilling = ofPods.filter(({ end }) => end.namespace === own);
    const others = [
      ...ofPods,
      ...held.namespaces.map(({ name }) => ({ name: `a pod in ${name}`, end: { namespace: name } })),
      ...outside,
    ];
    const tried = ofBilling.flatMap((pod) =>
      others.flatMap((other) =>
        ports.flatMap((port) => [
          { from: pod, to: other, port },
          { from: other, to: pod, port },
        ]),
      ),
    );
    const said = (comesAbout: (from: Place, to: Place, port: Port) => boolean) =>
      tried
        .filter(({ from, to, port }) => comesAbout(from, to, port))
        .map(({ from, to, port: { protocol, port } }) => `${from.name} to ${to.name} ${port}/${protocol}`);
    const found = said((from, to, port) => connects(from.end, to.end, port, held));
    console.log(`${tried.length} connections of ${ofBilling.length} pods analysed; ${found.length} come about`);

    expect(ofBilling.length).toBeGreaterThan(0);
    expect(found).toEqual(said(promised));
  });
};
