import { describe, expect, test } from 'vitest';
import { zoneSettings } from '../../../../functions/providers/kubernetes/settings.ts';
import { limitsOf, quotaOf, sizeInWords, sizeOf } from '../../../../functions/providers/kubernetes/sizes.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { example, exampleCertificate, exampleRegistry } from '../../../support/examples.ts';
import { manifestsOf } from '../../../support/registered.ts';

const zone = (sizes: object = {}) =>
  zoneSettings.parse({
    credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua' },
    server: 'https://aqua.example.org',
    caBundle: exampleCertificate(),
    sizes,
  });

test.each([
  { size: 'small', environment: 'production', want: '4 CPU, 16 GiB memory, 50 GiB volumes, 40 pods' },
  { size: 'medium', environment: 'production', want: '8 CPU, 32 GiB memory, 100 GiB volumes, 80 pods' },
  { size: 'large', environment: 'production', want: '16 CPU, 64 GiB memory, 200 GiB volumes, 160 pods' },
  { size: 'small', environment: 'preproduction', want: '4 CPU, 16 GiB memory, 50 GiB volumes, 40 pods' },
  { size: 'small', environment: 'engineering', want: '2 CPU, 8 GiB memory, 25 GiB volumes, 20 pods' },
  { size: 'large', environment: 'engineering', want: '8 CPU, 32 GiB memory, 100 GiB volumes, 80 pods' },
] as const)('$size in $environment is $want', ({ size, environment, want }) => {
  expect(sizeInWords(size, sizeOf(size, environment, zone()))).toBe(`${size} (${want})`);
});

test('what the zone says of a size holds as it stands, and only that', () => {
  const platform = zone({ small: { cpu: 3, pods: 7 } });

  expect(sizeInWords('small', sizeOf('small', 'engineering', platform))).toBe(
    'small (3 CPU, 8 GiB memory, 25 GiB volumes, 7 pods)',
  );
  expect(sizeInWords('medium', sizeOf('medium', 'engineering', platform))).toBe(
    'medium (4 CPU, 16 GiB memory, 50 GiB volumes, 40 pods)',
  );
});

test('a quota in full', () => {
  expect(quotaOf(sizeOf('small', 'production', zone()))).toEqual({
    'requests.cpu': '4',
    'requests.memory': '16Gi',
    'requests.ephemeral-storage': '20Gi',
    'requests.storage': '50Gi',
    persistentvolumeclaims: '5',
    pods: '40',
    'services.loadbalancers': '0',
    'services.nodeports': '0',
    'count/configmaps': '100',
    'count/services': '100',
    'count/deployments.apps': '100',
    'count/statefulsets.apps': '100',
    'count/jobs.batch': '100',
    'count/cronjobs.batch': '100',
    'count/ingresses.networking.k8s.io': '100',
    'count/horizontalpodautoscalers.autoscaling': '100',
    'count/poddisruptionbudgets.policy': '100',
    'count/pods': '1000',
    'count/replicasets.apps': '1000',
    'count/controllerrevisions.apps': '1000',
  });
});

const inMebibytes = (quantity: string): number => Number.parseInt(quantity, 10) * (quantity.endsWith('Gi') ? 1024 : 1);

describe('what a container gets and may take at most fits together', () => {
  test.each([
    { name: 'small in engineering', size: sizeOf('small', 'engineering', zone()) },
    { name: 'large in production', size: sizeOf('large', 'production', zone()) },
    {
      name: 'the least that a zone can say',
      size: sizeOf('small', 'production', zone({ small: { cpu: 1, memory: 1, ephemeralStorage: 2, pods: 1 } })),
    },
    { name: 'an odd number', size: sizeOf('small', 'production', zone({ small: { memory: 3, ephemeralStorage: 5 } })) },
  ])('$name', ({ size }) => {
    const limits = limitsOf(size) as Record<string, Record<string, string>>;
    const quota = quotaOf(size);
    for (const resource of ['memory', 'ephemeral-storage']) {
      const [request, limit, most, all] = [
        limits.defaultRequest?.[resource],
        limits.default?.[resource],
        limits.max?.[resource],
        quota[`requests.${resource}`],
      ].map((quantity) => inMebibytes(quantity ?? ''));
      expect(Number(request)).toBeLessThanOrEqual(Number(limit));
      // Whatever a container may request at all, it may request without a limit.
      expect(limit).toBe(most);
      expect(Number(most) * 2).toBe(all);
      // A quota on limits would refuse who states none, or be used up by two of them.
      expect(quota[`limits.${resource}`]).toBeUndefined();
    }
  });
});

test('nothing that Squadkit itself makes in a namespace is counted: a full quota cannot keep it out', () => {
  const { response } = simulate(example('Service', 'catalog'), exampleRegistry());
  const manifests = Object.values(manifestsOf(response.desired?.resources ?? {}));
  const counted = Object.keys(quotaOf(sizeOf('small', 'production', zone()))).join(' ');
  const made = [...new Set(manifests.filter(({ metadata }) => metadata?.namespace).map(({ kind }) => kind))].sort();

  expect(made).toEqual(['LimitRange', 'NetworkPolicy', 'ResourceQuota', 'RoleBinding', 'Secret', 'ServiceAccount']);
  for (const kind of made) expect(counted).not.toContain(kind.toLowerCase());
});

test.each([
  ['latest', false],
  ['v1.35', true],
  ['1.35', false],
  ['v1.35.2', false],
  ['v1.9\n', false],
])('Pod Security %j is a version: %s', (version, want) => {
  const { success } = zoneSettings.safeParse({ ...zone(), podSecurity: { version } });

  expect(success).toBe(want);
});

test('pods are restricted by a pinned version', () => {
  const { response } = simulate(example('Service', 'billing'), exampleRegistry());
  const { metadata } = manifestsOf(response.desired?.resources ?? {})['frontier.aqua.namespace'] ?? {};

  expect(metadata?.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/enforce-version': 'v1.35',
    'pod-security.kubernetes.io/audit': 'restricted',
    'pod-security.kubernetes.io/audit-version': 'v1.35',
    'pod-security.kubernetes.io/warn': 'restricted',
    'pod-security.kubernetes.io/warn-version': 'v1.35',
  });
});
