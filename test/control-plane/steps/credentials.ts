import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Authority } from '../certificates.ts';
import type { ControlPlane } from '../control-plane.ts';
import { kubeconfig } from '../kubernetes-servers.ts';
import type { Plan } from './plan.ts';

/** What a platform's administrator would put on the hub: how to reach the server spike and the cluster aqua. */
export const registerZoneCredentials = async (
  { directory, ports }: Plan,
  { hub, aqua, postgres }: ControlPlane,
): Promise<void> => {
  const { status } = await aqua.request<{ status: { token: string } }>(
    'POST',
    '/api/v1/namespaces/squadkit-system/serviceaccounts/squadkit/token',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 365 * 86_400 } },
  );
  const authority = { certificate: readFileSync(join(directory, 'kubernetes-ca.crt'), 'utf8') } as Authority;
  const server = `https://127.0.0.1:${ports.aqua}`;
  const remote = kubeconfig({ name: 'aqua', server, authority, user: 'squadkit', token: status.token });
  const secret = (name: string, stringData: Record<string, string>) =>
    hub.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'squadkit-system' }, stringData });
  await secret('aqua-kubeconfig', { kubeconfig: remote });
  await secret('spike-admin', {
    username: postgres.admin.user,
    password: postgres.admin.password,
    endpoint: postgres.host,
    port: String(postgres.port),
  });
};
