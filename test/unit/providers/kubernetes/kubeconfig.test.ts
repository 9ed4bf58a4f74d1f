import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { billingOn, registryOf } from '../../../support/clusters.ts';

/** The deployer's kubeconfig on the hub, as a pipeline fetches it. */
const kubeconfigFor = (zone: Record<string, unknown>): { clusters: { cluster: Record<string, unknown> }[] } => {
  const secrets = Object.values(simulate(billingOn({}), registryOf({ zone } as never)).observed)
    .map(({ resource }) => resource as unknown as { kind: string; data?: Record<string, string> })
    .filter(({ kind, data }) => kind === 'Secret' && data?.kubeconfig !== undefined);
  expect(secrets.length).toBe(1);

  return parse(Buffer.from(secrets[0]?.data?.kubeconfig ?? '', 'base64').toString());
};

const servers = [
  ['https://aqua.example.org:6443', 'https://aqua.example.org:6443'],
  ['https://aqua.example.org/', 'https://aqua.example.org'],
  ['https://rancher.example.org/k8s/clusters/c-m-rs4hv9xr', 'https://rancher.example.org/k8s/clusters/c-m-rs4hv9xr'],
  ['https://rancher.example.org/k8s/clusters/c-m-rs4hv9xr/', 'https://rancher.example.org/k8s/clusters/c-m-rs4hv9xr'],
  ['https://[2001:db8::7]:6443', 'https://[2001:db8::7]:6443'],
];
test.each(servers)(
  'of a cluster at %s leads to %s, with its authority only where it has one of its own',
  (server, leads) => {
    const { cluster: open } = kubeconfigFor({ server, caBundle: null }).clusters[0] ?? { cluster: {} };
    expect(open).toEqual({ server: leads });
    // The example's Zone says one.
    const { cluster: own } = kubeconfigFor({ server }).clusters[0] ?? { cluster: {} };
    expect(own).toEqual({ server: leads, 'certificate-authority-data': expect.any(String) });
  },
);
