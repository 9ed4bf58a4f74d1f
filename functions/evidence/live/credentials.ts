import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { asText, isMapping } from '../../objects/record.ts';
import { Unplannable } from '../../tree/problem.ts';

type Fields = Record<string, unknown>;

/** A kubeconfig, or one entry of it. */
export interface Part {
  name: string;
  content: Fields;
  /** Files are named from where the kubeconfig lies. */
  directory: string;
}

/** A field that is a text with something in it. */
export const textIn = (fields: Fields, name: string): string | undefined =>
  typeof fields[name] === 'string' && fields[name] !== '' ? (fields[name] as string) : undefined;

/**
 * `<field>-data` in base64, or the file that `<field>` names.
 *
 * @throws Unplannable if the file cannot be read
 */
export const bytesOf = ({ content, directory }: Part, field: string): Buffer | undefined => {
  const data = textIn(content, `${field}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64');
  const file = textIn(content, field);

  return file === undefined ? undefined : contentOf(resolve(directory, file));
};

/**
 * The token, or what the file of it holds.
 *
 * @throws Unplannable if the file cannot be read
 */
export const tokenOf = ({ content, directory }: Part): string | undefined => {
  const file = textIn(content, 'tokenFile');
  return textIn(content, 'token') ?? (file && contentOf(resolve(directory, file)).toString().trim());
};

/**
 * Who a user is: what stands in the kubeconfig, or what the program says that it names.
 *
 * @throws Unplannable if the program does not work; what it said is not repeated
 */
export const credentialsOf = (user: Part, cluster: Part): Part =>
  isMapping(user.content.exec) ? { ...user, content: ask(user.content.exec, user.directory, cluster) } : user;

const contentOf = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch {
    throw new Unplannable(`the kubeconfig names the file ${file}, which cannot be read`);
  }
};

/** Asks the program that knows the credentials, as client.authentication.k8s.io describes it. */
const ask = (exec: Fields, directory: string, cluster: Part): Fields => {
  const command = textIn(exec, 'command') ?? '';
  const path = /[/\\]/.test(command) ? resolve(directory, command) : command;
  const own = Array.isArray(exec.env) ? exec.env.filter(isMapping).map(({ name, value }) => [name, value]) : [];
  const { status, stdout, error } = spawnSync(
    path,
    Array.isArray(exec.args) ? exec.args.map((one) => asText(one)) : [],
    {
      env: {
        ...process.env,
        ...Object.fromEntries(own),
        KUBERNETES_EXEC_INFO: JSON.stringify(question(exec, cluster)),
      },
      // What the program says to a person goes to that person: "open this page to sign in".
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 60_000,
    },
  );
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

const question = (exec: Fields, cluster: Part) => ({
  apiVersion: textIn(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1',
  kind: 'ExecCredential',
  spec: { interactive: false, ...(exec.provideClusterInfo === true && { cluster: described(cluster) }) },
});

/** `spec.cluster` of an ExecCredential; `config` is for the program alone, from the extension of that name. */
const described = (cluster: Part): Fields => {
  const { server, extensions } = cluster.content;
  const extension = (Array.isArray(extensions) ? extensions : [])
    .filter(isMapping)
    .find(({ name }) => name === 'client.authentication.k8s.io/exec');

  return {
    server,
    'tls-server-name': cluster.content['tls-server-name'],
    'certificate-authority-data': bytesOf(cluster, 'certificate-authority')?.toString('base64'),
    config: extension?.extension,
  };
};
