import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const galaxy = example('Squad', 'galaxy');

/** What a platform says in ConfigMap squadkit-delivery. */
const told = (data: object): KubernetesObject[] => [
  ...exampleRegistry(),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'squadkit-delivery', namespace: 'squadkit-delivery' },
    data,
  } as KubernetesObject,
];
const flux = { engine: 'flux', source: 'platform', folder: 'squads' };
const argocd = { engine: 'argocd', source: 'https://git.example.org/platform.git', folder: 'squads' };

/** A hub on which the quota of Services counts. */
const counted = () => {
  const observed = copyOf(simulate(galaxy, exampleRegistry()).observed);
  const quota = observed.quota?.resource as KubernetesObject;
  quota.status = { hard: { 'count/services.squadkit.io': '20' }, used: { 'count/services.squadkit.io': '0' } };

  return observed;
};

/** Where that squad ends up on a hub where the platform says this. */
const delivered = (data: object, start = counted()) => simulate(galaxy, told(data), start);

const documentsOf = (file: string): KubernetesObject[] =>
  parseAllDocuments(readFileSync(join('package/install/gitops', file), 'utf8')).map((document) => document.toJS());

describe('what a squad is delivered by', () => {
  // Guard rail: delivery-stays-in-its-squad
  test('its deliverer may write its Services in its namespace, engine or not', () => {
    const { desired } = simulate(galaxy, exampleRegistry()).response;

    expect(desired?.resources.delivery?.resource).toMatchObject({
      metadata: { name: 'squadkit-delivery', namespace: 'galaxy' },
      roleRef: { kind: 'ClusterRole', name: 'squadkit:delivery' },
      subjects: [{ kind: 'ServiceAccount', name: 'galaxy', namespace: 'squadkit-delivery' }],
    });
    expect(Object.keys(desired?.resources ?? {})).not.toContain('deliverer');
  });

  test.each([
    { name: 'Flux', data: flux, want: ['deliverer', 'delivery', 'kustomization'] },
    { name: 'Argo CD', data: argocd, want: ['application', 'deliverer', 'delivery', 'project'] },
  ])('$name is told to act as its deliverer, in its folder', ({ data, want }) => {
    const resources = delivered(data).response.desired?.resources ?? {};
    const own = Object.keys(resources).filter((name) => !(name in counted()) || name === 'delivery');

    expect(own.sort()).toEqual(want);
    const text = JSON.stringify(want.map((name) => resources[name]?.resource));
    expect(text).toContain('squads/galaxy"');
    expect(text).toMatch(/"serviceAccountName":"galaxy"|"defaultServiceAccount":"squadkit-delivery:galaxy"/);
  });

  const failures: Record<string, object> = {
    'a folder that is not there': {
      conditions: [
        { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message: 'Fetching manifests' },
        { type: 'Ready', status: 'False', reason: 'ArtifactFailed', message: 'kustomization path not found' },
      ],
    },
    'a Service that is refused': {
      conditions: [
        { type: 'Ready', status: 'False', reason: 'HealthCheckFailed', message: 'Service/galaxy/billing failed' },
        { type: 'Healthy', status: 'False', reason: 'HealthCheckFailed', message: 'timeout waiting for: billing' },
        { type: 'Stalled', status: 'True', reason: 'BuildFailed', message: 'wrong' },
      ],
    },
    'a Service that is Degraded': {
      health: { status: 'Degraded' },
      sync: { status: 'OutOfSync' },
      operationState: { phase: 'Failed', message: 'one or more objects failed to apply' },
      conditions: [{ type: 'SyncError', status: 'True', message: 'forbidden' }],
    },
  };
  const saidBad = [flux, argocd].flatMap((data) =>
    Object.keys(failures).map((name) => [data.engine, name, data] as const),
  );

  test.each(saidBad)('what %s says of %s is no matter of the Squad: it stops no other one', (_, name, data) => {
    const observed = copyOf(delivered(data).observed);
    for (const [own, { resource }] of Object.entries(observed))
      if (['kustomization', 'application', 'project'].includes(own))
        (resource as unknown as KubernetesObject).status = failures[name] as Record<string, unknown>;
    const { desired, conditions } = compose(requestFor(galaxy, observed, told(data)));

    expect(desired?.composite?.ready).toBe(1);
    expect(conditions.find(({ type }) => type === 'Reconciling')?.status).toBe(3);
  });

  test('the engine is told when the quota counts, and not before', () => {
    const { desired } = compose(requestFor(galaxy, copyOf(simulate(galaxy, exampleRegistry()).observed), told(flux)));

    expect(Object.keys(desired?.resources ?? {})).not.toContain('kustomization');
  });

  test.each([
    { name: 'is gone', registry: exampleRegistry() },
    { name: 'says nothing', registry: told({}) },
    { name: 'says an engine that there is not', registry: told({ ...flux, engine: 'jenkins' }) },
    { name: 'says a folder outside', registry: told({ ...flux, folder: '../platform' }) },
    { name: 'says a source that is none', registry: told({ ...flux, source: 'https://elsewhere' }) },
  ])('while ConfigMap squadkit-delivery $name, what is delivered goes on as it is', ({ registry }) => {
    for (const data of [flux, argocd]) {
      const before = delivered(data);
      const after = simulate(galaxy, registry, before.observed).response.desired?.resources;
      for (const [name, { resource }] of Object.entries(before.response.desired?.resources ?? {})) {
        expect(after?.[name]?.resource, name).toEqual(resource);
      }
    }
  });

  test('a platform that wants no engine any more says so', () => {
    const after =
      simulate(galaxy, told({ engine: 'none' }), delivered(flux).observed).response.desired?.resources ?? {};

    expect(Object.keys(after)).toContain('delivery');
    expect(Object.keys(after)).not.toContain('kustomization');
  });

  test('a platform that changes its engine has one, not two', () => {
    const after = simulate(galaxy, told(argocd), delivered(flux).observed).response.desired?.resources ?? {};

    expect(Object.keys(after)).toContain('application');
    expect(Object.keys(after)).not.toContain('kustomization');
  });
});

