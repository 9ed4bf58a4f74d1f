import { describe, expect, test } from 'vitest';
import { namedBy, targetOf } from '../../../functions/janitor/target.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { readZone } from '../../../functions/zone/read.ts';
import { example } from '../../support/examples.ts';

const [named] = namedBy(readZone(example('Zone', 'frontier')));
if (named === undefined) throw new Error('the example Zone names no janitor');
const secret = (change: Record<string, string | undefined>): KubernetesObject => {
  const values = {
    username: 'squadkit_janitor',
    password: 'p',
    endpoint: 'spike.example.org',
    port: '5432',
    ...change,
  };
  const data = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Buffer.from(value).toString('base64')]],
  );

  return { apiVersion: 'v1', kind: 'Secret', data: Object.fromEntries(data) } as KubernetesObject;
};

test('a Zone names its servers, and only those with a janitor', () => {
  expect(named).toMatchObject({ name: 'frontier.spike', secret: 'spike-janitor', adminRole: 'squadkit_admin' });
  const without = structuredClone(example('Zone', 'frontier')) as unknown as {
    spec: { components: { postgres?: { janitor?: object } }[] };
  };
  delete without.spec.components[0]?.postgres?.janitor;

  expect(namedBy(readZone(without as unknown as KubernetesObject))).toEqual([]);
});

test('a Secret says where the server is', () => {
  expect(targetOf(named, secret({}))).toMatchObject({ host: 'spike.example.org', port: 5432, password: 'p' });
});

describe('what is in a Secret that is not meant for the janitor, or is odd, is never used nor repeated', () => {
  const odd = [
    ...['squadkit_admin', 'postgres', 'squadkit_janitor ', 'SQUADKIT_JANITOR', '', undefined].map((username) => ({
      username,
    })),
    ...['/var/run/postgresql', '/', 'spike.example.org:5432', 'https://spike', 'a b', '', '[::1]', '..', undefined].map(
      (endpoint) => ({ endpoint }),
    ),
    ...['0', '-1', '65536', '5432x', ' 5432', '1e3', '', undefined].map((port) => ({ port })),
    ...['', undefined].map((password) => ({ password })),
  ];

  test.each(odd)('%j', (change) => {
    const attempt = () => targetOf(named, secret({ password: 'canary-of-a-password', ...change }));

    expect(attempt).toThrow(/spike-janitor/);
    expect(attempt).not.toThrow(/canary|5432x|https:/);
  });

  test('none at all', () => expect(() => targetOf(named, undefined)).toThrow(/no Secret spike-janitor/));
});
