import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hubOf } from '../../functions/evidence/live/hub.ts';
import { connectionOf } from '../../functions/evidence/live/kubeconfig.ts';
import { bundle, commandLineEntries } from '../../package/build.ts';
import { type Authority, createAuthority, type Pair } from './authority.ts';

const examples = join(import.meta.dirname, '../../examples');
const directory = mkdtempSync(join(tmpdir(), 'squadkit-evidence-'));
const command = join(directory, 'squadkit.mjs');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

let authority: Authority;
let client: Pair;
let server: Server;
let port: number;
/** What the API server was asked, and by whom. */
const asked: { method: string; path: string; headers: IncomingHttpHeaders; certificate: string | undefined }[] = [];

const resources = {
  '/apis/squadkit.io/v1alpha1': [{ name: 'services', kind: 'Service', namespaced: true }],
  '/api/v1': [
    { name: 'resourcequotas', kind: 'ResourceQuota', namespaced: true },
    { name: 'resourcequotas/status', kind: 'ResourceQuota', namespaced: true },
  ],
} as Record<string, object[]>;
const service = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', metadata: { name: 'billing' } };
const answers: Record<string, [number, unknown]> = {
  '/apis/squadkit.io/v1alpha1/namespaces/galaxy/services/billing': [200, service],
  '/apis/squadkit.io/v1alpha1/namespaces/galaxy/services/hidden': [403, {}],
  '/apis/squadkit.io/v1alpha1/namespaces/galaxy/services/unknown': [401, {}],
  '/apis/squadkit.io/v1alpha1/namespaces/galaxy/services/broken': [500, {}],
  '/apis/squadkit.io/v1alpha1/namespaces/galaxy/services/page': [200, '<html>'],
  '/apis/squadkit.io/v1alpha1/services': [200, { items: [service] }],
  '/api/v1/resourcequotas': [403, {}],
};

interface Kubeconfig {
  user?: object;
  cluster?: object;
}

let files = 0;
const kubeconfig = ({ user = { token: 'a-token' }, cluster = {} }: Kubeconfig = {}): string => {
  const path = join(directory, `kubeconfig-${files++}`);
  const content = {
    'current-context': 'hub',
    contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'ada' } }],
    clusters: [
      {
        name: 'hub',
        cluster: {
          server: `https://127.0.0.1:${port}`,
          'certificate-authority-data': base64(authority.certificate),
          ...cluster,
        },
      },
    ],
    users: [{ name: 'ada', user }],
  };
  writeFileSync(path, JSON.stringify(content));

  return path;
};

const get = (file: string, name = 'billing') =>
  hubOf(connectionOf({ kubeconfig: file })).get({
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    name,
    namespace: 'galaxy',
  });

/** Runs the bundle as a person does, with nothing else around it. */
const run = (...args: string[]) => runWith({}, ...args);
const runWith = (
  more: Record<string, string>,
  ...args: string[]
): Promise<{ status: number; out: string; error: string }> =>
  new Promise((resolve) => {
    const environment = { PATH: process.env.PATH, HOME: directory, ...more };
    execFile(process.execPath, [command, ...args], { cwd: directory, env: environment }, (error, out, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, error: stderr });
    });
  });

