import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { afterAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate, simulatedHub } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { example } from '../../support/examples.ts';
import { copyOf, requestFor, resourceOf } from '../../support/request.ts';

const zone: KubernetesObject = (() => {
  const { metadata, ...rest } = example('Zone', 'frontier');
  return { ...rest, metadata: { ...metadata, uid: 'frontier' } };
})();
const settled = simulate(zone, []).observed;
const claimOf = (component: string): string =>
  Object.keys(settled).find((name) => name.startsWith(`claim.${component}.`)) ?? '';

const objectIn = (observed: Record<string, Resource>, name: string): KubernetesObject =>
  observed[name]?.resource as unknown as KubernetesObject;

/** What looks at a component, as a provider shows it. */
const looks: Record<string, { local: string; seen: (text: string | undefined) => object }> = {
  spike: {
    local: 'server',
    seen: (text) => ({
      configurationParameters: text === undefined ? [] : [{ name: 'application_name', value: `squadkit ${text}` }],
    }),
  },
  aqua: {
    local: 'cluster',
    seen: (text) => ({ manifest: { metadata: text === undefined ? {} : { uid: text } } }),
  },
};
const ours: Record<string, string> = {
  spike: `${simulatedHub}/frontier.spike`,
  aqua: 'simulated frontier.aqua.cluster',
};

/** What was seen of the server or cluster, now. */
const sights = ['nothing yet', 'ours', 'another', 'no word', 'an error'] as const;
/** Whose the object is that claims what was seen. */
const holders = ['nobody', 'this zone', 'another zone', 'a zone that is gone'] as const;

const observedOf = (component: string, sight: (typeof sights)[number], isHeld: boolean): Record<string, Resource> => {
  const observed = copyOf(settled);
  const { local, seen } = looks[component] as (typeof looks)[string];
  const object = objectIn(observed, `identity.${component}.${local}`);
  const atProvider = seen({ ours: ours[component], another: 'main/other.zone', 'no word': undefined }[sight as string]);
  if (sight === 'nothing yet') delete observed[`identity.${component}.${local}`];
  else if (sight === 'an error')
    object.status = { conditions: [{ type: 'Synced', status: 'False', message: 'connection refused' }] };
  else object.status = { ...object.status, atProvider };
  if (!isHeld) delete observed[claimOf(component)];

  return observed;
};

const claimBy = (component: string, holder: (typeof holders)[number]): KubernetesObject[] => {
  if (holder === 'nobody') return [];
  const uid = { 'this zone': 'frontier', 'another zone': 'meadow', 'a zone that is gone': undefined }[holder];

  return [
    {
      apiVersion: 'protection.crossplane.io/v1beta1',
      kind: 'ClusterUsage',
      metadata: {
        name: objectIn(settled, claimOf(component)).metadata?.name ?? '',
        labels: { 'squadkit.io/zone': 'meadow', 'squadkit.io/component': 'spike' },
        ...(uid !== undefined && { ownerReferences: [{ uid, controller: true }] }),
      },
    },
  ];
};

const cases = Object.keys(looks).flatMap((component) =>
  sights.flatMap((sight) =>
    holders.flatMap((holder) => [true, false].map((isHeld) => ({ component, sight, holder, isHeld }))),
  ),
);

// Guard rail: one-server-one-zone
describe('a server or cluster that is seen, and held by somebody', () => {
  afterAll(() => console.log(`${cases.length} servers and clusters: kind x sight x holder x before by us`));

  test.each(cases)('$component: $sight, held by $holder, before by us: $isHeld', (given) => {
    const { component, sight, holder, isHeld } = given;
    const observed = observedOf(component, sight, isHeld);
    const request = requestFor(zone, observed, []);
    request.requiredResources[`claim.${component}`] = {
      items: claimBy(component, holder).map((claim) => resourceOf(claim)),
    };
    const response = compose(request);
    const [refused] = response.results;
    const desired = Object.keys(response.desired?.resources ?? {});
    const isOurs = sight === 'ours';
    const isKnown = isOurs || (isHeld && sight !== 'another' && sight !== 'no word');

    if (refused !== undefined) {
      expect(refused.reason).toBe('ServerTaken');
      expect(refused.message).toMatch(new RegExp(`^${component} in zone frontier .*\\. Platform: `));
      expect(desired).toEqual([]);
    }
    // Never two zones on one, whatever else.
    if (isKnown && ['another zone', 'a zone that is gone'].includes(holder)) expect(refused).toBeDefined();
    if (sight === 'another' && component === 'spike') expect(refused).toBeDefined();
    // What it holds it goes on holding: absence is deletion.
    if (refused === undefined && isHeld && sight !== 'another') expect(desired).toContain(claimOf(component));
    if (refused === undefined)
      expect(desired).toEqual(
        expect.arrayContaining(Object.keys(observed).filter((name) => name !== claimOf(component))),
      );
    if (!isKnown) expect(response.desired?.composite?.ready).not.toBe(1);
    if (isOurs && ['nobody', 'this zone'].includes(holder)) expect(refused).toBeUndefined();
  });
});

