import { connect } from 'node:net';
import { type RunFunctionRequest, Severity } from '@crossplane-org/function-sdk-typescript';
import { ChannelCredentials, Client, loadPackageDefinition } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, functionEntries } from '../../package/build.ts';
import { type Authority, createAuthority, type Pair, writeCertificates } from './authority.ts';
import { call, credentialsFor, requestFor, servedSerial, startCall } from './client.ts';
import { type Packaged, runToEnd, start, takenPort, temporaryDirectory } from './packaged.ts';
import { canary, notJson } from './stand-in.ts';

const mebibyte = 1024 * 1024;
const [directory, removeDirectory] = temporaryDirectory();
const file = `${directory}/function.cjs`;
const certificates = `${directory}/certificates`;
let authority: Authority;
let rogue: Authority;
let server: Pair;
let client: Pair;

beforeAll(async () => {
  await bundle({
    outputDirectory: directory,
    compose: `${import.meta.dirname}/stand-in.ts`,
    entries: { ...functionEntries, 'short-drain.cjs': 'test/contract/short-drain.ts' },
  });
  [authority, rogue] = await Promise.all([createAuthority('our authority'), createAuthority('rogue authority')]);
  [server, client] = await Promise.all([authority.issue('function'), authority.issue('crossplane')]);
  writeCertificates(certificates, server, authority);
});

afterAll(removeDirectory);

describe('with certificates', () => {
  let running: Packaged;

  beforeAll(async () => {
    running = await start(file, ['--tls-certs-dir', certificates]);
  });

  afterAll(async () => {
    await running.stop();
  });

  test('serves a client with a certificate of our CA', async () => {
    const response = await call(running.port, requestFor(), credentialsFor(authority, client));

    expect(response.meta).toEqual({ tag: 'tag-1', ttl: { seconds: 600, nanos: 0 } });
    expect(Object.keys(response.desired?.resources ?? {})).toEqual(['earlier', 'added']);
  });

  // Crossplane's own client certificate has its issuer's subject (crossplane v2.3.4, internal/initializer/tls.go).
  test('serves a client whose certificate of our CA has the subject of the CA', async () => {
    const response = await call(
      running.port,
      requestFor(),
      credentialsFor(authority, await authority.issue('our authority')),
    );

    expect(response.meta?.tag).toBe('tag-1');
  });

  test.each([
    { who: 'without a certificate', pair: async () => undefined },
    { who: 'with a certificate for servers only', pair: async () => authority.issue('crossplane', { only: 'server' }) },
    {
      who: "with a certificate of another CA, both with our CA's subject",
      pair: async () => (await createAuthority('our authority')).issue('our authority'),
    },
    {
      who: "with an expired certificate with our CA's subject",
      pair: async () => authority.issue('our authority', { expired: true }),
    },
    {
      who: "with a certificate for servers only with our CA's subject",
      pair: async () => authority.issue('our authority', { only: 'server' }),
    },
    { who: 'with a certificate of another CA', pair: async () => rogue.issue('crossplane') },
    { who: 'with an expired certificate', pair: async () => authority.issue('crossplane', { expired: true }) },
    // Guard rail: only-crossplane-calls
  ])('refuses a client $who', async ({ pair }) => {
    const refused = call(running.port, requestFor(), credentialsFor(authority, await pair()));

    await expect(refused).rejects.toThrow(/UNAVAILABLE/);
  });

  // Guard rail: only-crossplane-calls
  test('refuses a client without TLS', async () => {
    await expect(call(running.port, requestFor())).rejects.toThrow(/UNAVAILABLE/);
  });

  test('says nothing to a client that speaks something else', async () => {
    const heard = await new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connect(running.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', () => {});
      socket.on('close', () => resolve(Buffer.concat(chunks)));
    });

    expect(heard.toString()).not.toContain('HTTP');
  });
});

