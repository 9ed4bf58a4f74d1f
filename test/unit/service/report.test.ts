import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const billing = example('Service', 'billing');
const settled = simulate(billing, exampleRegistry()).observed;

/** `reason: message` of every condition, by type. */
const said = (observed: Record<string, Resource>, registry = exampleRegistry()) =>
  Object.fromEntries(
    compose(requestFor(billing, observed, registry)).conditions.map(({ type, reason, message }) => [
      type,
      `${reason}: ${message}`,
    ]),
  );

/** Everything in place, but one resource that could not be synced. */
const failing = (name: string, message: string) => {
  const observed = copyOf(settled);
  const object = observed[name]?.resource as unknown as KubernetesObject;
  object.status = { conditions: [{ type: 'Synced', status: 'False', message }] };
  return observed;
};

test('everything in place', () => {
  expect(said(settled)).toEqual({
    Accepted: 'Accepted: Squad galaxy may have this in frontier.',
    Provisioned: 'Provisioned: All 24 resources are in place.',
    Delivered:
      'Delivered: There: kubeconfig of the deployer in Secret billing.frontier.aqua.kubeconfig, Secret spike in namespace galaxy-billing on aqua, Secret spike.migrator in namespace galaxy-billing on aqua.',
    ActionNeeded:
      'Nobody: It works. Once it is being deleted, it no longer does: Squad galaxy says what that waits for.',
    Reconciling: 'Settled: ',
    Stalled: 'Settled: ',
  });
});

test('on the way', () => {
  expect(said({})).toMatchObject({
    Provisioned:
      'Creating: 0 of 24 ready, next frontier.aqua.namespace, frontier.spike.app, frontier.spike.database and 3 more. Nobody has to act: wait.',
    ActionNeeded: 'Nobody: Wait: it is being created.',
  });
});

test('a zone that is not ready gets nothing new', () => {
  const registry = exampleRegistry().map(({ status: _, ...object }) => object as KubernetesObject);

  expect(said({}, registry)).toMatchObject({
    Provisioned:
      'WaitingForZone: Zone frontier is not ready: nothing new is created there. Platform: kubectl describe zone frontier.',
    ActionNeeded: 'Platform: Zone frontier is not ready: kubectl describe zone frontier.',
  });
  expect(compose(requestFor(billing, {}, registry)).desired?.resources).toEqual({});
});

test.each([
  {
    error: 'cannot select database: dial tcp 10.0.0.7:5432: connect: connection refused',
    actor: 'SRE',
    next: 'the database server cannot be reached: check that it runs and that provider-sql can connect to its endpoint',
  },
  {
    error: 'cannot create database: pq: permission denied to create database',
    actor: 'Platform',
    next: "the administrator lacks a right: it needs CREATEDB and CREATEROLE, and createrole_self_grant = 'set, inherit'",
  },
  {
    error: 'cannot create database: pq: cannot execute CREATE DATABASE in a read-only transaction',
    actor: 'SRE',
    next: "the database server only reads: make it writable, or have the zone's Secret name the one that is",
  },
  {
    error: 'cannot select database: pq: the database system is starting up',
    actor: 'SRE',
    next: 'the database server is being stopped or started: check that it comes up',
  },
  {
    error: 'connect failed: cannot get credentials Secret: Secret "mistyped" not found',
    actor: 'Platform',
    next: "the zone's credentials cannot be read: check the Zone's credentialsSecretRef and that this Secret exists",
  },
  {
    error:
      'cannot determine creation result - remove the crossplane.io/external-create-pending annotation if it is safe',
    actor: 'Nobody',
    next: 'provider-sql stopped while it was creating this, which is now repeated',
  },
  {
    error: 'cannot create database: pq: must be able to SET ROLE "galaxy_billing_owner"',
    actor: 'Nobody',
    next: 'the administrator is being made a member of the owner role',
  },
  {
    error: 'cannot connect to postgres://squadkit_admin:hunter2@spike/postgres?password=hunter2: odd',
    actor: 'SRE',
    next: 'Database billing.frontier.spike.database says: cannot connect to postgres://squadkit_admin:***@spike/postgres?password=*** odd',
  },
])('$error', ({ error, actor, next }) => {
  const conditions = said(failing('frontier.spike.database', error));

  expect(conditions.Provisioned).toBe(`Failing: frontier.spike.database: ${next}. Move: ${actor}.`);
  if (actor !== 'Nobody') expect(conditions.ActionNeeded).toBe(`${actor}: ${next}.`);
});

test('a token that the cluster has not issued', () => {
  const error = 'observe failed: cannot get connection details: cannot get value at fieldPath: data: no such field';

  expect(said(failing('frontier.aqua.deployer-token', error)).ActionNeeded).toBe(
    'SRE: the cluster has not issued the token of the deployer: check that its kube-controller-manager runs.',
  );
});

test.each([
  'cannot update: the object has been modified; please apply your changes to the latest version',
  'connect failed: cannot track ProviderConfig usage: cannot apply ProviderConfigUsage: cannot create object: providerconfigusages.kubernetes.m.crossplane.io "7742" already exists',
])('what is over in a moment is not worth a word: %s', (message) => {
  expect(said(failing('frontier.spike.database', message)).Provisioned).toMatch(/^Creating: 23 of 24 ready/);
});

test('an owner role that the administrator cannot act as is granted to it, once the privileges of tomorrow have failed', () => {
  const observed = failing('frontier.spike.writer-tables', 'pq: permission denied to change default privileges');
  const tables = observed['frontier.spike.writer-tables'] as Resource;
  const grant = compose(requestFor(billing, observed)).desired?.resources['frontier.spike.admin-in-owner'];

  expect(grant?.resource?.spec.forProvider).toEqual({
    role: 'squadkit_admin',
    memberOf: 'galaxy_billing_owner',
    withInherit: true,
  });
  expect(compose(requestFor(billing, settled)).desired?.resources['frontier.spike.admin-in-owner']).toBeUndefined();

  const object = tables.resource as unknown as KubernetesObject;
  object.status = { conditions: [{ type: 'Synced', status: 'False', message: 'connect: connection refused' }] };
  expect(compose(requestFor(billing, observed)).desired?.resources['frontier.spike.admin-in-owner']).toBeUndefined();
});
