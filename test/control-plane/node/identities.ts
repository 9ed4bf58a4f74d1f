import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Authority, createTokenKey, type KeyPair } from '../certificates.ts';
import { kubeconfig } from '../kubernetes-servers.ts';
import type { Place } from './layout.ts';

/** The group of people who may do everything that RBAC can allow. */
export const administrators = 'kubeadm:cluster-admins';

/**
 * Who comes with a token: its user and groups, as in any cluster. The administrator is no system:masters, whom most policies
 * let pass: kubeadm's admin.conf is of this group since Kubernetes 1.29, and so is kind's.
 */
const tokenUsers = {
  admin: ['admin', administrators],
  'kube-controller-manager': ['system:kube-controller-manager', 'system:masters'],
  'kube-scheduler': ['system:kube-scheduler'],
  'kube-proxy': ['system:kube-proxy'],
} as const;

/** The directory of a cluster. */
export const clusterDirectory = (state: string, { name }: Place): string => join(state, name);

/** Writes what API server, controllers and node of a cluster read: certificates, tokens and kubeconfigs. */
export const writeIdentities = async (state: string, place: Place, authority: Authority): Promise<void> => {
  const directory = clusterDirectory(state, place);
  mkdirSync(directory, { recursive: true });
  const write = (file: string, content: string) => writeFileSync(join(directory, file), content, { mode: 0o600 });
  const writePair = (name: string, { certificate, key }: KeyPair) => {
    write(`${name}.crt`, certificate);
    write(`${name}.key`, key);
  };
  const inside = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
  const node = `${place.name}-1`;
  write('ca.crt', authority.certificate);
  write('sa.key', createTokenKey());
  writePair(
    'apiserver',
    await authority.issue('kube-apiserver', {
      addresses: [place.address, place.kubernetes],
      names: [...inside, place.host],
    }),
  );
  writePair(
    'kubelet-client',
    await authority.issue('kube-apiserver-kubelet-client', { organization: 'system:masters' }),
  );
  const ofNode = await authority.issue(`system:node:${node}`, {
    organization: 'system:nodes',
    addresses: [place.address],
    names: [node],
  });
  writePair('node', ofNode);
  const server = `https://${place.address}:6443`;
  const tokens = Object.entries(tokenUsers).map(([identity, [user, ...groups]]) => {
    const token = randomBytes(24).toString('hex');
    const content = kubeconfig({ name: place.name, server, authority, user: `${identity}-${place.name}`, token });
    write(`${identity}.kubeconfig`, content);

    return `${token},${user},${identity}${groups.length ? `,"${groups.join(',')}"` : ''}`;
  });
  write('tokens.csv', tokens.join('\n'));
  write(
    'kubelet.kubeconfig',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': place.name,
      clusters: [{ name: place.name, cluster: { server, 'certificate-authority': join(directory, 'ca.crt') } }],
      users: [
        {
          name: node,
          user: { 'client-certificate': join(directory, 'node.crt'), 'client-key': join(directory, 'node.key') },
        },
      ],
      contexts: [{ name: place.name, context: { cluster: place.name, user: node } }],
    }),
  );
};
