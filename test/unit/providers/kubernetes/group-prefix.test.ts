import { afterAll, describe, expect, test } from 'vitest';
import { groupOf } from '../../../../functions/providers/kubernetes/names.ts';
import { type KubernetesZone, zoneSettings } from '../../../../functions/providers/kubernetes/settings.ts';
import { squadSpec } from '../../../../functions/squad/schema.ts';
import { exampleCertificate } from '../../../support/examples.ts';

const zone = {
  credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua-kubeconfig' },
  server: 'https://aqua.example.org:6443',
  caBundle: exampleCertificate(),
};
const groupsOfKubernetes = [
  'system:masters',
  'system:authenticated',
  'system:serviceaccounts',
  'system:nodes',
  'system:',
];
const fields = ['group', 'ownerGroup', 'guestGroup', 'deployerGroup'];

let tried = 0;
afterAll(() => console.log(`${tried} ways to write a group of Kubernetes`));

/** The group that a cluster would see, or undefined if the Zone or the Squad is refused. */
const joined = (prefix: string, field: string, group: string): string | undefined => {
  tried += 1;
  const platform = zoneSettings.safeParse({ ...zone, groupPrefix: prefix });
  const squad = squadSpec.safeParse({ zoneSelector: {}, [field]: group });

  return platform.success && squad.success ? groupOf({ platform: platform.data as KubernetesZone }, group) : undefined;
};

describe.each(groupsOfKubernetes)('%s', (name) => {
  test.each(fields)('is no %s of a squad, wherever the prefix ends', (field) => {
    for (let end = 0; end <= name.length; end += 1) {
      expect(joined(name.slice(0, end), field, name.slice(end) || 'masters')).toBeUndefined();
    }
  });
});

test.each(['oidc\n', '\noidc:', 'a\0', 'a\tb', '\u0085', '\u202e', 'a\r'])(
  'prefix %j is not one line, and is refused',
  (prefix) => {
    expect(joined(prefix, 'group', 'galaxy')).toBeUndefined();
    expect(zoneSettings.safeParse({ ...zone, groupPrefix: prefix }).error?.issues[0]?.message).toContain('in one line');
  },
);

test.each(['', 'oidc:', 'https://login.example.org#', 'company-', 'SYSTEM:', 'x'])('prefix %j is allowed', (prefix) => {
  expect(joined(prefix, 'group', 'galaxy')).toBe(`${prefix}galaxy`);
});
