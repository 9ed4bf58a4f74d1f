import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Authority } from '../certificates.ts';
import type { ControlPlane, ZoneServers } from '../control-plane.ts';
import type { Cluster } from '../kubernetes.ts';
import { kubeconfig } from '../kubernetes-servers.ts';
import type { PostgresConnection } from '../postgres.ts';
import type { Plan } from './plan.ts';

/** What a platform's administrator would put on the hub: how to reach the server spike and the cluster aqua of each Zone. */
export const registerZoneCredentials = async ({ directory }: Plan, controlPlane: ControlPlane): Promise<void> => {
  const { hub, meadow } = controlPlane;
  const certificate = readFileSync(join(directory, 'kubernetes-ca.crt'), 'utf8');
  const register = async (prefix: string, { aqua, postgres }: ZoneServers) => {
    await applySecret(hub, `${prefix}aqua-kubeconfig`, { kubeconfig: await remoteKubeconfig(aqua, certificate) });
    await registerAdministrator(hub, `${prefix}spike-admin`, postgres);
    await registerJanitor(hub, `${prefix}spike-janitor`, postgres);
  };
  await Promise.all([register('', controlPlane), register('meadow-', meadow)]);
};

/** Puts a server's administrator into a Secret on the hub, which a Zone then names. */
export const registerAdministrator = (hub: Cluster, name: string, { admin, host, port }: PostgresConnection) =>
  applySecret(hub, name, { username: admin.user, password: admin.password, endpoint: host, port: String(port) });

/** Puts a server's janitor into a Secret on the hub, which a Zone then names. */
export const registerJanitor = (hub: Cluster, name: string, { janitor, host, port }: PostgresConnection) =>
  applySecret(
    hub,
    name,
    { username: `${janitor?.user}`, password: `${janitor?.password}`, endpoint: host, port: String(port) },
    'squadkit-janitor',
  );

/** A kubeconfig of the ServiceAccount with which Squadkit comes to a cluster. */
const remoteKubeconfig = async (aqua: Cluster, certificate: string): Promise<string> => {
  const { status } = await aqua.request<{ status: { token: string } }>(
    'POST',
    '/api/v1/namespaces/squadkit-system/serviceaccounts/squadkit/token',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 365 * 86_400 } },
  );
  const authority = { certificate } as Authority;

  return kubeconfig({ name: 'aqua', server: aqua.server, authority, user: 'squadkit', token: status.token });
};

const applySecret = (hub: Cluster, name: string, stringData: Record<string, string>, namespace = 'squadkit-system') =>
  hub.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData });
