import { spawnSync } from 'node:child_process';
import { createProgress } from '../../package/tools/progress.ts';
import { buildTools } from '../../package/tools/tools.ts';
import { clusterCases, trafficOf } from '../support/clusters.ts';
import { connects, type End, type Namespace, type Policy, type Port } from '../support/network-policies.ts';
import { generatedFrom } from './generated.ts';

/**
 * `npm run test:networks [-- <seed> <count>]`: what NetworkPolicies let through, by a judge that others wrote (cyclonus),
 * beside what test/support/network-policies.ts says: on every kind of cluster in test/clusters, and on generated policies.
 */
const peerOf = (end: End, namespaces: Namespace[]) => ({
  IP: end.address,
  Internal:
    end.namespace === undefined
      ? null
      : {
          Namespace: end.namespace,
          NamespaceLabels: namespaces.find(({ name }) => name === end.namespace)?.labels ?? {},
          PodLabels: ('labels' in end && end.labels) || {},
        },
});

const [seed = 1, count = 500] = process.argv.slice(2).map(Number);
const tool = (await buildTools(createProgress(), ['network-policies']))('network-policies');
const ask = (policies: Policy[], namespaces: Namespace[], connections: { from: End; to: End; port: Port }[]) => {
  const input = {
    policies: policies.map(({ namespace, spec }, index) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `policy-${index}`, namespace },
      spec,
    })),
    traffic: connections.map(({ from, to, port }) => ({
      Source: peerOf(from, namespaces),
      Destination: peerOf(to, namespaces),
      ResolvedPort: port.port,
      ResolvedPortName: '',
      Protocol: port.protocol,
    })),
  };
  const { stdout, stderr, status } = spawnSync(tool.binary('judge'), {
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the judge of network policies ended with ${status}: ${stderr}`);

  return stdout
    .trim()
    .split('\n')
    .map((line) => line === 'true');
};

let passed = 0;
const failed: string[] = [];
for (const { policies, namespaces, connections } of [...clusterCases().map(trafficOf), ...generatedFrom(seed, count)]) {
  const answers = ask(policies, namespaces, connections);
  for (const [index, { what, want, from, to, port }] of connections.entries()) {
    const own = connects(from, to, port, { policies, namespaces });
    if (answers[index] === own && own === (want ?? own)) passed += 1;
    else failed.push(`${what}: cyclonus ${answers[index]}, ours ${own}, wanted ${want}`);
  }
}
for (const line of failed) console.error(line);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
