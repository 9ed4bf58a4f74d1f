import { expect, test } from 'vitest';
import type { Hub } from '../../../functions/janitor/hub.ts';
import { type Registered, registeredOn } from '../../../functions/janitor/registered.ts';
import { follow, reporterOf, reportOf } from '../../../functions/janitor/run.ts';
import type { Target } from '../../../functions/janitor/target.ts';
import type { Watch } from '../../../functions/janitor/watch.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { Unusable } from '../../../functions/outside/reason.ts';
import { doubtsOf, saidOf } from '../../../functions/zone/sessions.ts';
import { example } from '../../support/examples.ts';

const encoded = (text: string) => Buffer.from(text).toString('base64');
const secret = (endpoint: string): KubernetesObject =>
  ({
    ...{ apiVersion: 'v1', kind: 'Secret' },
    data: {
      ...{ username: encoded('squadkit_janitor'), password: encoded('canary-of-a-janitor') },
      ...{ endpoint: encoded(endpoint), port: encoded('5432') },
    },
  }) as KubernetesObject;
const zones = ['frontier', 'meadow'].map((name) => example('Zone', name));
const hubOf = (change: Partial<Hub> = {}): Hub => ({
  zones: async () => zones,
  secret: async (name) => secret(`${name}.example.org`),
  report: async () => undefined,
  ...change,
});

test('every server of every Zone is found, and what is wrong with one Secret is about one server', async () => {
  const found = await registeredOn(
    hubOf({
      secret: async (name) => {
        if (name === 'spike-janitor') throw Object.assign(new Error('canary'), { code: 'ECONNRESET' });
        return secret('spike.example.org');
      },
    }),
  );

  expect(found.targets.map(({ name }) => name)).toEqual(['meadow.spike']);
  expect(found.problems).toEqual({ 'frontier.spike': 'the connection was cut' });
});

test.each([
  ['cut off', Object.assign(new Error('canary'), { code: 'ECONNRESET' })],
  ['refused', new Unusable('the hub answers with status 403')],
])('a Secret whose answer is %s once ends no watch; one that is gone does', async (_, error) => {
  const before = await registeredOn(hubOf());
  const away = await registeredOn(hubOf({ secret: async () => Promise.reject(error) }), before.targets);
  expect(away).toEqual(before);

  const gone = await registeredOn(hubOf({ secret: async () => undefined }), before.targets);
  expect(gone.targets).toEqual([]);
  expect(Object.keys(gone.problems)).toEqual(['frontier.spike', 'meadow.spike']);
});

test('a Zone that cannot be read takes no other along, and one that is refused goes by what is in force', async () => {
  const [frontier, meadow] = structuredClone(zones) as [KubernetesObject, KubernetesObject];
  const before = { generation: 1, spec: structuredClone(frontier.spec) };
  Object.assign(frontier, { spec: { ...frontier.spec, region: 7 }, status: { accepted: before } });
  const broken = { ...meadow, spec: { components: 'none' } } as unknown as KubernetesObject;
  const found = await registeredOn(hubOf({ zones: async () => [broken, frontier] }));

  expect(found.targets.map(({ name }) => name)).toEqual(['frontier.spike']);
});

/** Watches that only count how often they were begun and stopped. */
const counting = () => {
  const begun: string[] = [];
  const stopped: string[] = [];
  const begin = ({ name }: Target): Watch => {
    begun.push(name);
    return {
      said: () => ({ tooMany: [], sessions: 0, ended: 0, staying: 0, prepared: 0, generations: {} }),
      stop: () => void stopped.push(name),
    };
  };

  return { begun, stopped, begin };
};

test('a server is watched by one, as long as nothing of it changes; what is alike shares one connection', async () => {
  const { begun, stopped, begin } = counting();
  const watches = new Map<string, Watch>();
  const around = { pause: 1, now: Date.now, sleep: async () => undefined, tell: () => undefined };
  const one = (await registeredOn(hubOf())).targets[0] as Target;
  const step = (...targets: Target[]): Registered => {
    const registered = { targets, problems: {} };
    follow(watches, registered, around, begin);
    return registered;
  };
  step(one, { ...one, name: 'meadow.spike' });
  step(one, { ...one, name: 'meadow.spike' });
  expect([begun, stopped]).toEqual([['frontier.spike'], []]);
  expect(Object.keys(reportOf(watches, step(one, { ...one, name: 'meadow.spike' })))).toHaveLength(2);

  step({ ...one, password: 'renewed' });
  expect([begun, stopped]).toEqual([['frontier.spike', 'frontier.spike'], ['frontier.spike']]);
  // A Zone with another authority for the same server does not take the place of the right one.
  step({ ...one, password: 'renewed' }, { ...one, name: 'a.spike', password: 'renewed', caBundle: 'another' });
  expect(begun).toEqual(['frontier.spike', 'frontier.spike', 'a.spike']);
  step();
  expect(stopped).toHaveLength(3);
});

test('what is reported is read back, says no secret, and is doubted when it is old, odd or not there', async () => {
  const now = new Date('2026-11-28T12:00:00Z');
  const said = {
    ...{ lookedAt: '2026-11-28T11:59:00Z', tooMany: [], sessions: 3, ended: 1, staying: 0, prepared: 0 },
    generations: { galaxy_billing_app: 2 },
  };
  const reportWith = (text: string) => ({ data: { 'frontier.spike': text } }) as unknown as KubernetesObject;
  const seen = saidOf(reportWith(JSON.stringify(said)), 'frontier.spike');

  expect(doubtsOf(seen, now)).toEqual([]);
  expect(doubtsOf(seen && { ...seen, lookedAt: '2026-11-28T11:00:00Z' }, now)).toHaveLength(1);
  expect(doubtsOf(seen && { ...seen, lookedAt: '2026-11-28T13:00:00Z' }, now)).toHaveLength(1);
  expect(doubtsOf(seen && { ...seen, problem: 'there is no way to it' }, now)).toEqual(['there is no way to it']);
  expect(doubtsOf(seen && { ...seen, tooMany: ['CREATEDB'], staying: 1, prepared: 2 }, now)).toHaveLength(3);
  for (const text of ['', '{', 'null', '[]', '{"sessions":"3"}', '{"__proto__":1}'])
    expect(doubtsOf(saidOf(reportWith(text), 'frontier.spike'), now)).toEqual(['the janitor says nothing of it']);
  expect(saidOf(reportWith('{}'), 'constructor')).toBeUndefined();
});

test('nothing new is reported each minute, also by a clock that was set back', async () => {
  let [time, reports] = [3_600_000, 0];
  const report = reporterOf(
    {
      report: async () => {
        reports += 1;
      },
    },
    () => ({ 'frontier.spike': '{"lookedAt":"2026-11-28T12:00:00Z"}' }),
    () => time,
  );
  const after: number[] = [];
  for (const now of [3_600_000, 3_610_000, 3_661_000, 0, 30_000]) {
    time = now;
    await report();
    after.push(reports);
  }

  expect(after).toEqual([1, 1, 2, 3, 3]);
});
