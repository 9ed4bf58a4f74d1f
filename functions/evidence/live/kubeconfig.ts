import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { isMapping } from '../../objects/record.ts';
import { Unplannable } from '../../tree/problem.ts';

/** How to reach a hub, and as whom. Nothing of it is ever printed but `server` and `context`. */
export interface Connection {
  context: string;
  server: string;
  tls: {
    ca?: Buffer | string;
    cert?: Buffer | string;
    key?: Buffer | string;
    rejectUnauthorized?: boolean;
    servername?: string;
  };
  headers: Record<string, string>;
}

interface Named<Content> {
  name: string;
  content: Content;
  /** Files are named from where the kubeconfig lies. */
  directory: string;
}

type Fields = Record<string, unknown>;

const textOf = (fields: Fields, name: string): string | undefined =>
  typeof fields[name] === 'string' && fields[name] !== '' ? (fields[name] as string) : undefined;

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
  const name = context ?? configs.map(({ content }) => textOf(content, 'current-context')).find(Boolean);
  if (name === undefined) {
    throw new Unplannable(`${existing.join(' and ')} has no current-context: name one with --context`);
  }
  const chosen = entry(configs, 'contexts', 'context', name);
  const cluster = entry(configs, 'clusters', 'cluster', textOf(chosen.content, 'cluster') ?? '');
  const user = entry(configs, 'users', 'user', textOf(chosen.content, 'user') ?? '');
  const server = textOf(cluster.content, 'server');
  if (server === undefined || !/^https:\/\/[^\s/?#@]+/.test(server)) {
    throw new Unplannable(`cluster ${cluster.name} of the kubeconfig has no server that begins with https://`);
  }

  const credentials = isMapping(user.content.exec) ? fromProgram(user.content.exec, user.directory) : user.content;
  const ca = bytesOf(cluster, 'certificate-authority');
  const cert = bytesOf({ ...user, content: credentials }, 'client-certificate');
  const key = bytesOf({ ...user, content: credentials }, 'client-key');
  const servername = textOf(cluster.content, 'tls-server-name');
  const token = tokenOf({ ...user, content: credentials });

  return {
    context: name,
    server: server.replace(/\/+$/, ''),
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername && { servername }),
      ...(cluster.content['insecure-skip-tls-verify'] === true && { rejectUnauthorized: false }),
    },
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  };
};

const contentOf = (file: string): Named<Fields> => {
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
const entry = (configs: Named<Fields>[], list: string, field: string, name: string): Named<Fields> => {
  for (const { content, directory } of configs) {
    const entries = Array.isArray(content[list]) ? (content[list] as unknown[]) : [];
    const found = entries.find((candidate) => isMapping(candidate) && candidate.name === name) as Fields | undefined;
    if (found !== undefined && isMapping(found[field])) return { name, content: found[field], directory };
  }

  throw new Unplannable(`the kubeconfig has no ${field} ${JSON.stringify(name)} in ${list}`);
};

/** `<field>-data` in base64, or the file that `<field>` names. */
const bytesOf = ({ content, directory }: Named<Fields>, field: string): Buffer | undefined => {
  const data = textOf(content, `${field}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64');
  const file = textOf(content, field);

  return file === undefined ? undefined : fileOf(resolve(directory, file));
};

const tokenOf = ({ content, directory }: Named<Fields>): string | undefined => {
  const file = textOf(content, 'tokenFile');
  return textOf(content, 'token') ?? (file && fileOf(resolve(directory, file)).toString().trim());
};

const fileOf = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch {
    throw new Unplannable(`the kubeconfig names the file ${file}, which cannot be read`);
  }
};

/** Asks the program that knows the credentials, as client.authentication.k8s.io describes it. */
const fromProgram = (exec: Fields, directory: string): Fields => {
  const command = textOf(exec, 'command') ?? '';
  const path = /[/\\]/.test(command) ? resolve(directory, command) : command;
  const apiVersion = textOf(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1';
  const own = Array.isArray(exec.env) ? exec.env.filter(isMapping).map(({ name, value }) => [name, value]) : [];
  const { status, stdout, error } = spawnSync(path, Array.isArray(exec.args) ? exec.args.map(String) : [], {
    env: {
      ...process.env,
      ...Object.fromEntries(own),
      KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  const failed = `${command}, which the kubeconfig asks for credentials,`;
  if (error !== undefined || status !== 0) throw new Unplannable(`${failed} did not work: sign in and try again`);
  try {
    const { status: found } = JSON.parse(stdout.toString());
    const encoded = (text: unknown) => (typeof text === 'string' ? Buffer.from(text).toString('base64') : undefined);
    return {
      token: found.token,
      'client-certificate-data': encoded(found.clientCertificateData),
      'client-key-data': encoded(found.clientKeyData),
    };
  } catch {
    throw new Unplannable(`${failed} answered with something that is no credential`);
  }
};
