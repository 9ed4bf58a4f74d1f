import type { Resource } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import { example, exampleRegistry } from '../support/examples.ts';
import { requestFor } from '../support/request.ts';
import { canaryOf } from './canaries.ts';
import type { HostileRequest, HostileResource } from './encode.ts';

/** A request and what must be true of its answer. */
export interface HostileCase {
  request: HostileRequest;
  /** Composition resource names that the answer must have, unless it is a refusal. */
  kept: string[];
}

const registry = exampleRegistry();

/** Everything that can be asked for in one zone. */
const full: KubernetesObject = {
  ...example('Service', 'catalog'),
  metadata: { name: 'full', namespace: 'quasar' },
  spec: {
    zones: [
      {
        name: 'meadow',
        components: [
          { name: 'spike', provider: 'postgres', postgres: { extensions: ['pg_trgm'], readers: true } },
          { name: 'aqua', provider: 'kubernetes', kubernetes: { size: 'large' } },
        ],
      },
    ],
  },
};

const secretKeys = /(^|\.)(password|uri|uri-without-ca|read-uri|kubeconfig)$/;

/** What a cluster shows of a resource, with a canary in everything about it that is secret. */
const withCanaries = (name: string, { resource, connectionDetails }: Resource): HostileResource => {
  const object = resource as unknown as KubernetesObject;
  const isSecret = object.kind === 'Secret' && object.apiVersion === 'v1';
  const data = (object.data ?? {}) as Record<string, string>;

  return {
    object: isSecret
      ? {
          ...object,
          data: Object.fromEntries(
            Object.entries({ ...data, unknown: '' }).map(([key, value]) => [
              key,
              secretKeys.test(key) || key === 'unknown'
                ? Buffer.from(canaryOf(`data of ${name}`)).toString('base64')
                : value,
            ]),
          ),
        }
      : object,
    connection: Object.fromEntries(
      Object.entries(connectionDetails).map(([key, value]) => [
        key,
        ['password', 'token'].includes(key) ? canaryOf(`${key} of ${name}`) : value.toString(),
      ]),
    ),
  };
};

/** Complaints that quote a secret, as drivers and servers write them. */
const complaints = (secret: string): string[] => [
  `cannot connect to postgres://squadkit_admin:${secret}@spike:5432/postgres: odd`,
  `pq: password=${secret} is wrong`,
  `token: ${secret} has expired`,
  `the value "${secret}" was refused`,
];

/** A resource that fails, and says so with the secret of another in its message. */
const complaining = (resource: HostileResource, message: string): HostileResource => ({
  ...resource,
  object: {
    ...(resource.object as object),
    status: { conditions: [{ type: 'Synced', status: 'False', reason: 'ReconcileError', message }] },
  },
});

/** A request as Crossplane would send it, at some moment of a document's life, with canaries planted. */
const requestOf = (composite: KubernetesObject, start: Record<string, Resource> | undefined): HostileRequest => {
  const settled = start ?? simulate(composite, registry).observed;
  const { requiredResources } = requestFor(composite, {}, registry);

  return {
    observed: {
      composite: { object: composite },
      resources: Object.fromEntries(
        Object.entries(settled).map(([name, resource]) => [name, withCanaries(name, resource)]),
      ),
    },
    desired: { resources: { earlier: { object: { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } } } } },
    required: Object.fromEntries(
      Object.entries(requiredResources).map(([key, { items }]) => [
        key,
        items.map(({ resource }) => {
          const object = resource as unknown as KubernetesObject;
          const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': canaryOf('an annotation') };
          return { object: { ...object, metadata: { ...object.metadata, annotations } } };
        }),
      ]),
    ),
    context: { secret: canaryOf('the context') },
    credentials: { any: { password: canaryOf('the credentials') } },
  };
};

const documents = [
  example('Service', 'billing'),
  example('Service', 'catalog'),
  full,
  example('Zone', 'frontier'),
  example('Squad', 'galaxy'),
];

/** Every document when nothing is there yet, and when all of it is. */
export const ordinary: HostileRequest[] = documents.flatMap((document) => [
  requestOf(document, {}),
  requestOf(document, undefined),
]);

/** Keys that are more than keys in JavaScript, and those that our code reads. */
const hostileKey = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'toJSON', 'then', 'length', ''),
  fc.constantFrom('metadata', 'spec', 'status', 'conditions', 'zones', 'components', 'name', 'data', 'annotations'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const nested = (depth: number, leaf: unknown): unknown => {
  let value = leaf;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { inner: value } : [value];

  return value;
};

/** JSON.parse(), because in a literal `__proto__` is not a field. */
const parsed = (text: string): unknown => JSON.parse(text);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -0, -1, 0.1, 1e308, -1e308, 5e-324, 2 ** 53, Number.NaN, Infinity),
  fc.constantFrom<unknown>(
    '',
    ' ',
    '\ud800',
    'a\udfffb',
    '\u0000',
    '\u202e',
    'True',
    'False',
    '__proto__',
    'constructor',
    'x\ny',
  ),
  fc.constantFrom<unknown>('x'.repeat(100_000), 'frontier', 'spike', 'aqua', 'postgres', 'galaxy', '2026-13-45'),
  fc.constantFrom<unknown>([], {}, [[]], [null], [{}], { length: 7 }, Array(1_000).fill(null)),
  fc.constantFrom<unknown>(
    parsed('{"__proto__": {"polluted": true}}'),
    parsed('{"constructor": {"prototype": {"polluted": true}}}'),
    parsed('{"toString": 1, "valueOf": null, "hasOwnProperty": "x", "toJSON": "x", "then": "x"}'),
  ),
  fc.constantFrom<unknown>(nested(20, 'leaf'), nested(98, 'leaf'), nested(150, 'leaf'), nested(500, 'leaf')),
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(hostileKey, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4, noNullPrototype: true }),
);

