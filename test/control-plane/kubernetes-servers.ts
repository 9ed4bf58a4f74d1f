import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { BuiltTool } from '../../package/tools/tools.ts';
import type { Authority } from './certificates.ts';
import type { ProcessSpecification } from './processes.ts';

/** Who talks to a cluster, each by a token and a kubeconfig of its own: requests can be told apart. */
export const identities = [
  'admin',
  'kube-controller-manager',
  'crossplane',
  'provider-sql',
  'provider-kubernetes',
  'runtime-controller',
] as const;

/** One of the components that talk to a cluster. */
export type Identity = (typeof identities)[number];

/** Who it is for the cluster. */
interface Account {
  user: string;
  groups: string[];
}

const crossplaneAccount = (name: string): Account => ({
  user: `system:serviceaccount:crossplane-system:${name}`,
  groups: ['system:serviceaccounts', 'system:serviceaccounts:crossplane-system'],
});

/**
 * The users and groups that they are in a cluster with nodes, so that policies see what they see there. Members of
 * system:masters may do everything; the others get their rights by ClusterRoleBindings.
 */
export const accounts: Record<Identity, Account> = {
  admin: { user: 'admin', groups: ['system:masters'] },
  'kube-controller-manager': { user: 'system:kube-controller-manager', groups: ['system:masters'] },
  crossplane: crossplaneAccount('crossplane'),
  'provider-sql': crossplaneAccount('provider-sql'),
  'provider-kubernetes': crossplaneAccount('provider-kubernetes'),
  'runtime-controller': { user: 'runtime-controller', groups: ['system:masters'] },
};

interface ClusterFiles {
  name: string;
  directory: string;
  port: number;
  authority: Authority;
  tokenKey: string;
  createToken: () => string;
  /** Where the admin's kubeconfig goes, for people. */
  adminKubeconfig: string;
}

/** Writes what an API server and its clients read: certificates, tokens and a kubeconfig per identity. */
export const writeClusterFiles = async (cluster: ClusterFiles) => {
  const { name, directory, authority, tokenKey, createToken } = cluster;
  mkdirSync(directory, { recursive: true });
  const { certificate, key } = await authority.issue(`kube-apiserver ${name}`);
  const write = (file: string, content: string) => writeFileSync(join(directory, file), content, { mode: 0o600 });
  write('apiserver.crt', certificate);
  write('apiserver.key', key);
  write('ca.crt', authority.certificate);
  write('sa.key', tokenKey);
  const tokens = identities.map((identity) => ({ identity, token: createToken() }));
  write('tokens.csv', tokens.map(({ identity, token }) => tokenLine(identity, token)).join('\n'));
  for (const { identity, token } of tokens) {
    const file = identity === 'admin' ? cluster.adminKubeconfig : join(directory, `${identity}.kubeconfig`);
    mkdirSync(join(file, '..'), { recursive: true });
    const content = kubeconfig({ name, server: `https://127.0.0.1:${cluster.port}`, authority, user: identity, token });
    writeFileSync(file, content, { mode: 0o600 });
  }
};

/** A kubeconfig with a token. */
export const kubeconfig = (of: { name: string; server: string; authority: Authority; user: string; token: string }) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': of.name,
    clusters: [
      {
        name: of.name,
        cluster: {
          server: of.server,
          'certificate-authority-data': Buffer.from(of.authority.certificate).toString('base64'),
        },
      },
    ],
    users: [{ name: of.user, user: { token: of.token } }],
    contexts: [{ name: of.name, context: { cluster: of.name, user: of.user } }],
  });

/** The one etcd behind all API servers. */
export const etcd = (
  tool: BuiltTool,
  { directory, client, peer }: { directory: string; client: number; peer: number },
): ProcessSpecification => ({
  name: 'etcd',
  command: tool.binary('server'),
  arguments: [
    `--data-dir=${directory}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
    '--log-level=warn',
    // Nothing here outlives the machine.
    '--unsafe-no-fsync',
  ],
  ready: { url: `http://127.0.0.1:${client}/health` },
});

/** An API server; `audit` logs one line per request with the identity that made it. */
export const apiServer = (
  tool: BuiltTool,
  cluster: { name: string; directory: string; port: number; etcdPort: number; auditLog?: string },
): ProcessSpecification => ({
  name: `${cluster.name}-apiserver`,
  command: tool.binary('kube-apiserver'),
  arguments: [
    `--etcd-servers=http://127.0.0.1:${cluster.etcdPort}`,
    `--etcd-prefix=/${cluster.name}`,
    `--secure-port=${cluster.port}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--cert-dir=${cluster.directory}`,
    `--tls-cert-file=${join(cluster.directory, 'apiserver.crt')}`,
    `--tls-private-key-file=${join(cluster.directory, 'apiserver.key')}`,
    `--service-account-issuer=https://127.0.0.1:${cluster.port}`,
    `--service-account-key-file=${join(cluster.directory, 'sa.key')}`,
    `--service-account-signing-key-file=${join(cluster.directory, 'sa.key')}`,
    `--token-auth-file=${join(cluster.directory, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    // As in a cluster with nodes, where Pod Security alone decides about it.
    '--allow-privileged=true',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--endpoint-reconciler-type=none',
    '--shutdown-delay-duration=0s',
    ...(cluster.auditLog ? auditArguments(cluster.directory, cluster.auditLog) : []),
  ],
  ready: { url: `https://127.0.0.1:${cluster.port}/readyz` },
});

/** The controllers a cluster without nodes needs. */
export const controllerManager = (
  tool: BuiltTool,
  cluster: { name: string; directory: string; controllerPort: number },
): ProcessSpecification => ({
  name: `${cluster.name}-controller-manager`,
  command: tool.binary('kube-controller-manager'),
  arguments: [
    `--kubeconfig=${join(cluster.directory, 'kube-controller-manager.kubeconfig')}`,
    `--service-account-private-key-file=${join(cluster.directory, 'sa.key')}`,
    `--root-ca-file=${join(cluster.directory, 'ca.crt')}`,
    `--cert-dir=${join(cluster.directory, 'controller-manager')}`,
    ...(requests === undefined ? [] : [`--kube-api-qps=${requests}`, `--kube-api-burst=${2 * Number(requests)}`]),
    '--use-service-account-credentials=true',
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${cluster.controllerPort}`,
    `--controllers=${controllers.join(',')}`,
  ],
  ready: { url: `https://127.0.0.1:${cluster.controllerPort}/healthz` },
});

/** How many requests a second each of them may make; Kubernetes' own default, 20, unless SQUADKIT_CONTROLLER_REQUESTS says so. */
const requests = process.env.SQUADKIT_CONTROLLER_REQUESTS;

const controllers = [
  'namespace-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'garbage-collector-controller',
  'resourcequota-controller',
  'clusterrole-aggregation-controller',
  'root-ca-certificate-publisher-controller',
];

const tokenLine = (identity: Identity, token: string) => {
  const { user, groups } = accounts[identity];

  return `${token},${user},${identity},"${groups.join(',')}"`;
};

const auditArguments = (directory: string, log: string) => {
  const policy = join(directory, 'audit-policy.yaml');
  writeFileSync(
    policy,
    stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      omitManagedFields: true,
      rules: [{ level: 'Metadata' }],
    }),
  );

  return [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`, '--audit-log-maxsize=1000'];
};