test('serves new certificates, and trusts a new CA, without a restart', async () => {
  const own = writeCertificates(`${directory}/rotated`, server, authority);
  const next = await createAuthority('next authority');
  const [nextServer, nextClient] = await Promise.all([next.issue('function'), next.issue('crossplane')]);
  const running = await start(file, ['--tls-certs-dir', own]);
  try {
    expect(await servedSerial(running.port, authority, client)).toBe(server.serial);

    writeCertificates(own, nextServer, next);
    await expect.poll(() => servedSerial(running.port, next, nextClient)).toBe(nextServer.serial);

    await call(running.port, requestFor(), credentialsFor(next, nextClient));
    await expect(call(running.port, requestFor(), credentialsFor(next, client))).rejects.toThrow(/UNAVAILABLE/);
  } finally {
    await running.stop();
  }
});

test('takes the directory from the environment, as Crossplane sets it, and by the name of the SDK', async () => {
  const byEnvironment = await start(file, [], { TLS_SERVER_CERTS_DIR: certificates });
  const byAlias = await start(file, ['--tls-server-certs-dir', certificates]);
  try {
    for (const { port } of [byEnvironment, byAlias]) {
      await call(port, requestFor(), credentialsFor(authority, client));
      await expect(call(port, requestFor())).rejects.toThrow(/UNAVAILABLE/);
    }
  } finally {
    await Promise.all([byEnvironment.stop(), byAlias.stop()]);
  }
});

describe('does not start', () => {
  test.each([
    { when: 'without certificates', args: [], says: /^squadkit: no TLS certificates: .*--insecure\n$/ },
    {
      when: 'with an empty directory name',
      args: ['--tls-certs-dir', ''],
      says: /^squadkit: no TLS certificates: .*\n$/,
    },
    {
      when: 'with a directory that is missing',
      args: ['--tls-certs-dir', '/missing'],
      says: /^squadkit: cannot read the TLS certificate file \/missing\/tls.crt: ENOENT\n$/,
    },
    { when: 'with an unknown flag', args: ['--insecur'], says: /unknown option '--insecur'/ },
    { when: 'with an argument', args: ['serve'], says: /too many arguments/ },
    { when: 'with an address without a port', args: ['--address', 'localhost'], says: /Expected host:port/ },
    { when: 'with a host that is not there', args: ['--insecure', '--address', '300.0.0.1:1'], says: /300\.0\.0\.1:1/ },
  ])('$when', async ({ args, says }) => {
    const { code, stderr, stdout } = await runToEnd(file, args);

    expect(code).toBe(1);
    expect(stderr).toMatch(says);
    expect(stdout).toBe('');
  });

  test.each([
    { when: 'a ca.crt without a certificate', damage: { certificate: '' } },
    { when: 'a key of another certificate', damage: {}, otherKey: true },
  ])('with $when', async ({ damage, otherKey }) => {
    const pair = otherKey ? { ...server, key: client.key } : server;
    const damaged = writeCertificates(`${directory}/damaged-${otherKey}`, pair, { ...authority, ...damage });
    const { code, stderr } = await runToEnd(file, ['--tls-certs-dir', damaged]);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^squadkit: cannot use the TLS certificates in .*\n$/);
  });

  test('on a port that is taken', async () => {
    const [port, release] = await takenPort();
    try {
      const { code, stderr } = await runToEnd(file, ['--insecure', '--address', `127.0.0.1:${port}`]);

      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`^squadkit: cannot listen on 127.0.0.1:${port}: .*EADDRINUSE.*\\n$`));
    } finally {
      release();
    }
  });
});