/** One change: which way to go at each level, and what to do at the end. */
interface Change {
  way: number[];
  act: 'replace' | 'remove' | 'add' | 'wrap';
  key: string;
  value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  way: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 9 }),
  act: fc.constantFrom('replace', 'replace', 'remove', 'add', 'wrap'),
  key: hostileKey,
  value: hostileValue,
});

/** A copy with one change in it; only what lies on the way is copied. */
const changed = (node: unknown, { way, act, key, value }: Change): unknown => {
  const [step, ...rest] = way;
  const isList = Array.isArray(node);
  if (step === undefined || typeof node !== 'object' || node === null) {
    if (act === 'wrap') return [node];
    if (act !== 'add' || typeof node !== 'object' || node === null || isList) return value;
    return withField(node as Record<string, unknown>, key, value);
  }
  const keys = Object.keys(node);
  const at = keys[step % keys.length];
  if (at === undefined) return isList ? [value] : withField({}, key, value);
  if (act === 'remove' && rest.length === 0) {
    return isList
      ? node.filter((_, index) => String(index) !== at)
      : Object.fromEntries(Object.entries(node).filter(([name]) => name !== at));
  }
  const inner = changed((node as Record<string, unknown>)[at], { way: rest, act, key, value });
  if (isList) return node.map((item, index) => (String(index) === at ? inner : item));

  return withField(node as Record<string, unknown>, at, inner);
};

/** Assigning `__proto__` would exchange the prototype. */
const withField = (fields: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> =>
  Object.defineProperty({ ...fields }, key, { value, enumerable: true, configurable: true, writable: true });

const base = fc.constantFrom(...ordinary);

/** What exists is in any state, and complains about anything; the document and the platform are in order. */
const damagedObserved: fc.Arbitrary<HostileCase> = fc
  .record({
    base,
    gone: fc.array(fc.nat(1_000), { maxLength: 5 }),
    changes: fc.array(fc.record({ of: fc.nat(1_000), change }), { maxLength: 4 }),
    complaint: fc.option(fc.record({ of: fc.nat(1_000), about: fc.nat(1_000), how: fc.nat(3) })),
  })
  .map(({ base, gone, changes, complaint }) => {
    const resources = { ...base.observed?.resources };
    const pick = (index: number) => Object.keys(resources)[index % Object.keys(resources).length] ?? '';
    for (const index of gone) delete resources[pick(index)];
    for (const { of, change } of changes) {
      const name = pick(of);
      if (name !== '') resources[name] = { ...resources[name], object: changed(resources[name]?.object, change) };
    }
    const name = pick(complaint?.of ?? 0);
    const secrets = Object.values(resources).flatMap(({ connection = {} }) =>
      [connection.password, connection.token].filter((secret) => typeof secret === 'string'),
    );
    const secret = secrets[(complaint?.about ?? 0) % secrets.length];
    if (complaint && name !== '' && secret !== undefined) {
      resources[name] = complaining(resources[name] ?? {}, complaints(secret)[complaint.how] ?? '');
    }

    return { request: { ...base, observed: { ...base.observed, resources } }, kept: Object.keys(resources) };
  });

/** Any part of an ordinary request is something else. */
const nearlyOrdinary: fc.Arbitrary<HostileCase> = fc
  .tuple(base, fc.array(change, { minLength: 1, maxLength: 6 }))
  .map(([base, changes]) => ({ request: changes.reduce(changed, base as unknown) as HostileRequest, kept: [] }));

const anything = fc.dictionary(hostileKey, hostileValue, { maxKeys: 5, noNullPrototype: true });
const anyResource = fc.record(
  { object: fc.oneof(anything, hostileValue), connection: fc.dictionary(hostileKey, fc.string(), { maxKeys: 2 }) },
  { requiredKeys: [] },
);
const anyResources = fc.dictionary(hostileKey, anyResource, { maxKeys: 4, noNullPrototype: true });
const anyKind = fc
  .tuple(fc.constantFrom('Service', 'Zone', 'Squad', 'Other'), anything, anything)
  .map(([kind, spec, more]) => ({ object: { ...more, apiVersion: 'squadkit.io/v1alpha1', kind, spec } }));

/** Nothing in it is as it should be. */
const random: fc.Arbitrary<HostileCase> = fc
  .record(
    {
      observed: fc.record(
        { composite: fc.oneof(anyKind, anyKind, anyResource), resources: anyResources },
        { requiredKeys: [] },
      ),
      desired: fc.record({ composite: anyResource, resources: anyResources }, { requiredKeys: [] }),
      required: fc.dictionary(
        fc.oneof(fc.constantFrom('squad', 'services', 'zones', 'zone.frontier'), hostileKey),
        fc.array(anyResource, { maxLength: 2 }),
        { maxKeys: 3, noNullPrototype: true },
      ),
      context: anything,
      input: anything,
    },
    { requiredKeys: [] },
  )
  .map((request) => ({ request: request as HostileRequest, kept: [] }));

/** Requests of all three sorts, those near to ordinary ones most often. */
export const hostileCase: fc.Arbitrary<HostileCase> = fc.oneof(
  { arbitrary: damagedObserved, weight: 2 },
  { arbitrary: nearlyOrdinary, weight: 2 },
  { arbitrary: random, weight: 1 },
);
