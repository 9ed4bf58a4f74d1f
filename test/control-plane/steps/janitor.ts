import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from '../control-plane.ts';
import { type Plan, packageDirectory } from './plan.ts';

/** Runs the janitor as its pod would be: by its bundle, with a token of its ServiceAccount and no other right. */
export const startJanitor = async ({ directory, processes }: Plan, { hub }: ControlPlane): Promise<void> => {
  const { status } = await hub.request<{ status: { token: string } }>(
    'POST',
    '/api/v1/namespaces/squadkit-janitor/serviceaccounts/janitor/token',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7 * 86_400 } },
  );
  const [token, authority] = ['token', 'ca.crt'].map((name) => join(directory, `janitor-${name}`)) as [string, string];
  writeFileSync(token, status.token, { mode: 0o600 });
  writeFileSync(authority, hub.certificate);
  await processes.run({
    name: 'janitor',
    command: process.execPath,
    arguments: [
      ...[join(packageDirectory(directory), 'janitor', 'janitor.cjs'), '--hub', hub.server],
      ...['--token-file', token, '--authority-file', authority],
    ],
  });
};
