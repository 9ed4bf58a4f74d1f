import { join } from 'node:path';
import type { BuiltTool } from '../../../package/tools/tools.ts';
import type { ProcessSpecification } from '../processes.ts';
import { clusterDirectory } from './identities.ts';
import { hubPlace, type Place } from './layout.ts';

/** An API server that knows nodes, as every cluster has it; logs and exec reach the kubelet by a certificate. */
export const apiServer = (tool: BuiltTool, state: string, place: Place): ProcessSpecification => {
  const file = (name: string) => join(clusterDirectory(state, place), name);

  return {
    name: `${place.name}-apiserver`,
    command: tool.binary('kube-apiserver'),
    arguments: [
      ...['--etcd-servers=http://127.0.0.1:2379', `--etcd-prefix=/${place.name}`, '--secure-port=6443'],
      ...[`--bind-address=${place.address}`, `--advertise-address=${place.address}`],
      ...[`--tls-cert-file=${file('apiserver.crt')}`, `--tls-private-key-file=${file('apiserver.key')}`],
      ...[`--client-ca-file=${file('ca.crt')}`, `--token-auth-file=${file('tokens.csv')}`],
      '--service-account-issuer=https://kubernetes.default.svc',
      ...[`--service-account-key-file=${file('sa.key')}`, `--service-account-signing-key-file=${file('sa.key')}`],
      ...[
        `--kubelet-client-certificate=${file('kubelet-client.crt')}`,
        `--kubelet-client-key=${file('kubelet-client.key')}`,
      ],
      ...['--kubelet-preferred-address-types=InternalIP', '--authorization-mode=Node,RBAC'],
      ...['--enable-admission-plugins=NodeRestriction', `--service-cluster-ip-range=${place.services}`],
      ...['--allow-privileged=true', '--shutdown-delay-duration=0s', `--cert-dir=${clusterDirectory(state, place)}`],
    ],
    ready: { url: `https://${place.address}:6443/readyz` },
  };
};

/** All controllers that Kubernetes has. */
export const controllers = (tool: BuiltTool, state: string, place: Place): ProcessSpecification => {
  const file = (name: string) => join(clusterDirectory(state, place), name);

  return {
    name: `${place.name}-controllers`,
    command: tool.binary('kube-controller-manager'),
    arguments: [
      ...[`--kubeconfig=${file('kube-controller-manager.kubeconfig')}`, '--leader-elect=false'],
      ...[`--service-account-private-key-file=${file('sa.key')}`, `--root-ca-file=${file('ca.crt')}`],
      ...['--use-service-account-credentials=true', `--bind-address=${place.address}`, '--secure-port=10257'],
      `--flex-volume-plugin-dir=${file('volume-plugins')}`,
    ],
    ready: { url: `https://${place.address}:10257/healthz` },
  };
};

/** Gives pods to the one node. */
export const scheduler = (tool: BuiltTool, state: string, place: Place): ProcessSpecification => ({
  name: `${place.name}-scheduler`,
  command: tool.binary('kube-scheduler'),
  arguments: [
    `--kubeconfig=${join(clusterDirectory(state, place), 'kube-scheduler.kubeconfig')}`,
    ...['--leader-elect=false', `--bind-address=${place.address}`, '--secure-port=10259'],
  ],
  ready: { url: `https://${place.address}:10259/healthz` },
});

/** Makes the addresses of the hub's Services lead to pods. */
export const proxy = (tool: BuiltTool, state: string): ProcessSpecification => ({
  name: 'hub-proxy',
  command: tool.binary('kube-proxy'),
  arguments: [
    `--kubeconfig=${join(clusterDirectory(state, hubPlace), 'kube-proxy.kubeconfig')}`,
    ...['--hostname-override=hub-1', '--proxy-mode=iptables', `--cluster-cidr=${hubPlace.pods}`],
    ...[
      '--conntrack-max-per-core=0',
      '--healthz-bind-address=127.0.0.1:10256',
      '--metrics-bind-address=127.0.0.1:10249',
    ],
    `--nodeport-addresses=${hubPlace.address}/32`,
  ],
  ready: { url: 'http://127.0.0.1:10256/livez' },
});