test('a cluster that has taken the place of another is believed only when the zone says so', () => {
  const uid = '0aa83a5c-9f43-4c4c-8b0e-5f1f6a2b7c11';
  const observed = observedOf('aqua', 'ours', true);
  const object = objectIn(observed, 'identity.aqua.cluster');
  object.status = { ...object.status, atProvider: { manifest: { metadata: { uid } } } };
  const saying = (cluster: string | undefined): KubernetesObject => {
    const copy = structuredClone(zone);
    const [, aqua] = (copy.spec?.components ?? []) as { kubernetes: { cluster?: string } }[];
    if (aqua && cluster !== undefined) aqua.kubernetes.cluster = cluster;
    return copy;
  };
  const answer = (cluster: string | undefined) => compose(requestFor(saying(cluster), observed, []));

  expect(answer(undefined).results[0]?.message).toBe(
    `aqua in zone frontier leads to another cluster, with uid ${uid}. Platform: put the credentials of the cluster ${ours.aqua} back, or write cluster: ${uid} if it has taken its place.`,
  );
  expect(answer('0aa83a5c-9f43-4c4c-8b0e-000000000000').results[0]?.reason).toBe('ServerTaken');
  const moved = answer(uid);
  expect(moved.results).toEqual([]);
  expect(Object.keys(moved.desired?.resources ?? {}).filter((name) => name.startsWith('claim.aqua.'))).not.toContain(
    claimOf('aqua'),
  );
});

test.each([
  { lacks: 'search_path', says: "ALTER ROLE squadkit_admin SET search_path = 'public'" },
  { lacks: 'lock_timeout', says: "ALTER ROLE squadkit_admin SET lock_timeout = '1s'" },
  { lacks: 'statement_timeout', says: "ALTER ROLE squadkit_admin SET statement_timeout = '60s'" },
])('an administrator without $lacks is not let into what strangers made', ({ lacks, says }) => {
  const observed = copyOf(settled);
  const object = objectIn(observed, 'identity.spike.administrator');
  const { configurationParameters } = (object.status?.atProvider ?? {}) as {
    configurationParameters: { name: string }[];
  };
  const without = configurationParameters.filter(({ name }) => name !== lacks);
  object.status = { ...object.status, atProvider: { configurationParameters: without } };

  expect(compose(requestFor(zone, observed, [])).results[0]).toMatchObject({
    reason: 'ServerNotPrepared',
    message: `spike in zone frontier has an administrator who lacks settings. Platform: as a superuser ${says}.`,
  });
});

test('an administrator who may not set the mark is told of before a Service needs it', () => {
  const observed = copyOf(settled);
  const object = objectIn(observed, 'identity.spike.server');
  object.status = {
    ...object.status,
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Synced', status: 'False', message: 'pq: permission denied to set parameter "squadkit.mark"' },
    ],
  };

  expect(compose(requestFor(zone, observed, [])).results[0]?.message).toContain(
    'as a superuser GRANT SET ON PARAMETER "squadkit.mark" TO squadkit_admin.',
  );
});

test('the marker of a server is changed only when it is known to be ours', () => {
  const first = simulate(zone, []).observed;
  expect(objectIn(first, 'identity.spike.server').spec?.managementPolicies).toEqual(['Observe', 'Create', 'Update']);
  const unseen = copyOf(settled);
  delete objectIn(unseen, 'identity.spike.server').status;
  const { desired } = compose(requestFor(zone, unseen, []));
  const server = desired?.resources['identity.spike.server']?.resource as KubernetesObject | undefined;

  expect(server?.spec?.managementPolicies).toEqual(['Observe', 'Create']);
});
