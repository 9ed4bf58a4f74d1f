import { generateKeyPairSync } from 'node:crypto';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../control-plane/examples.ts';
import type { KubernetesObject } from '../control-plane/objects.ts';
import type { Migrated } from './migration.ts';

const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/** What is wrong in a Zone, and words of the hub's API server for it; none where it must be taken. */
const zones: {
  what: string;
  postgres?: object;
  kubernetes?: object;
  bundle?: (right: string) => string;
  says?: string;
}[] = [
  {
    what: 'a host with a scheme',
    postgres: { endpoint: { host: 'https://spike.example.org' } },
    says: 'use a DNS name',
  },
  {
    what: 'a host with a port',
    postgres: { readEndpoint: { host: 'spike.example.org:5432' } },
    says: 'use a DNS name',
  },
  { what: 'a network that is none', postgres: { networks: ['10.0.0.0/33'] }, says: 'use a network in CIDR' },
  {
    what: 'a default above max',
    postgres: { connections: { default: 61, max: 60 } },
    says: 'the default may not be above',
  },
  { what: 'a private key in a bundle', bundle: (right) => `${right}\n${key}`, says: 'take the private key out' },
  {
    what: 'the base64 of a bundle',
    bundle: (right) => Buffer.from(right).toString('base64'),
    says: 'not the base64 of it',
  },
  {
    what: 'a bundle of 154 KB',
    bundle: (right) => right.repeat(154_000 / right.length),
    says: 'use the bundle of the region',
  },
  {
    what: 'an API server without https',
    kubernetes: { server: 'http://aqua.example.org' },
    says: 'use an https address',
  },
  { what: 'an API server behind a path', kubernetes: { server: 'https://rancher.example.org/k8s/clusters/c-m-1/' } },
  { what: 'an API server at an IPv6 address', kubernetes: { server: 'https://[2001:db8::7]:6443' } },
  { what: 'an API server without a bundle', kubernetes: { caBundle: undefined } },
  { what: 'IPv6 addresses', postgres: { endpoint: { host: '2001:db8::5' }, networks: ['2001:db8::/32'] } },
];

const errorOf = async (ask: Promise<unknown>): Promise<string> =>
  ask.then(
    () => '',
    ({ message }: Error) => message,
  );

/** What the hub's API server says of Zones with something odd in them: its own words, and never a line of a key. */
const askedOfHub = async (controlPlane: ControlPlane): Promise<Migrated[]> => {
  const frontier = withLiveValues(readExamples('platform/zones')[0] as KubernetesObject, controlPlane);
  const results: Migrated[] = [];
  for (const { what, postgres, kubernetes, bundle, says } of zones) {
    const zone = structuredClone(frontier);
    zone.metadata.name = 'tried';
    for (const component of zone.spec?.components ?? []) {
      if (component.postgres) Object.assign(component.postgres, postgres);
      if (component.postgres && bundle) component.postgres.caBundle = bundle(component.postgres.caBundle);
      if (component.kubernetes) Object.assign(component.kubernetes, kubernetes);
    }
    const said = await errorOf(controlPlane.hub.apply(zone, { dryRun: true }));
    const isShown = key.split('\n').some((line) => line.length > 20 && !line.startsWith('-') && said.includes(line));
    const isRight = !isShown && (says === undefined ? said === '' : said.includes(says));
    results.push({ tool: 'Zone', what, isRight, said: isShown ? 'a line of the key' : said.slice(0, 300) });
  }

  return results;
};

/** Whether the example's workload, and a pod of it, may be there, in a namespace with the restricted standard. */
const askedOfCluster = async ({ aqua }: ControlPlane): Promise<Migrated[]> => {
  const results: Migrated[] = [];
  for (const object of readExamples('connect')) {
    if (object.kind === undefined) continue;
    const pod = object.spec?.template as { metadata: object; spec: object } | undefined;
    const metadata = { name: object.metadata.name, namespace: object.metadata.namespace ?? '' };
    const objects = pod
      ? [
          object,
          { apiVersion: 'v1', kind: 'Pod', ...pod, metadata: { ...pod.metadata, ...metadata } } as KubernetesObject,
        ]
      : [object];
    for (const each of objects) {
      const said = await errorOf(aqua.apply(each, { dryRun: true }));
      results.push({ tool: 'examples/connect', what: each.kind, isRight: said === '', said: said.slice(0, 300) });
    }
  }

  return results;
};

/** What real API servers say of what the page and the reference say. */
export const admitted = async (controlPlane: ControlPlane): Promise<Migrated[]> => [
  ...(await askedOfHub(controlPlane)),
  ...(await askedOfCluster(controlPlane)),
];
