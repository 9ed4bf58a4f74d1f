import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Authority } from '../certificates.ts';
import type { Cluster } from '../kubernetes.ts';
import { kubeconfig } from '../kubernetes-servers.ts';

/** Writes a kubeconfig of a ServiceAccount, good for a day, into a directory, and answers the file's path. */
export const accountKubeconfig = async (
  hub: Cluster,
  { name, namespace }: { name: string; namespace: string },
  directory: string,
): Promise<string> => {
  const { status } = await hub.request<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } },
  );
  const file = join(directory, `${name}.kubeconfig`);
  const authority = { certificate: hub.certificate } as Authority;
  const content = kubeconfig({ name: 'hub', server: hub.server, authority, user: name, token: status.token });
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });

  return file;
};