test('describes every flag, and its version', async () => {
  const { code, stdout } = await runToEnd(file, ['--help']);
  expect(code).toBe(0);
  for (const flag of ['address', 'tls-certs-dir', 'tls-server-certs-dir', 'insecure', 'debug', 'version', 'help']) {
    expect(stdout).toContain(`--${flag}`);
  }

  expect((await runToEnd(file, ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('listens on every address when the host is left out', async () => {
  const running = await start(file, ['--insecure', '--address', ':0']);
  try {
    expect(running.log()).toContain('"address":"0.0.0.0:0"');
    await call(running.port, requestFor());
  } finally {
    await running.stop();
  }
});

describe('insecure', () => {
  let running: Packaged;

  beforeAll(async () => {
    running = await start(file, ['--insecure', '--debug'], { TLS_SERVER_CERTS_DIR: certificates });
  });

  afterAll(async () => {
    const { code } = await running.stop();
    expect(code).toBe(0);
  });

  const fatal = async (input: Record<string, unknown>, more: Partial<RunFunctionRequest> = {}) => {
    const request = requestFor(input, more);
    const response = await call(running.port, request);
    expect(response.meta).toEqual({ tag: 'tag-1', ttl: { seconds: 60, nanos: 0 } });
    expect(response.results).toHaveLength(1);
    expect(response.results[0]?.severity).toBe(Severity.SEVERITY_FATAL);

    return { request, response, message: response.results[0]?.message ?? '' };
  };

  test.each(['throw', 'throw text', 'parse', 'throw after changing', 'nothing', 'fractional ttl'])(
    'turns "%s" into a FATAL result that passes on the desired state and quotes nothing',
    async (behaviour) => {
      const { request, response, message } = await fatal({ behaviour });

      expect(message).toBe("Squadkit has a fault and changed nothing. SRE: report it with the function's log.");
      expect(response.desired).toEqual(request.desired);
      expect(response.context).toEqual(request.context);
      expect(response.conditions).toMatchObject([{ type: 'ActionNeeded', reason: 'SRE', message }]);
      expect(JSON.stringify(response)).not.toContain(canary.slice(0, 7));
      expect(running.log()).not.toContain(canary.slice(0, 7));
    },
  );

  test('logs the class of what was thrown, where, and for which document', async () => {
    await fatal({ behaviour: 'throw' });
    await fatal({ behaviour: 'parse' });

    await expect.poll(() => running.log()).toMatch(/"error":"SecretError","stack":"at .*function.cjs/);
    await expect
      .poll(() => running.log())
      .toMatch(/"document":"Service galaxy\/billing".*"error":"SyntaxError","stack":"at JSON.parse/);
    expect(running.log()).not.toContain(canary.slice(0, 7));
  });

  test.each([...Object.keys(notJson), 'undefined in a list'])(
    'turns a manifest with %s into a FATAL result that says where',
    async (behaviour) => {
      const { request, response, message } = await fatal({ behaviour });

      expect(message).toMatch(/"added" has .+ at spec\.list\.0\.deep/);
      expect(response.desired).toEqual(request.desired);
    },
  );

  test.each([
    { megabytes: 3.9, isServed: true },
    { megabytes: 4.1, isServed: false },
    { megabytes: 20, isServed: false },
  ])('answer of $megabytes MiB served: $isServed', async ({ megabytes, isServed }) => {
    const input = { behaviour: 'size', value: megabytes * mebibyte };
    if (isServed) {
      expect((await call(running.port, requestFor(input))).results[0]?.severity).toBe(Severity.SEVERITY_NORMAL);
      return;
    }

    const { message } = await fatal(input);
    expect(message).toBe(
      `2 resources of ${megabytes.toFixed(1)} MiB are too many: Crossplane takes 4.0 MiB. ` +
        'Squad: split the document into several.',
    );
  });

  test('answers even when the desired state of the request alone is too large for an answer', async () => {
    const { response } = await fatal(
      { behaviour: 'throw' },
      {
        desired: {
          composite: undefined,
          resources: { big: { resource: { filler: 'x'.repeat(5 * mebibyte) }, connectionDetails: {}, ready: 0 } },
        },
      },
    );

    expect(response.desired).toBeUndefined();
  });

  const observedOf = (megabytes: number): Partial<RunFunctionRequest> => ({
    observed: {
      composite: undefined,
      resources: {
        big: { resource: { filler: 'x'.repeat(megabytes * mebibyte) }, connectionDetails: {}, ready: 0 },
      },
    },
  });

  test('reads a request of 63 MiB and refuses one of 65', async () => {
    expect((await call(running.port, requestFor({}, observedOf(63)))).results[0]?.message).toBe('1 observed');
    await expect(call(running.port, requestFor({}, observedOf(65)))).rejects.toThrow(/RESOURCE_EXHAUSTED/);
  }, 60_000);

  test('names what to do about a document that is nested too deeply', async () => {
    let deep: unknown = 'leaf';
    for (let level = 0; level < 150; level++) deep = [deep];
    const { message } = await fatal({ deep });

    expect(message).toBe('Something here is nested deeper than 100 levels. Squad: make the document flatter.');
  });

  test('answers bytes that are no request with a gRPC error', async () => {
    const raw = new Client(`127.0.0.1:${running.port}`, ChannelCredentials.createInsecure());
    const garbage = new Promise((resolve, reject) => {
      raw.makeUnaryRequest(
        '/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction',
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]),
        (error, response) => (error ? reject(error) : resolve(response)),
      );
    });

    await expect(garbage).rejects.toThrow(/INVALID_ARGUMENT: these bytes are not a RunFunctionRequest/);
    raw.close();
  });

  test('serves a hundred calls at once', async () => {
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        call(running.port, requestFor({}, { meta: { tag: String(index), capabilities: [] } })),
      ),
    );

    expect(responses.map(({ meta }) => meta?.tag)).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
  });
});

interface HealthClient extends Client {
  check(request: { service: string }, callback: (error: Error | null, response?: { status: string }) => void): void;
  watch(request: { service: string }): AsyncIterable<{ status: string }>;
}

describe('health', () => {
  const service = 'apiextensions.fn.proto.v1.FunctionRunnerService';
  const connectTo = (port: number) => {
    const Health = loadPackageDefinition({ Health: healthService }).Health as unknown as new (
      ...parameters: ConstructorParameters<typeof Client>
    ) => HealthClient;

    return new Health(`127.0.0.1:${port}`, ChannelCredentials.createInsecure());
  };
  const check = (health: HealthClient, name: string) =>
    new Promise<string | undefined>((resolve, reject) =>
      health.check({ service: name }, (error, response) => (error ? reject(error) : resolve(response?.status))),
    );

  test('is SERVING for the server and for the service, and unknown for others', async () => {
    const running = await start(file, ['--insecure']);
    const health = connectTo(running.port);
    try {
      expect(await check(health, '')).toBe('SERVING');
      expect(await check(health, service)).toBe('SERVING');
      await expect(check(health, 'other')).rejects.toThrow(/NOT_FOUND/);
    } finally {
      health.close();
      await running.stop();
    }
  });

  test('tells watchers NOT_SERVING on SIGTERM and is not held up by them', async () => {
    const running = await start(file, ['--insecure']);
    const health = connectTo(running.port);
    const heard: string[] = [];
    for await (const { status } of health.watch({ service })) {
      heard.push(status);
      if (heard.length === 1) running.process.kill('SIGTERM');
    }
    health.close();

    expect(heard).toEqual(['SERVING', 'NOT_SERVING']);
    expect((await running.exited).code).toBe(0);
  });
});

describe('ends', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('on %s, after the call in flight is finished', async (signal) => {
    const running = await start(file, ['--insecure']);
    const inFlight = await startCall(running.port);
    running.process.kill(signal);
    await expect.poll(() => running.log()).toContain('draining');
    await expect(call(running.port, requestFor())).rejects.toThrow(/UNAVAILABLE/);

    const { status, bytes } = await inFlight.finish();
    expect(status).toBe('0');
    expect(bytes).toBeGreaterThan(10);
    expect((await running.exited).code).toBe(0);
  });

  test('with 1 at the deadline, when a call never finishes', async () => {
    const running = await start(`${directory}/short-drain.cjs`, []);
    const inFlight = await startCall(running.port);
    running.process.kill('SIGTERM');
    const { code, stderr } = await running.exited;
    inFlight.abandon();

    expect(code).toBe(1);
    expect(stderr).toContain('cut off at the deadline');
  });

  test.each([
    { behaviour: 'stray rejection', event: 'unhandledRejection', error: 'SecretError' },
    { behaviour: 'stray error', event: 'uncaughtException', error: 'SyntaxError' },
  ])('with 1 after a $behaviour, and says so without quoting it', async ({ behaviour, event, error }) => {
    const running = await start(file, ['--insecure']);
    await call(running.port, requestFor({ behaviour })).catch(() => {});
    const { code, stderr } = await running.exited;

    expect(code).toBe(1);
    expect(stderr).toContain(`"message":"${event}","error":"${error}"`);
    expect(stderr).not.toContain(canary.slice(0, 7));
  });
});
