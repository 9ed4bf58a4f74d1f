import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleCertificate, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const billing = example('Service', 'billing');
const secret = 'frontier.aqua.secret.spike';
const settled = () => copyOf(simulate(billing, exampleRegistry()).observed);
const objectOf = (resource: Resource | undefined) => resource?.resource as unknown as KubernetesObject;
const next = (observed: Record<string, Resource>) => compose(requestFor(billing, observed)).desired?.resources ?? {};
const ready = (observed: Record<string, Resource>) => compose(requestFor(billing, observed)).desired?.composite?.ready;
const manifestOf = (resource: Resource | undefined) =>
  (objectOf(resource).spec as { forProvider: { manifest: KubernetesObject } }).forProvider.manifest;

// Guard rail: postgres-verified-tls
test('the Secret on the hub is a service binding with everything that a client needs', () => {
  const { type, data } = objectOf(settled()['frontier.spike.binding']);
  const text = Object.fromEntries(
    Object.entries(data as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );

  expect(type).toBe('servicebinding.io/postgresql');
  expect(text).toMatchObject({
    type: 'postgresql',
    provider: 'squadkit',
    host: 'simulated',
    port: '5432',
    database: 'galaxy_billing',
    username: 'galaxy_billing_app',
    password: 'simulated',
    uri: 'postgresql://galaxy_billing_app:simulated@simulated:5432/galaxy_billing?sslmode=verify-full&sslrootcert=/bindings/spike/ca.crt',
    'uri-without-ca': 'postgresql://galaxy_billing_app:simulated@simulated:5432/galaxy_billing?sslmode=verify-full',
    'jdbc-uri':
      'jdbc:postgresql://simulated:5432/galaxy_billing?sslmode=verify-full&sslrootcert=/bindings/spike/ca.crt',
    'read-uri':
      'postgresql://galaxy_billing_app:simulated@localhost:5432/galaxy_billing?sslmode=verify-full&sslrootcert=/bindings/spike/ca.crt',
    sslmode: 'verify-full',
    sslrootcert: 'ca.crt',
    'ca.crt': exampleCertificate(),
    'migrator.username': 'galaxy_billing_migrator',
    'migrator.uri':
      'postgresql://galaxy_billing_migrator:simulated@simulated:5432/galaxy_billing?sslmode=verify-full&sslrootcert=/bindings/spike.migrator/ca.crt',
  });
});

test('an address that the platform registered is delivered instead of the one a login was made at', () => {
  const registry = exampleRegistry().map((object) => {
    const moved = structuredClone(object);
    if (moved.kind !== 'Zone') return moved;
    const { components } = moved.spec as { components: { postgres?: object }[] };
    for (const component of components) {
      if (component.postgres) component.postgres = { ...component.postgres, endpoint: { host: 'spike-2', port: 5433 } };
    }
    return moved;
  });
  const resources = compose(requestFor(billing, settled(), registry)).desired?.resources ?? {};
  const { data } = objectOf(resources['frontier.spike.binding']) as unknown as { data: Record<string, string> };
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();

  expect([text('host'), text('port')]).toEqual(['spike-2', '5433']);
  expect(text('uri')).toContain('@spike-2:5433/');
  expect(text('migrator.uri')).toContain('@spike-2:5433/');
  expect(JSON.stringify(manifestOf(resources['frontier.aqua.network']).spec)).toContain('5433');
});

test('the Secret on the cluster is created empty, and filled by reference once it exists', () => {
  const observed = settled();
  delete observed[secret];
  const created = next(observed)[secret];

  expect(manifestOf(created).data).toBeUndefined();
  expect(objectOf(created).spec?.references).toBeUndefined();
  expect(created?.ready).not.toBe(1);

  const filled = next(settled())[secret];
  expect(manifestOf(filled).data).toMatchObject({ password: '', uri: '', 'uri-without-ca': '', 'read-uri': '' });
  expect(objectOf(filled).spec?.references).toEqual(
    ['password', 'uri', 'uri-without-ca', 'read-uri'].map((key) => ({
      patchesFrom: {
        apiVersion: 'v1',
        kind: 'Secret',
        namespace: 'galaxy',
        name: 'billing.frontier.spike.binding',
        fieldPath: `data[${key}]`,
      },
      toFieldPath: `data[${key}]`,
    })),
  );
});

test('references stay when the Secret on the hub is lost: without them the one on the cluster would be emptied', () => {
  const observed = settled();
  delete observed['frontier.spike.binding'];

  expect(objectOf(next(observed)[secret]).spec?.references).toHaveLength(4);
});

test('a Secret that has not been synced with its references is not ready', () => {
  const observed = settled();
  expect(ready(observed)).toBe(1);

  const object = objectOf(observed[secret]);
  object.metadata = { ...object.metadata, generation: 7 };
  expect(ready(observed)).toBe(2);
});

test('new credentials wake the delivery', () => {
  const observed = settled();
  const hub = objectOf(observed['frontier.spike.binding']);
  hub.metadata = { ...hub.metadata, resourceVersion: '42' };

  expect(objectOf(next(observed)[secret]).metadata?.annotations).toMatchObject({ 'squadkit.io/binding-version': '42' });
});

test('credentials and kubeconfig stay as they are while they cannot be read', () => {
  const before = next(settled());
  const observed = settled();
  for (const resource of Object.values(observed)) resource.connectionDetails = {};
  const after = next(observed);

  for (const name of ['frontier.spike.binding', 'frontier.aqua.kubeconfig', 'frontier.aqua.network']) {
    expect(objectOf(after[name])).toEqual(objectOf(before[name]));
  }
});

test('nothing is ready before the credentials exist', () => {
  const observed = settled();
  delete observed['frontier.spike.binding'];
  delete observed['frontier.aqua.kubeconfig'];
  for (const resource of Object.values(observed)) resource.connectionDetails = {};
  const response = compose(requestFor(billing, observed));

  expect(response.desired?.composite?.ready).toBe(2);
  expect(response.desired?.resources['frontier.spike.binding']).toBeUndefined();
});

test('a login made anew is not delivered with the password of the one before', () => {
  const observed = settled();
  const role = objectOf(observed['frontier.spike.app']);
  delete role.status;
  observed['frontier.spike.app'] = {
    ...(observed['frontier.spike.app'] as Resource),
    connectionDetails: { ...observed['frontier.spike.app']?.connectionDetails, password: Buffer.from('old password') },
  };
  delete observed['frontier.spike.binding'];

  expect(next(observed)['frontier.spike.binding']).toBeUndefined();
});

test('the Secret on the hub waits until the credentials of every login are known', () => {
  const observed = settled();
  delete observed['frontier.spike.binding'];
  expect(next(observed)['frontier.spike.binding']).toBeDefined();

  (observed['frontier.spike.migrator'] as Resource).connectionDetails = {};
  expect(next(observed)['frontier.spike.binding']).toBeUndefined();
});

test('nothing is delivered from a Secret that lacks a value', () => {
  const observed = settled();
  const created = objectOf(observed[secret]);
  const { references: _, ...spec } = created.spec ?? {};
  created.spec = spec;
  expect(objectOf(next(observed)[secret]).spec?.references).toHaveLength(4);

  const hub = objectOf(observed['frontier.spike.binding']);
  const { uri: __, ...data } = hub.data as Record<string, string>;
  hub.data = data;
  expect(objectOf(next(observed)[secret]).spec?.references).toBeUndefined();
});

test('a key that is new with a release is delivered once the hub has it, and keeps no other from being there', () => {
  const observed = settled();
  const hub = objectOf(observed['frontier.spike.binding']);
  const { 'uri-without-ca': _, ...data } = hub.data as Record<string, string>;
  hub.data = data;
  const referred = (resources: Record<string, Resource>) =>
    (objectOf(resources[secret]).spec as { references: { toFieldPath: string }[] }).references.map(
      ({ toFieldPath }) => toFieldPath,
    );

  expect(referred(next(observed))).toEqual(['data[password]', 'data[uri]', 'data[read-uri]']);
  expect(referred(next(settled()))).toContain('data[uri-without-ca]');
});

test.each([
  ['2001:db8::5', '[2001:db8::5]', '2001:db8::5'],
  ['[2001:db8::5]', '[2001:db8::5]', '2001:db8::5'],
  ['192.0.2.5', '192.0.2.5', '192.0.2.5'],
])('the endpoint %s of the administrator is %s in addresses and %s by itself', (endpoint, inAddresses, host) => {
  const observed = settled();
  const app = observed['frontier.spike.app'] as Resource;
  app.connectionDetails = { ...app.connectionDetails, endpoint: Buffer.from(endpoint) };
  const { data } = objectOf(next(observed)['frontier.spike.binding']) as unknown as { data: Record<string, string> };
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();

  expect([text('host'), text('migrator.host')]).toEqual([host, host]);
  for (const key of ['uri', 'uri-without-ca', 'migrator.uri']) expect(text(key)).toContain(`@${inAddresses}:5432/`);
  expect(text('jdbc-uri')).toContain(`//${inAddresses}:5432/`);
});

test('the login of a Secret of its own begins no key with its name, the others do', () => {
  const keys = Object.keys(objectOf(settled()['frontier.spike.binding']).data as object);

  expect(keys.filter((key) => key.endsWith('password')).sort()).toEqual(['migrator.password', 'password']);
});

test('while credentials cannot be read, only text is kept of what is there', () => {
  const observed = settled();
  for (const resource of Object.values(observed)) resource.connectionDetails = {};
  for (const name of ['frontier.spike.binding', 'frontier.aqua.kubeconfig']) {
    Object.assign(objectOf(observed[name]).data as object, { password: 7, other: { a: 1 } });
    const { data } = objectOf(next(observed)[name]);

    expect(Object.values(data as object).filter((value) => typeof value !== 'string')).toEqual([]);
  }
});
