import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { asText, isMapping } from '../../objects/record.ts';
import { Unplannable } from '../../tree/problem.ts';
import { bytesOf, credentialsOf, type Part, textIn, tokenOf } from './credentials.ts';

/*
 * Why this is not @kubernetes/client-node (looked at 2.0.1, lines of its dist/):
 *
 * - It lacks what people's kubeconfigs have: `tokenFile` is not read (config_types.js:124 reads `token-file`), a program
 *   gets no KUBERNETES_EXEC_INFO (exec_auth.js:73-83) and has no time limit, nobody sees what it asks of a person
 *   (:85-92), its command is not looked for from where the file lies (config.js:433-447). Of several files a name twice
 *   is an error (config.js:328), where kubectl takes the first; the current context is the last one's (config.js:309);
 *   a file that is not there is an error (config.js:358-362). `as-groups` is not sent (config.js:606).
 * - Its errors carry secrets: lines of the file, as js-yaml quotes them, and what a program wrote (exec_auth.js:101).
 * - Of its HTTP: every request opens a connection of its own (config.js:222, :563-579), metadata comes with dates in place
 *   of texts (serializer.js:58), and its client for any kind knows no subresource and no table (object.js:148).
 * - It needs Node 22.19 (undici 8): on Node 20 the import throws. It installs 68 packages, 83 MB.
 * - Of the config part alone, the command line grows from 754 to 2,553 KiB, and `plan examples` takes 0.256 s of CPU
 *   instead of 0.203 (Node 24, median of 11). In a second file, loaded on demand, it is 1,231 KiB and costs no time.
 *
 * Read here: contexts, several files, authorities, client certificates, tokens, programs with the cluster's description,
 * impersonation. Refused in a sentence, because without them the connection would be another than the one meant:
 * servers that are not verified, proxies, passwords, the `auth-provider` that Kubernetes 1.26 gave up, and the rarer fields of impersonation.
 */

/** How to reach a hub, and as whom. Nothing of it is ever printed but `server` and `context`. */
export interface Connection {
  context: string;
  /** Begins with https:// and ends without a slash. */
  server: string;
  tls: {
    ca?: Buffer | string;
    cert?: Buffer | string;
    key?: Buffer | string;
    servername?: string;
  };
  headers: Record<string, string | string[]>;
}

/**
 * The connection that a kubeconfig describes: the given file, or KUBECONFIG, or ~/.kube/config, as kubectl finds them.
 *
 * @throws Unplannable in a sentence if there is none, or if it cannot be used
 */
export const connectionOf = (
  { kubeconfig, context }: { kubeconfig?: string | undefined; context?: string | undefined },
  environment: Record<string, string | undefined> = process.env,
): Connection => {
  const files = (kubeconfig ?? environment.KUBECONFIG ?? join(environment.HOME ?? homedir(), '.kube', 'config'))
    .split(delimiter)
    .filter((file) => file !== '');
  const existing = files.filter((file) => existsSync(file));
  if (existing.length === 0) {
    throw new Unplannable(
      `there is no kubeconfig ${files.join(' or ')}: name the hub's with --kubeconfig or in KUBECONFIG`,
    );
  }
  const configs = existing.map(contentOf);
  const name = context ?? configs.map(({ content }) => textIn(content, 'current-context')).find(Boolean);
  if (name === undefined) {
    throw new Unplannable(`${existing.join(' and ')} has no current-context: name one with --context`);
  }
  const chosen = entry(configs, 'contexts', 'context', name);
  const cluster = entry(configs, 'clusters', 'cluster', textIn(chosen.content, 'cluster') ?? '');
  const user = entry(configs, 'users', 'user', textIn(chosen.content, 'user') ?? '');
  const server = serverOf(cluster);
  refuse(`cluster ${cluster.name}`, cluster.content, ['proxy-url']);
  refuseUnverified(cluster);
  refuse(`user ${user.name}`, user.content, ['auth-provider', 'username', 'as-uid', 'as-user-extra']);

  const credentials = credentialsOf(user, cluster);
  const ca = bytesOf(cluster, 'certificate-authority');
  const cert = bytesOf(credentials, 'client-certificate');
  const key = bytesOf(credentials, 'client-key');
  const servername = textIn(cluster.content, 'tls-server-name');
  const token = tokenOf(credentials);

  return {
    context: name,
    server,
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername && { servername }),
    },
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...impersonationOf(user.content) },
  };
};

/**
 * The server's address, which is printed and asked: so nothing may be in it but a host, a port and a path. Node would sign in
 * with what stands before an `@`; what is refused may be a password, and is not repeated.
 */
const serverOf = ({ name, content }: Part): string => {
  const server = textIn(content, 'server') ?? '';
  const who = `cluster ${name} of the kubeconfig has`;
  if (!/^https:\/\/[^/]/.test(server)) throw new Unplannable(`${who} no server that begins with https://`);
  const url = /[@?#\\\s\p{C}]/u.test(server) || !URL.canParse(server) ? undefined : new URL(server);
  if (url === undefined || url.username !== '' || url.password !== '') {
    throw new Unplannable(
      `${who} a server that is more than https://, a host, a port and a path: use another kubeconfig`,
    );
  }

  return server.replace(/\/+$/, '');
};

/** The headers by which an API server takes one user for another, as `as` of a kubeconfig or `--as` of kubectl. */
export const impersonating = (user: string, groups: string[]): Connection['headers'] => ({
  'impersonate-user': user,
  ...(groups.length > 0 && { 'impersonate-group': groups }),
});

const impersonationOf = (user: Record<string, unknown>): Connection['headers'] => {
  const name = textIn(user, 'as');
  const groups = user['as-groups'];
  // Without a user kubectl refuses them: whoever looks would look as themselves.
  if (name === undefined && Array.isArray(groups) && groups.length > 0) {
    throw new Unplannable('the kubeconfig has as-groups without as: name the user too');
  }

  return name === undefined ? {} : impersonating(name, Array.isArray(groups) ? groups.map((one) => asText(one)) : []);
};

const refuse = (who: string, content: Record<string, unknown>, fields: string[]) => {
  const found = fields.find((field) => ![undefined, null, ''].includes(content[field] as null));
  if (found !== undefined) {
    throw new Unplannable(`${who} of the kubeconfig has ${found}, which is not supported: use another kubeconfig`);
  }
};

/** Whoever answers in the place of a server that nobody verifies can say that all is well, and reads the credentials. */
const refuseUnverified = ({ name, content }: Part): void => {
  if ([undefined, null, false].includes(content['insecure-skip-tls-verify'] as null)) return;

  throw new Unplannable(
    `cluster ${name} of the kubeconfig has insecure-skip-tls-verify, so nobody knows who answers: give it certificate-authority-data instead`,
  );
};

const contentOf = (file: string): Part => {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch {
    // What a parser complains about may be a line with a token.
    throw new Unplannable(`${file} cannot be read as a kubeconfig`);
  }
  if (!isMapping(content)) throw new Unplannable(`${file} is not a kubeconfig`);

  return { name: file, content, directory: dirname(resolve(file)) };
};

/** The first file that has an entry of that name wins, as for kubectl. */
const entry = (configs: Part[], list: string, field: string, name: string): Part => {
  for (const { content, directory } of configs) {
    const entries = Array.isArray(content[list]) ? (content[list] as unknown[]) : [];
    const found = entries.filter(isMapping).find((candidate) => candidate.name === name);
    if (found !== undefined && isMapping(found[field])) return { name, content: found[field], directory };
  }

  throw new Unplannable(`the kubeconfig has no ${field} ${JSON.stringify(name)} in ${list}`);
};
