import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunFunctionRequest, type RunFunctionResponse, Severity } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, functionEntries } from '../../package/build.ts';
import { requestOf } from '../bench/requests.ts';
import { createAuthority, writeCertificates } from '../contract/authority.ts';
import { credentialsFor } from '../contract/client.ts';
import { type Packaged, start, temporaryDirectory } from '../contract/packaged.ts';
import { isLong, seed } from '../support/cases.ts';
import { example, exampleCertificate, exampleRegistry } from '../support/examples.ts';
import { canonical } from '../support/json.ts';
import { requestFor } from '../support/request.ts';
import { type Caller, connectTo } from './caller.ts';
import { hasCanary, leaksOf } from './canaries.ts';
import { encodeRequest } from './encode.ts';
import { hostileCase, ordinary } from './requests.ts';

const mebibyte = 1024 * 1024;
const [directory, removeDirectory] = temporaryDirectory();
const file = `${directory}/function.cjs`;
let running: Packaged;
let caller: Caller;

beforeAll(async () => {
  await bundle({ outputDirectory: directory, entries: functionEntries });
  running = await start(file, ['--insecure', '--debug']);
  caller = connectTo(running.port);
});

afterAll(async () => {
  caller.close();
  const { code, stderr } = await running.stop();
  removeDirectory();

  expect(code).toBe(0);
  expect(hasCanary(stderr)).toBe(false);
});

/** That it is alive, and not merely up. */
const expectAlive = async () => {
  const { results, conditions } = await caller.call(encodeRequest(ordinary[1] ?? {}));
  expect(results).toEqual([]);
  expect(conditions[0]?.reason).toBe('Accepted');
};

const requests = Number(process.env.CASES ?? (isLong ? 10_000 : 2_000));

test(
  `${requests} requests of every sort over gRPC: every one has an answer, and none leaks`,
  async () => {
    console.log(`seed ${seed}: SEED=${seed} repeats it`);
    const cases = fc.sample(hostileCase, { numRuns: requests });
    const counts: Record<string, number> = {};
    const next = cases.values();
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (const { request, kept } of next) {
          const response = await caller.call(encodeRequest(request));
          const [result] = response.results;
          const outcome = result?.reason ?? 'answered';
          counts[outcome] = (counts[outcome] ?? 0) + 1;
          if (result === undefined) {
            expect(Object.keys(response.desired?.resources ?? {})).toEqual(expect.arrayContaining(kept));
          }
          expect(leaksOf(response)).toEqual([]);
        }
      }),
    );
    console.log(
      Object.entries(counts)
        .map(([outcome, count]) => `${outcome} ${count}`)
        .join(', '),
    );
    expect(counts.answered).toBeGreaterThan(requests / 5);
    await expectAlive();
  },
  60_000 + 100 * requests,
);

const nested = (depth: number): unknown => {
  let value: unknown = 'leaf';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { inner: value } : [value];

  return value;
};

/** An ordinary request with one thing more in the spec of its document, where no schema allows it. */
const withInSpec = (name: string, value: unknown) => {
  const [request] = ordinary;
  const object = request?.observed?.composite?.object as { spec: object };
  const composite = { object: { ...object, spec: { ...object.spec, [name]: value } } };

  return encodeRequest({ ...request, observed: { ...request?.observed, composite } });
};