beforeAll(async () => {
  authority = await createAuthority('the hub');
  client = await authority.issue('ada');
  const { certificate, key } = await authority.issue('the API server');
  const tls = { cert: certificate, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
  server = createServer(tls, (request, response) => {
    const { method = '', url = '', socket, headers } = request;
    const peer = (
      socket as unknown as { getPeerCertificate: () => { subject?: { CN?: string } } }
    ).getPeerCertificate();
    asked.push({ method, path: url, headers, certificate: peer.subject?.CN });
    const [place = ''] = url.split('?');
    const [status, body] = resources[place] ? [200, { resources: resources[place] }] : (answers[place] ?? [404, {}]);
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  await bundle({ outputDirectory: directory, entries: commandLineEntries });
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
});

describe('the bundle', () => {
  test.each([
    { format: 'text', want: 'Evidence for Service galaxy/billing' },
    { format: 'markdown', want: '# Evidence for Service `galaxy/billing`' },
    { format: 'json', want: '"service": "galaxy/billing"' },
  ])('says in $format what holds, with nothing but Node', async ({ format, want }) => {
    const { status, out, error } = await run('evidence', 'galaxy/billing', examples, '--format', format);

    expect([status, error]).toEqual([0, '']);
    expect(out).toContain(want);
    expect(out).toContain('postgres-least-privilege');
  });

  test('looks at a hub, and exits with 1 when something does not hold there', async () => {
    const { status, out, error } = await run('evidence', 'billing', examples, '--live', '--kubeconfig', kubeconfig());

    expect([status, error]).toEqual([1, '']);
    expect(out).toContain(`https://127.0.0.1:${port}, context hub`);
    expect(out).toContain('network of aqua in zone frontier is of a kind that the hub does not know');
    expect(out).not.toContain('a-token');
  });

  test('asks for no Secret, and writes nothing', async () => {
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter(({ method, path }) => method !== 'GET' || path.includes('secret'))).toEqual([]);
  });

  test.each([
    {
      name: 'a hub that cannot be reached',
      file: () => kubeconfig({ cluster: { server: 'https://127.0.0.1:1' } }),
      want: 'cannot reach the hub at https://127.0.0.1:1: the connection is refused',
    },
    {
      name: 'no kubeconfig at all',
      file: () => undefined,
      want: `there is no kubeconfig ${join(directory, '.kube', 'config')}: name the hub's with --kubeconfig or in KUBECONFIG`,
    },
  ])('$name: one sentence, and 1', async ({ file, want }) => {
    const path = file();
    const args = path === undefined ? [] : ['--kubeconfig', path];

    expect(await run('evidence', 'billing', examples, '--live', ...args)).toEqual({
      status: 1,
      out: '',
      error: `squadkit: ${want}\n`,
    });
  });
});

describe('a hub', () => {
  test.each([
    { name: 'billing', want: { object: service } },
    { name: 'nothing', want: { missing: 'not there' } },
    { name: 'hidden', want: { missing: 'not allowed' } },
  ])('$name', async ({ name, want }) => {
    expect(await get(kubeconfig(), name)).toEqual(want);
  });

  test('lists what may be read, and knows which kinds there are', async () => {
    const hub = hubOf(connectionOf({ kubeconfig: kubeconfig() }));

    expect(await hub.list('squadkit.io/v1alpha1', 'Service')).toEqual([service]);
    expect(await hub.list('v1', 'ResourceQuota')).toBeUndefined();
    expect(await hub.get({ apiVersion: 'squadkit.io/v1', kind: 'Planet', name: 'x' })).toEqual({
      missing: 'unknown kind',
    });
    await expect(hub.get({ apiVersion: 'v1', kind: 'Secret', name: 'x' })).rejects.toThrow(
      'a look never reads a Secret',
    );
  });

  test.each([
    { name: 'unknown', want: /^the hub at https:\/\/127.0.0.1:\d+ does not know who you are: sign in/ },
    { name: 'broken', want: /^the hub at .* answers with status 500: try again later$/ },
    { name: 'page', want: /^what answers at .* is no Kubernetes API server$/ },
  ])('that answers $name is a sentence', async ({ name, want }) => {
    await expect(get(kubeconfig(), name)).rejects.toThrow(want);
  });

  test('that is somebody else is not talked to', async () => {
    const other = await createAuthority('somebody else');
    const file = kubeconfig({ cluster: { 'certificate-authority-data': base64(other.certificate) } });
    const before = asked.length;

    await expect(get(file)).rejects.toThrow(/cannot reach the hub at .*: its certificate is not of the authority/);
    expect(asked).toHaveLength(before);
  });

  test('is verified, whatever the environment says', async () => {
    const other = await createAuthority('somebody else');
    const file = kubeconfig({ cluster: { 'certificate-authority-data': base64(other.certificate) } });
    const before = asked.length;
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');

    await expect(get(file)).rejects.toThrow(/its certificate is not of the authority/);
    vi.unstubAllEnvs();
    const { status, error } = await runWith({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, ...['doctor', '--kubeconfig', file]);
    expect(status).toBe(1);
    expect(error).toContain('its certificate is not of the authority');
    expect(asked).toHaveLength(before);
  });
});

describe('a kubeconfig', () => {
  const program = (text: string): string => {
    const path = join(directory, `program-${files++}`);
    writeFileSync(path, `#!${process.execPath}\n${text}\n`);
    chmodSync(path, 0o700);
    return path;
  };
  const credential = (status: string) =>
    `if (JSON.parse(process.env.KUBERNETES_EXEC_INFO).kind !== 'ExecCredential') process.exit(1);
     console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: ${status} }));`;
  const written = (name: string, content: string): string => {
    writeFileSync(join(directory, name), content);
    return name;
  };

  test.each<{ name: string; user: () => object; want: { token?: string; certificate?: string } }>([
    { name: 'a token', user: () => ({ token: 'a-token' }), want: { token: 'Bearer a-token' } },
    {
      name: 'a token in a file beside it',
      user: () => ({ tokenFile: written('token', 'filed\n') }),
      want: { token: 'Bearer filed' },
    },
    {
      name: 'a certificate',
      user: () => ({
        'client-certificate-data': base64(client.certificate),
        'client-key-data': base64(client.key),
      }),
      want: { certificate: 'ada' },
    },
    {
      name: 'a certificate in a file',
      user: () => ({
        'client-certificate': written('ada.crt', client.certificate),
        'client-key': written('ada.key', client.key),
      }),
      want: { certificate: 'ada' },
    },
    {
      name: 'a program that gives a token',
      user: () => ({
        exec: {
          command: program(credential('{ token: process.argv[2] + process.env.MORE }')),
          args: ['a'],
          env: [{ name: 'MORE', value: 'b' }],
        },
      }),
      want: { token: 'Bearer ab' },
    },
    {
      name: 'a program that gives a certificate',
      user: () => ({
        exec: {
          command: program(
            credential(
              `{ clientCertificateData: ${JSON.stringify(client.certificate)}, clientKeyData: ${JSON.stringify(client.key)} }`,
            ),
          ),
        },
      }),
      want: { certificate: 'ada' },
    },
  ])('signs in with $name', async ({ user, want }) => {
    await get(kubeconfig({ user: user() }));
    const { headers, certificate } = asked.at(-1) ?? {};

    expect({ token: headers?.authorization, certificate }).toEqual({
      token: want.token,
      certificate: want.certificate,
    });
  });

  test('says to a program that wants to know it which cluster it is', async () => {
    const cluster = {
      'tls-server-name': 'localhost',
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'hub' } }],
    };
    const told = join(directory, 'told');
    const command = program(
      `require('node:fs').writeFileSync(${JSON.stringify(told)}, process.env.KUBERNETES_EXEC_INFO);
       ${credential('{ token: "a" }')}`,
    );
    const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command, provideClusterInfo: true };
    connectionOf({ kubeconfig: kubeconfig({ cluster, user: { exec } }) });

    expect(JSON.parse(readFileSync(told, 'utf8'))).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: {
          server: `https://127.0.0.1:${port}`,
          'tls-server-name': 'localhost',
          'certificate-authority-data': base64(authority.certificate),
          config: { audience: 'hub' },
        },
      },
    });
  });

  test('looks as somebody else if it says so', async () => {
    await get(kubeconfig({ user: { token: 'a', as: 'grace', 'as-groups': ['sre', 'people'] } }));

    expect(asked.at(-1)?.headers).toMatchObject({
      authorization: 'Bearer a',
      'impersonate-user': 'grace',
      'impersonate-group': 'sre, people',
    });
  });

  test('may be several, of which the first that has an entry counts', async () => {
    const [first, second] = [kubeconfig({ user: { token: 'first' } }), kubeconfig({ user: { token: 'second' } })];

    expect(connectionOf({}, { KUBECONFIG: `/nowhere:${first}:${second}` }).headers).toEqual({
      authorization: 'Bearer first',
    });
    expect(connectionOf({ kubeconfig: second }, { KUBECONFIG: first }).headers.authorization).toBe('Bearer second');
  });

  test.each([
    { name: 'no YAML', content: () => '{ token: secret', want: /^.* cannot be read as a kubeconfig$/ },
    { name: 'a list', content: () => '[]', want: /^.* is not a kubeconfig$/ },
    { name: 'no context', content: () => '{}', want: /^.* has no current-context: name one with --context$/ },
    {
      name: 'a context that is nowhere',
      content: () => 'current-context: hub',
      want: /^the kubeconfig has no context "hub" in contexts$/,
    },
  ])('with $name is a sentence', ({ content, want }) => {
    const path = join(directory, written(`odd-${files++}`, content()));

    expect(() => connectionOf({ kubeconfig: path })).toThrow(want);
  });

  test.each([
    {
      name: 'plain HTTP',
      given: { cluster: { server: 'http://127.0.0.1' } },
      want: 'cluster hub of the kubeconfig has no server that begins with https://',
    },
    ...[
      'https://admin:hush@127.0.0.1',
      'https://hush@127.0.0.1',
      'https://@127.0.0.1',
      'https://hub.example.org\\@127.0.0.1',
      'https://127.0.0.1/path@hush',
      'https://127.0.0.1?token=hush',
      'https://127.0.0.1#hush',
      'https://127.0.0.1:hush',
      'https://127.0.0.1\thush',
    ].map((server) => ({
      name: `more than a server (${JSON.stringify(server)})`,
      given: { cluster: { server } },
      want: /^cluster hub of the kubeconfig has a server that is more than https:\/\/, a host, a port and a path: use another kubeconfig$/,
    })),
    {
      name: 'groups of nobody',
      given: { user: { token: 'hush', 'as-groups': ['system:masters'] } },
      want: 'the kubeconfig has as-groups without as: name the user too',
    },
    {
      name: 'a proxy',
      given: { cluster: { 'proxy-url': 'http://127.0.0.1:3128' } },
      want: 'cluster hub of the kubeconfig has proxy-url, which is not supported: use another kubeconfig',
    },
    ...[true, 'true', 'false', 1, {}].map((value) => ({
      name: `a server that nobody verifies (${JSON.stringify(value)})`,
      given: { cluster: { 'insecure-skip-tls-verify': value } },
      want: 'cluster hub of the kubeconfig has insecure-skip-tls-verify, so nobody knows who answers: give it certificate-authority-data instead',
    })),
    {
      name: 'a password',
      given: { user: { username: 'ada', password: 'hush' } },
      want: 'user ada of the kubeconfig has username, which is not supported: use another kubeconfig',
    },
    {
      name: 'a file that is not there',
      given: { user: { tokenFile: '/nowhere' } },
      want: 'the kubeconfig names the file /nowhere, which cannot be read',
    },
    {
      name: 'a program that is not there',
      given: { user: { exec: { command: 'no-such-program' } } },
      want: 'no-such-program, which the kubeconfig asks for credentials, did not work: sign in and try again',
    },
    {
      name: 'a program that answers nonsense',
      given: { user: { exec: { command: 'true' } } },
      want: 'true, which the kubeconfig asks for credentials, answered with something that is no credential',
    },
  ])('with $name is a sentence', ({ given, want }) => {
    expect(() => connectionOf({ kubeconfig: kubeconfig(given) })).toThrow(want);
  });

  test('that says that its server is to be verified is taken', () => {
    const said = connectionOf({ kubeconfig: kubeconfig({ cluster: { 'insecure-skip-tls-verify': false } }) });

    expect(said.tls).not.toHaveProperty('rejectUnauthorized');
  });

  test('has contexts to choose from', () => {
    expect(() => connectionOf({ kubeconfig: kubeconfig(), context: 'other' })).toThrow(
      'the kubeconfig has no context "other" in contexts',
    );
  });
});
