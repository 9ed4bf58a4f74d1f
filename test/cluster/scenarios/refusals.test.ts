import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, composedOf, makeReady, serviceOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
const made: KubernetesObject[] = [];
const service = (name: string, zones: unknown, squad = 'galaxy'): KubernetesObject => {
  const document = {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    metadata: { name, namespace: squad },
    spec: { zones },
  };
  made.push(document);
  return document;
};
const spike = { name: 'spike', provider: 'postgres' };
const inFrontier = (...components: object[]) => [{ name: 'frontier', components }];

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
});

afterAll(async () => {
  for (const document of made) await controlPlane.hub.delete(document).catch(() => undefined);
});

describe('refused by the API server, with a sentence', () => {
  test.each([
    ['a name that is not allowed', service('Bad', inFrontier(spike)), /RFC 1123|metadata.name/],
    [
      'a name that is too long',
      service('a'.repeat(31), inFrontier(spike)),
      /metadata.name: use lower-case letters, digits and hyphens, at most 30/,
    ],
    [
      'a provider that does not exist',
      service('kafka', inFrontier({ name: 'spike', provider: 'kafka' })),
      /supported values: "postgres", "kubernetes"/,
    ],
    ['the same component twice', service('twice', inFrontier(spike, spike)), /duplicate/i],
    [
      'a block of another provider',
      service('blocks', inFrontier({ ...spike, kubernetes: {} })),
      /a block kubernetes goes with provider: kubernetes only/,
    ],
    ['no zones', service('nothing', []), /spec.zones.*at least 1/],
    [
      'a namespace that does not exist',
      service('lost', inFrontier(spike), 'nowhere'),
      /namespaces "nowhere" not found/,
    ],
  ])('%s', async (_, document, message) => {
    await expect(controlPlane.hub.create(document)).rejects.toThrow(message);
  });

  test('an unknown field, when the client asks for strictness as kubectl does', async () => {
    const document = service('typo', inFrontier(spike));
    document.spec.owner = 'quasar';
    const path = '/apis/squadkit.io/v1alpha1/namespaces/galaxy/services?fieldValidation=Strict';

    await expect(controlPlane.hub.request('POST', path, document)).rejects.toThrow(/unknown field "spec.owner"/);
  });
});

describe('refused by the function, with a sentence that names who must act', () => {
  test.each([
    [
      'unknown zone',
      service('zone', [{ name: 'prairie', components: [spike] }]),
      'ZoneNotFound',
      /^zone prairie is not registered. Squad: use one of frontier/,
    ],
    // Guard rail: zones-of-the-squad
    [
      'zone not allowed',
      service('allowed', [{ name: 'meadow', components: [spike] }]),
      'ZoneNotAllowed',
      /^squad galaxy may not use zone meadow. Platform: /,
    ],
    [
      'unknown component',
      service('component', inFrontier({ name: 'nile', provider: 'postgres' })),
      'ComponentNotFound',
      /^zone frontier has no component nile. Squad: use one of spike \(postgres\), aqua \(kubernetes\)/,
    ],
    [
      'wrong provider',
      service('provider', inFrontier({ name: 'spike', provider: 'kubernetes' })),
      'ProviderMismatch',
      /^component spike of zone frontier is postgres, not kubernetes. Squad: write provider: postgres/,
    ],
    [
      'unregistered namespace',
      service('squad', inFrontier(spike), 'default'),
      'SquadNotFound',
      /^squad default is not registered. Platform: /,
    ],
  ])('%s', async (_, document, reason, message) => {
    await controlPlane.hub.apply(document);
    const refused = await controlPlane.hub.waitFor(
      document,
      (found) => condition(found, 'Accepted')?.status === 'False',
      {
        what: 'refused',
      },
    );

    expect(condition(refused, 'Accepted')).toMatchObject({ reason, message: expect.stringMatching(message) });
    expect(condition(refused, 'ActionNeeded')?.status).toBe('True');
    expect(condition(refused, 'Synced')?.status).toBe('False');
    expect(await composedOf(controlPlane, document)).toEqual([]);
  });
});

// Guard rail: zones-of-the-squad
// Guard rail: refusal-changes-nothing
test('a Service that turns invalid keeps everything, and recovers by itself when the cause goes', async () => {
  const { hub } = controlPlane;
  const living = serviceOf('galaxy', 'living', 'frontier');
  made.push(living);
  await makeReady(controlPlane, living);
  const before = (await composedOf(controlPlane, living)).map(({ metadata }) => metadata.uid).sort();

  // The platform takes the squad's right to the zone away.
  const squad = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', metadata: { name: 'galaxy' } };
  const select = (environment: string) =>
    hub.patch(squad, { spec: { zoneSelector: { matchLabels: { 'squadkit.io/environment': environment } } } });
  await select('engineering');
  try {
    const sre = hub.as('grace', ['squadkit:sre']);
    await sre.patch(living, { metadata: { annotations: { 'crossplane.io/reconcile-requested-at': 'now' } } });
    const refused = await hub.waitFor(living, (found) => condition(found, 'Accepted')?.status === 'False', {
      what: 'refused',
    });
    expect(condition(refused, 'Accepted')?.reason).toBe('ZoneNotAllowed');
    expect(isTrue(refused, 'Ready')).toBe(true);
    expect(condition(refused, 'Provisioned')?.reason).toBe('Provisioned');
    expect((await composedOf(controlPlane, living)).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
  } finally {
    await select('production');
  }
  await hub.waitFor(living, (found) => isTrue(found, 'Accepted') && isTrue(found, 'Synced'), {
    seconds: 180,
    what: 'accepted again',
  });
  expect((await composedOf(controlPlane, living)).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
});