describe('a document that is too much', () => {
  test.each([10, 50, 90, 100, 110, 150, 200, 500])('nested %i levels deep is refused in a sentence', async (depth) => {
    const { results, desired } = await caller.call(withInSpec('deep', nested(depth)));

    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      severity: Severity.SEVERITY_FATAL,
      reason: depth < 95 ? 'SettingInvalid' : 'RequestUnreadable',
    });
    expect(Object.keys(desired?.resources ?? {})).toEqual(['earlier']);
    await expectAlive();
  });

  test.each<[string, unknown]>([
    ['a list of 100,000 texts', Array(100_000).fill('x')],
    ['a list of 100,000 objects', Array.from({ length: 100_000 }, (_, index) => ({ name: `zone-${index}` }))],
    ['100,000 keys', Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key-${index}`, index]))],
    ['a text of 1 MiB', 'x'.repeat(mebibyte)],
    ['a text of 1 MiB that only just is one', '\ud800'.repeat(mebibyte / 3)],
  ])('with %s is refused, and the message stays short', async (_, value) => {
    for (const field of ['zones', 'description', 'other', 'dataClass']) {
      const { results } = await caller.call(withInSpec(field, value));
      expect(results).toHaveLength(1);
      expect(results[0]?.reason).toBe('SettingInvalid');
      expect(results[0]?.message.length).toBeLessThan(1_000);
    }
    await expectAlive();
  });

  test('with a key of 1 MiB is refused, and the message stays short', async () => {
    const { results } = await caller.call(withInSpec('x'.repeat(mebibyte), 1));

    expect(results[0]?.reason).toBe('SettingInvalid');
    expect(results[0]?.message.length).toBeLessThan(1_000);
  });
});

test('a Service of a thousand resources is answered, and it is no transport error', async () => {
  const { service } = requestOf(1_000);
  const { results, desired } = await caller.call(RunFunctionRequest.encode(service).finish());

  expect(results).toEqual([]);
  expect(Object.keys(desired?.resources ?? {}).length).toBeGreaterThanOrEqual(1_000);
});

test('an answer over 4 MiB is refused with count and size, whatever makes it large', async () => {
  const { service } = requestOf(1_000);
  const certificate = exampleCertificate();
  const caBundle = JSON.stringify(`${certificate}${'x'.repeat(65_536 - certificate.length)}`);
  // What the platform registered goes into every binding.
  const zones = Object.entries(service.requiredResources).map(([key, { items }]) => [
    key,
    { items: JSON.parse(JSON.stringify(items).replaceAll(/"caBundle":"[^"]*"/g, `"caBundle":${caBundle}`)) },
  ]);
  const large = RunFunctionRequest.create({ ...service, requiredResources: Object.fromEntries(zones) });
  const { results } = await caller.call(RunFunctionRequest.encode(large).finish());

  expect(results).toHaveLength(1);
  expect(results[0]?.reason).toBe('AnswerTooLarge');
  expect(results[0]?.message).toMatch(
    /^\d{4} resources of \d+\.\d MiB are too many: Crossplane takes 4\.0 MiB\. Squad:/,
  );
  await expectAlive();
});

test('a hundred callers are served while one asks for a thousand resources again and again', async () => {
  const huge = RunFunctionRequest.encode(requestOf(1_000).service).finish();
  const small = RunFunctionRequest.encode(requestOf(10).service).finish();
  const perCaller = isLong ? 100 : 10;
  let isDone = false;
  let hugeCalls = 0;
  const looping = (async () => {
    const own = connectTo(running.port);
    while (!isDone) {
      expect((await own.call(huge)).results).toEqual([]);
      hugeCalls += 1;
    }
    own.close();
  })();

  const times: number[] = [];
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const own = connectTo(running.port);
      for (let round = 0; round < perCaller || hugeCalls < 2; round += 1) {
        const started = performance.now();
        expect((await own.call(small)).results).toEqual([]);
        times.push(performance.now() - started);
      }
      own.close();
    }),
  );
  isDone = true;
  await looping;
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0);
  console.log(
    `${times.length} calls of 100 callers beside ${hugeCalls} of a thousand resources: ` +
      `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
  );

  expect(times.length).toBeGreaterThanOrEqual(100 * perCaller);
  expect(hugeCalls).toBeGreaterThanOrEqual(2);
});

