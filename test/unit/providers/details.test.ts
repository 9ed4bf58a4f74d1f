import type { Resource } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject, Observed } from '../../../functions/objects/resource.ts';
import { type Detail, detailOf, isOdd } from '../../../functions/providers/details.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { manyCases } from '../../support/cases.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const published = (value: Uint8Array): Observed => ({
  object: { apiVersion: 'v1', kind: 'Role', status: { conditions: [{ type: 'Ready', status: 'True' }] } },
  connection: { it: Buffer.from(value) },
});
const read = (value: string | Uint8Array, sort: Detail) => detailOf(published(Buffer.from(value)), 'it', sort);

test.each<[Detail, string, string | undefined]>([
  ['secret', 'a b', 'a b'],
  ['secret', 'pässwörd', 'pässwörd'],
  ['secret', '', undefined],
  ['secret', 'x\n', undefined],
  ['secret', '\0', undefined],
  ['host', 'spike.example.org', 'spike.example.org'],
  ['host', '[2001:db8::7]', '2001:db8::7'],
  ['host', '192.0.2.5', '192.0.2.5'],
  ['host', '', undefined],
  ['host', 'x\n', undefined],
  ['host', 'https://x/@y', undefined],
  ['host', 'spike:5432', undefined],
  ['port', '5432', '5432'],
  ['port', '65535', '65535'],
  ['port', '65536', undefined],
  ['port', '0', undefined],
  ['port', '', undefined],
  ['port', 'abc', undefined],
  ['port', '5432\n', undefined],
  ['port', '1e3', undefined],
])('as a %s %j is %j', (sort, text, want) => {
  expect(read(text, sort)).toBe(want);
  expect(isOdd(published(Buffer.from(text)), 'it', sort)).toBe(want === undefined);
});

test('whatever bytes are published, only what is text, and a port only what is one, is read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (value) => {
      const text = Buffer.from(value).toString('utf8');
      const isText = Buffer.from(text).equals(Buffer.from(value)) && text !== '' && !/\p{Cc}/u.test(text);
      expect(read(value, 'secret')).toBe(isText ? text : undefined);
    }),
    { numRuns: manyCases },
  );
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: -10, max: 70000 }).map(String), fc.string()), (text) => {
      const port = read(text, 'port');
      if (port !== undefined)
        expect([Number(port) >= 1 && Number(port) <= 65535, `${Number(port)}`]).toEqual([true, text]);
    }),
    { numRuns: manyCases },
  );
});

test('nothing is read of a resource that has published nothing, or is not ready', () => {
  const notReady = { ...published(Buffer.from('5432')), object: { apiVersion: 'v1', kind: 'Role' } };

  expect([undefined, notReady].map((observed) => detailOf(observed, 'it', 'port'))).toEqual([undefined, undefined]);
  expect([undefined, notReady].map((observed) => isOdd(observed, 'it', 'port'))).toEqual([false, false]);
});

const billing = example('Service', 'billing');
const settled = () => copyOf(simulate(billing, exampleRegistry()).observed);
const answerWith = (name: string, key: string, value: string, gone: string[] = []) => {
  const observed = settled();
  const resource = observed[name] as Resource;
  resource.connectionDetails = { ...resource.connectionDetails, [key]: Buffer.from(value) };
  for (const other of gone) delete observed[other];
  const { conditions, desired } = compose(requestFor(billing, observed), Date.parse('2000-01-01T00:00:01Z'));

  return {
    action: conditions.find(({ type }) => type === 'ActionNeeded'),
    objectOf: (of: string) => desired?.resources[of]?.resource as KubernetesObject | undefined,
  };
};

describe.each([
  ['endpoint', 'https://user:canary@spike'],
  ['port', 'canary'],
])('%s %j in the Secret of a Zone', (key, value) => {
  test.each([[[]], [['frontier.spike.binding']]])(
    'is said to the Platform, without its value, with %j gone',
    (gone) => {
      const { action } = answerWith('frontier.spike.app', key, value, gone);

      expect(action?.reason).toBe('Platform');
      expect(action?.message).toContain(`correct ${key} in Secret squadkit-system/spike-admin of zone frontier`);
      expect(action?.message).not.toContain('canary');
    },
  );

  test('opens no port that is none', () => {
    const { objectOf } = answerWith('frontier.spike.app', key, value, ['frontier.spike.binding']);
    const policy = JSON.stringify(objectOf('frontier.aqua.network')?.spec);

    expect(policy).not.toMatch(/"port":(0|null)|"protocol":"TCP"}/);
  });
});

test('a token that is none is said to the Platform, and the kubeconfig keeps the one that it has', () => {
  const { action, objectOf } = answerWith('frontier.aqua.deployer-token', 'token', '');

  expect(action?.message).toContain(
    'delete Secret galaxy-billing in namespace squadkit-deployers on aqua in zone frontier',
  );
  const kubeconfig = settled()['frontier.aqua.kubeconfig']?.resource as KubernetesObject | undefined;
  expect(objectOf('frontier.aqua.kubeconfig')?.data).toEqual(kubeconfig?.data);
});
