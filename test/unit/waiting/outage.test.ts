import type { Resource, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const billing = example('Service', 'billing');
const refused = 'cannot select role: dial tcp 10.0.0.1:5432: connect: connection refused';
const timeOf = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

const objectOf = (resource: Resource | undefined) => resource?.resource as unknown as KubernetesObject;

/** Everything in place, but for the database server, which nothing reaches from `start` on. */
const away = (): Record<string, Resource> => {
  const observed = copyOf(simulate(billing, exampleRegistry()).observed);
  for (const [name, resource] of Object.entries(observed)) {
    if (!name.startsWith('frontier.spike.') || name.endsWith('.binding')) continue;
    objectOf(resource).status = {
      conditions: [{ type: 'Synced', status: 'False', message: refused, lastTransitionTime: timeOf(0) }],
    };
  }
  return observed;
};

const attempts = ({ desired }: RunFunctionResponse): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(desired?.resources ?? {}).map(([name, resource]) => [
      name,
      objectOf(resource).metadata?.annotations?.['squadkit.io/try-again'],
    ]),
  );

/**
 * An outage as Crossplane lives through it: it calls when the answer said, and at once when a resource has changed,
 * which costs the composite 2 of 100 tokens, of which 1 a second comes back.
 */
const outage = (hours: number) => {
  const observed = away();
  const composite: KubernetesObject = {
    ...billing,
    status: { conditions: [{ type: 'Provisioned', status: 'False', lastTransitionTime: timeOf(0) }] },
  };
  const rounds: number[] = [];
  const asked: { name: string; seconds: number }[] = [];
  let tokens = 100;
  let fewest = tokens;

  for (let seconds = 0, pause = 0; seconds < hours * 3600; seconds += pause) {
    const response = compose(requestFor(composite, observed), start + seconds * 1000);
    const changed = Object.entries(attempts(response)).filter(
      ([name, time]) => time !== objectOf(observed[name]).metadata?.annotations?.['squadkit.io/try-again'],
    );
    rounds.push(seconds);
    for (const [name, time] of changed) {
      asked.push({ name, seconds });
      objectOf(observed[name]).metadata = {
        ...objectOf(observed[name]).metadata,
        annotations: { 'squadkit.io/try-again': time ?? '' },
      };
    }
    pause = changed.length > 0 ? 0.1 : Number(response.meta?.ttl?.seconds);
    tokens = Math.min(100, tokens + pause) - 2 * changed.length;
    fewest = Math.min(fewest, tokens);
  }

  return { rounds, asked, fewest };
};

test('an hour without the database costs little more than the rounds there are anyway', () => {
  const { rounds, asked, fewest } = outage(1);
  const until = (minutes: number) => asked.filter(({ seconds }) => seconds < minutes * 60).length;

  // One of 15 resources every 8 s in the first minute, every 10 s in the next nine, every minute after that.
  expect({ first: until(1), tenth: until(10), hour: asked.length }).toEqual({ first: 4, tenth: 57, hour: 106 });
  // As many rounds as without, and one more after each of them.
  expect(rounds.length).toBe(60 + 54 + 50 + asked.length);
  expect(fewest).toBeGreaterThan(90);
  // Each gets its turn.
  expect(new Set(asked.map(({ name }) => name)).size).toBe(15);
});

test('when one works again, the next round asks all others, and no round after that', () => {
  const observed = away();
  const owner = objectOf(observed['frontier.spike.owner']);
  owner.status = {
    conditions: [
      { type: 'Synced', status: 'True', lastTransitionTime: timeOf(3600) },
      { type: 'Ready', status: 'True', lastTransitionTime: timeOf(0) },
    ],
  };
  const first = attempts(compose(requestFor(billing, observed), start + 3_601_000));
  const asked = Object.entries(first).filter(([, time]) => time !== undefined);
  expect(asked).toHaveLength(14);
  expect(new Set(asked.map(([, time]) => time))).toEqual(new Set([timeOf(3600)]));

  for (const [name, time] of asked) {
    objectOf(observed[name]).metadata = {
      ...objectOf(observed[name]).metadata,
      annotations: { 'squadkit.io/try-again': time ?? '' },
    };
  }
  expect(attempts(compose(requestFor(billing, observed), start + 3_602_000))).toEqual(first);
});

test.each([
  { name: 'a day behind', seconds: -86_400 },
  { name: 'at its beginning', seconds: -start / 1000 },
  { name: 'a minute ahead', seconds: 60 },
  { name: 'a hundred years ahead', seconds: 3_155_760_000 },
])('a clock that is $name changes nothing but when a failing resource is to try again', ({ seconds }) => {
  const withoutAttempts = (response: RunFunctionResponse) => {
    for (const resource of Object.values(response.desired?.resources ?? {})) {
      delete objectOf(resource).metadata?.annotations?.['squadkit.io/try-again'];
    }
    return { ...response, meta: null };
  };
  for (const observed of [{}, away(), simulate(billing, exampleRegistry()).observed]) {
    const right = compose(requestFor(billing, observed), start + 40_000);
    const wrong = compose(requestFor(billing, observed), start + 40_000 + seconds * 1000);
    expect(canonical(withoutAttempts(wrong))).toEqual(canonical(withoutAttempts(right)));
  }
});

/** An empty `annotations` is the same as none. */
const canonical = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner) =>
      key === 'annotations' && Object.keys(inner).length === 0 ? undefined : inner,
    ),
  );