test('processes in other time zones, languages and orders give the same answers to the byte', async () => {
  const places: Record<string, string>[] = [
    { TZ: 'UTC', LANG: 'C' },
    { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    { TZ: 'America/St_Johns', LANG: 'ar_EG.UTF-8', NODE_ENV: 'production' },
  ];
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, shuffled(inner)]),
    );
  };
  const answers = await Promise.all(
    places.map(async (place, index) => {
      const process = await start(file, ['--insecure'], place);
      const own = connectTo(process.port);
      const responses: string[] = [];
      for (const request of ordinary) {
        responses.push(
          canonical(await own.call(encodeRequest(index === 1 ? (shuffled(request) as typeof request) : request))),
        );
      }
      own.close();
      await process.stop();

      return responses;
    }),
  );

  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test('the same request a hundred times is answered the same, without a word', async () => {
  const bytes = RunFunctionRequest.encode(requestFor(example('Service', 'billing'), {}, exampleRegistry())).finish();
  const answers = new Set<string>();
  for (let call = 0; call < 100; call += 1) {
    const response: RunFunctionResponse = await caller.call(bytes);
    expect(response.results).toEqual([]);
    answers.add(canonical(response));
  }

  expect(answers.size).toBe(1);
});

describe('SIGTERM, over mutual TLS', () => {
  /** A function with certificates of its own, and a client that it trusts. */
  const startTrusted = async () => {
    const authority = await createAuthority('our authority');
    const [server, client] = await Promise.all([authority.issue('function'), authority.issue('crossplane')]);
    const certificates = writeCertificates(`${directory}/certificates-${server.serial}`, server, authority);
    const process = await start(file, ['--tls-certs-dir', certificates]);

    return { ...process, credentials: credentialsFor(authority, client) };
  };

  test('with calls in flight: each of them is answered', async () => {
    const process = await startTrusted();
    const callers = Array.from({ length: 10 }, () => connectTo(process.port, process.credentials));
    const large = RunFunctionRequest.encode(requestOf(1_000).service).finish();
    await Promise.all(callers.map((own) => own.call(encodeRequest(ordinary[1] ?? {}))));

    const calls = callers.map((own) => own.call(large));
    // The first answer shows that the others have arrived: they were sent before it was computed.
    await Promise.race(calls);
    process.process.kill('SIGTERM');
    const answers = await Promise.all(calls);
    for (const own of callers) own.close();

    expect(answers.map(({ results }) => results)).toEqual(answers.map(() => []));
    expect((await process.exited).code).toBe(0);
  });

  test.each([
    { who: 'an idle client', greeting: undefined },
    { who: 'somebody who connects and says nothing', greeting: '' },
    { who: 'somebody who begins a handshake and stops', greeting: '\u0016\u0003\u0001\u0002' },
  ])('is not held up by $who', async ({ greeting }) => {
    const process = await startTrusted();
    const idle = connectTo(process.port, process.credentials);
    await idle.call(encodeRequest(ordinary[1] ?? {}));
    const socket = connect(process.port, '127.0.0.1').on('error', () => {});
    if (greeting) socket.write(Buffer.from(greeting, 'latin1'));
    await sleep(100);

    const started = performance.now();
    process.process.kill('SIGTERM');
    const { code } = await process.exited;
    socket.destroy();
    idle.close();

    expect(code).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

test.runIf(isLong)(
  'its memory is the same after many calls as after a few',
  async () => {
    const soaked = await start(file, ['--insecure']);
    const own = connectTo(soaked.port);
    const bytes = [10, 30, 100].map((size) => RunFunctionRequest.encode(requestOf(size).service).finish());
    const residentMebibytes = () =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${soaked.process.pid}/status`, 'utf8'))?.[1]) / 1024;
    const work = async (calls: number) => {
      let most = 0;
      for (let call = 0; call < calls; call += 8) {
        await Promise.all(
          Array.from({ length: 8 }, (_, index) => own.call(bytes[(call + index) % bytes.length] as Uint8Array)),
        );
        most = Math.max(most, residentMebibytes());
      }

      return most;
    };
    const warm = await work(4_000);
    const after = await work(12_000);
    own.close();
    await soaked.stop();
    console.log(`RSS at most ${warm.toFixed(0)} MiB in the first 4,000 calls, ${after.toFixed(0)} in the 12,000 after`);

    // 3 KiB kept of every call would be more.
    expect(after - warm).toBeLessThan(32);
    expect(after).toBeLessThan(200);
  },
  900_000,
);