type SpecSchema = { properties: Record<string, object> };

const schemas = new Map<string, SpecSchema>(
  ['kustomize.toolkit.fluxcd.io_kustomizations', 'source.toolkit.fluxcd.io_gitrepositories'].map((file) => {
    const { spec } = parse(readFileSync(`test/contract/crds/flux/${file}.yaml`, 'utf8'));
    const { name, schema } = spec.versions.find(({ storage }: { storage: boolean }) => storage);

    return [`${spec.group}/${name} ${spec.names.kind}`, schema.openAPIV3Schema.properties.spec] as [string, SpecSchema];
  }),
);

describe("Flux's own schema takes", () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const composed = delivered(flux).response.desired?.resources.kustomization?.resource as KubernetesObject;
  const documents = [composed, ...documentsOf('flux/delivery.yaml').filter(({ kind }) => kind !== 'ConfigMap')];

  test.each(documents.map((object) => [`${object.kind} ${object.metadata?.name}`, object] as const))(
    '%s',
    (_, { apiVersion, kind, spec = {} }) => {
      const schema = schemas.get(`${apiVersion} ${kind}`) as SpecSchema;
      const validate = ajv.compile(schema);
      validate(spec);

      expect(validate.errors ?? []).toEqual([]);
      expect(Object.keys(spec).filter((field) => !(field in schema.properties))).toEqual([]);
    },
  );
});

test('whatever waits in Flux has the health checks that the page tells people to add', () => {
  const checks = parse(readFileSync('package/install/gitops/flux-health-checks.yaml', 'utf8'), { merge: true });
  const [service, ...registered] = checks.healthCheckExprs as Record<string, string>[];
  const inOneLine = (exprs: unknown) =>
    (exprs as Record<string, string>[]).map((each) =>
      Object.fromEntries(Object.entries(each).map(([field, text]) => [field, text.replace(/\s+/g, ' ')])),
    );
  const composed = delivered(flux).response.desired?.resources.kustomization?.resource as KubernetesObject;
  const waiting = documentsOf('flux/delivery.yaml').filter(({ spec }) => spec?.wait === true);

  expect(inOneLine(composed.spec?.healthCheckExprs)).toEqual(inOneLine([service]));
  expect(waiting.map(({ metadata }) => metadata?.name)).toEqual(['squadkit-platform']);
  for (const { spec } of waiting) expect(inOneLine(spec?.healthCheckExprs)).toEqual(inOneLine(registered));
});

test('the names that the platform has for itself are no names of squads', () => {
  const names = documentsOf('platform/rights.yaml')
    .filter(({ kind }) => kind === 'ServiceAccount')
    .map(({ metadata }) => metadata?.name ?? '');

  expect(names).not.toEqual([]);
  for (const name of names) {
    const { refusal } = simulate({ ...galaxy, metadata: { name } }, exampleRegistry());
    expect(refusal?.reason).toBe('NameNotAllowed');
  }
});
