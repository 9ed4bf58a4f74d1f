import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { knownErrors } from '../../../../functions/providers/kubernetes/errors.ts';
import { failingIn, troubles } from '../../../../functions/providers/trouble.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const troubleOf = (object: KubernetesObject) => {
  const observed = { 'frontier.aqua.quota': { object, connection: {} } };

  return troubles(
    failingIn(observed, () => ({ knownErrors }), now),
    observed,
  )[0];
};
const quota = (status: object): KubernetesObject => ({
  apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
  kind: 'Object',
  metadata: { name: 'billing.frontier.aqua.quota', namespace: 'galaxy' },
  status: { ...status },
});
const failing = (message: string): KubernetesObject =>
  quota({ conditions: [{ type: 'Synced', status: 'False', message, lastTransitionTime: '2026-01-01T00:00:00Z' }] });

const policy =
  "ValidatingAdmissionPolicy 'corp-labels' with binding 'corp' denied request: label cost-centre is missing";
const ours =
  'is forbidden: User "system:serviceaccount:squadkit-system:squadkit" cannot create resource "resourcequotas" in API group "" in the namespace "galaxy-billing"';

/** What API servers of Kubernetes 1.35 say, with what provider-kubernetes v1.2.1 puts before it. */
test.each<{ says: string; actor: string; next: string }>([
  {
    says: 'create failed: cannot create object: resourcequotas "squadkit" is forbidden: unable to create new content in namespace galaxy-billing because it is being terminated',
    actor: 'SRE',
    next: 'namespace galaxy-billing on the cluster is being deleted',
  },
  {
    says: 'cannot create object: secrets "spike" is forbidden: exceeded quota: default-x1, requested: count/secrets=1, used: count/secrets=1, limited: count/secrets=1',
    actor: 'Platform',
    next: 'quota default-x1 in the namespace on the cluster',
  },
  {
    says: `cannot create object: resourcequotas "squadkit" is forbidden: ${policy}`,
    actor: 'Platform',
    next: 'label cost-centre is missing',
  },
  {
    says: 'cannot create object: admission webhook "validate.kyverno.svc" denied the request: no such label',
    actor: 'Platform',
    next: 'no such label',
  },
  {
    says: 'cannot create object: Internal error occurred: failed calling webhook "mutate.linkerd.io": failed to call webhook: Post "https://linkerd.svc:443/": dial tcp 10.0.0.1:443: connect: connection refused',
    actor: 'Platform',
    next: 'webhook mutate.linkerd.io of the cluster does not answer',
  },
  {
    says: 'cannot create object: Internal error occurred: failed calling webhook "mutate.linkerd.io": failed to call webhook: Post "https://linkerd.svc:443/": tls: failed to verify certificate: x509: certificate has expired',
    actor: 'Platform',
    next: 'webhook mutate.linkerd.io of the cluster does not answer',
  },
  { says: `cannot create object: resourcequotas ${ours}`, actor: 'Platform', next: 'apply package/install/remote' },
  {
    says: 'cannot create object: roles.rbac.authorization.k8s.io "squadkit" is forbidden: user "squadkit" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held',
    actor: 'Platform',
    next: 'apply package/install/remote',
  },
  {
    says: 'cannot resolve references: secrets "billing.frontier.spike.binding" is forbidden: User "system:serviceaccount:crossplane-system:provider-kubernetes" cannot get resource "secrets" in API group "" in the namespace "galaxy"',
    actor: 'Platform',
    next: 'lacks a right on the hub: apply package/install/hub',
  },
  {
    says: 'cannot get object: Get "https://aqua:6443/api": dial tcp 10.0.0.2:6443: connect: connection refused',
    actor: 'SRE',
    next: 'the cluster cannot be reached',
  },
  {
    says: 'cannot get object: Get "https://aqua:6443/api": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    actor: 'Platform',
    next: "renew the CA in the zone's kubeconfig",
  },
])('whose move it is, and what to do: $says', ({ says, actor, next }) => {
  expect(troubleOf(failing(says))).toMatchObject({ actor, next: expect.stringContaining(next) });
});

test('what a policy says is told without credentials', () => {
  const said = troubleOf(failing('admission webhook "a" denied the request: postgres://app:hunter2hunter2@host/db'));

  expect(said?.next).toContain('denied the request');
  expect(said?.next).not.toContain('hunter2hunter2');
});

describe('what somebody deletes on the cluster', () => {
  const manifest = (kind: string) => ({
    manifest: {
      apiVersion: 'v1',
      kind,
      metadata: { name: 'galaxy-billing', deletionTimestamp: '2026-01-01T00:00:00Z' },
    },
  });
  const works = { conditions: [{ type: 'Ready', status: 'True' }] };

  test('is told at once, though its provider says that it is ready', () => {
    expect(troubleOf(quota({ ...works, atProvider: manifest('Namespace') }))).toMatchObject({
      actor: 'SRE',
      next: expect.stringContaining('namespace galaxy-billing on the cluster is being deleted by somebody'),
    });
    expect(troubleOf(quota({ ...works, atProvider: manifest('RoleBinding') }))).toMatchObject({
      actor: 'SRE',
      next: expect.stringContaining('RoleBinding galaxy-billing is being deleted'),
    });
  });

  test('is no news where its managed resource goes too', () => {
    const object = quota({ ...works, atProvider: manifest('RoleBinding') });
    object.metadata = { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };

    expect(troubleOf(object)).toBeUndefined();
  });
});
