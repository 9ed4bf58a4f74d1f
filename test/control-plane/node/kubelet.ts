import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { BuiltTool } from '../../../package/tools/tools.ts';
import type { ProcessSpecification } from '../processes.ts';
import { clusterDirectory } from './identities.ts';
import { dnsAddress, hostNames, hubPlace, type Place, registryAddress } from './layout.ts';
import { pluginDirectory } from './namespaces.ts';

/** The control group of all pods of a run. */
export const podGroup = 'squadkit-install';

/** The image of the first process of every pod. */
export const pauseImage = `${registryAddress}/pause:v1`;

/** containerd with files of its own: images come from the one registry, over plain HTTP. */
export const containerd = (state: string, place: Place): ProcessSpecification => {
  const directory = clusterDirectory(state, place);
  const certificates = join(directory, 'registries');
  const networks = join(directory, 'networks');
  mkdirSync(networks, { recursive: true });
  // The one registry is the mirror of the other.
  for (const registry of [registryAddress, 'ghcr.io']) {
    mkdirSync(join(certificates, registry), { recursive: true });
    writeFileSync(
      join(certificates, registry, 'hosts.toml'),
      `[host."http://${registryAddress}"]\n  capabilities = ["pull", "resolve"]\n`,
    );
  }
  writeFileSync(join(networks, '10-bridge.conflist'), JSON.stringify(network(directory, place)));
  writeFileSync(join(directory, 'containerd.toml'), configuration(directory, certificates, networks));

  return {
    name: `${place.name}-containerd`,
    command: 'containerd',
    arguments: ['--config', join(directory, 'containerd.toml')],
    ready: { socket: join(directory, 'containerd.sock') },
  };
};

// restrict_oom_score_adj: without CAP_SYS_RESOURCE every pod would fail (containerd 1.6.20, "can't get final child's PID").
const configuration = (directory: string, certificates: string, networks: string) => `version = 2
root = "${directory}/containerd"
state = "${directory}/containerd-state"
[grpc]
  address = "${directory}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${pluginDirectory}"
    conf_dir = "${networks}"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${certificates}"
`;

const network = (directory: string, { name, pods }: Place) => ({
  cniVersion: '0.4.0',
  name,
  plugins: [
    {
      ...{ type: 'bridge', bridge: `cni-${name}`, isGateway: true, hairpinMode: true, mtu: 1400 },
      ipam: {
        type: 'host-local',
        dataDir: join(directory, 'addresses'),
        ranges: [[{ subnet: pods }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

/** The kubelet of a cluster's one node. */
export const kubelet = (tool: BuiltTool, state: string, place: Place): ProcessSpecification => {
  const directory = clusterDirectory(state, place);
  for (const name of ['kubelet', 'pod-logs', 'volume-plugins']) mkdirSync(join(directory, name), { recursive: true });
  const file = join(directory, 'kubelet.yaml');
  writeFileSync(file, stringify(kubeletConfiguration(directory, place)));

  return {
    name: `${place.name}-kubelet`,
    command: tool.binary('kubelet'),
    arguments: [
      ...[`--config=${file}`, `--kubeconfig=${join(directory, 'kubelet.kubeconfig')}`],
      ...[`--root-dir=${join(directory, 'kubelet')}`, `--cert-dir=${join(directory, 'kubelet')}`],
      ...[`--hostname-override=${place.name}-1`, `--node-ip=${place.address}`],
    ],
    ready: { url: `http://${place.address}:10248/healthz` },
  };
};

const kubeletConfiguration = (directory: string, place: Place) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  ...{ failCgroupV1: false, cgroupDriver: 'cgroupfs', cgroupRoot: `/${podGroup}/${place.name}`, cgroupsPerQOS: true },
  ...{ enforceNodeAllocatable: [], failSwapOn: false, address: place.address, healthzBindAddress: place.address },
  containerRuntimeEndpoint: `unix://${directory}/containerd.sock`,
  // Pods of the other cluster find names by their own hosts file: no DNS runs there.
  ...(place === hubPlace ? { clusterDNS: [dnsAddress], clusterDomain: 'cluster.local' } : { resolvConf: '' }),
  ...{ podLogsDir: join(directory, 'pod-logs'), volumePluginDir: join(directory, 'volume-plugins') },
  authentication: {
    ...{ anonymous: { enabled: false }, webhook: { enabled: true } },
    x509: { clientCAFile: join(directory, 'ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  ...{ tlsCertFile: join(directory, 'node.crt'), tlsPrivateKeyFile: join(directory, 'node.key') },
  evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  ...{ serializeImagePulls: false, registryPullQPS: 0, nodeStatusUpdateFrequency: '5s' },
});

/** What CoreDNS is told: names of the hub's Services, and those of the servers outside. */
export const corefile = `.:1053 {
  errors
  health
  ready
  cache 5
  hosts {
${Object.entries(hostNames)
  .map(([name, address]) => `    ${address} ${name}`)
  .join('\n')}
    fallthrough
  }
  kubernetes cluster.local in-addr.arpa ip6.arpa
}
`;
