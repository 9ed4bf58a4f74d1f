import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';

/** What came of an attempt from inside of a pod, in a word or two. */
export type Reached = Record<string, string>;

const tried = (attempt: () => string): string => {
  try {
    return attempt();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
};

const tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

const statusOf = (field: string): string =>
  new RegExp(`^${field}:\\s*(\\S+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 'unknown';

const ofItself = (): Reached => ({
  'a token of Kubernetes': tried(() => (existsSync(tokenFile) ? 'there' : 'none')),
  'a user of its own': tried(() => (process.getuid?.() === 0 ? 'root' : 'not root')),
  'become root': tried(() => {
    process.setuid?.(0);
    return 'root';
  }),
  'rights of the kernel': tried(() => statusOf('CapEff')),
  'gain more of them': tried(() => (statusOf('NoNewPrivs') === '1' ? 'never' : 'possible')),
  'every call of the kernel': tried(() => (statusOf('Seccomp') === '2' ? 'filtered' : 'open')),
  'write where programs lie': tried(() => {
    writeFileSync('/usr/bin/node', '');
    return 'written';
  }),
  "the node's processes": tried(() =>
    readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length > 2 ? 'seen' : 'none',
  ),
  "the node's disks": tried(() =>
    readdirSync('/dev').some((name) => /^(sd|vd|nvme|loop|mem|kmsg)/.test(name)) ? 'seen' : 'none',
  ),
  'Secrets of others': tried(() =>
    readdirSync('/bindings').some((name) => !/^spike(\.migrator)?$/.test(name)) ? 'seen' : 'none',
  ),
});

/** What a server says to whoever has only what lies in the pod: its status, or why there is no answer. */
const answerOf = (url: string): Promise<string> =>
  new Promise((resolve) => {
    const headers = existsSync(tokenFile) ? { authorization: `Bearer ${readFileSync(tokenFile, 'utf8')}` } : {};
    const call = request(url, { rejectUnauthorized: false, timeout: 30_000, headers }, (response) => {
      response.resume();
      resolve(`${response.statusCode}`);
    });
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    call.end();
  });

const isOpen = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 30_000 }, () => {
      socket.destroy();
      resolve('open');
    });
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

/**
 * Tries from inside of a pod what a workload may not, and says what came of each. No plugin enforces network policies here,
 * so what only they would refuse is asked of the servers themselves.
 *
 * @param servers API servers by name: https://host:port
 * @param node the address of the node that it is on
 */
export const reached = async (servers: Record<string, string>, node: string): Promise<Reached> => {
  const found = ofItself();
  for (const [name, server] of Object.entries(servers)) {
    for (const path of ['/api/v1/secrets', '/api/v1/namespaces', '/apis/squadkit.io/v1alpha1/services'])
      found[`${name}: ${path}`] = await answerOf(`${server}${path}`);
  }
  for (const path of ['/pods', '/runningpods/', '/run/default/web/web', '/logs/'])
    found[`kubelet: ${path}`] = await answerOf(`https://${node}:10250${path}`);
  found['kubelet without TLS'] = await isOpen(node, 10_255);

  return found;
};
