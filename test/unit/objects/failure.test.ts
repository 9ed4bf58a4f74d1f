import { afterAll, describe, expect, test } from 'vitest';
import { failureOf, overdueOf } from '../../../functions/objects/failure.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const time = '2026-11-28T10:00:00Z';
const at = (minutes: number): number => Date.parse(time) + minutes * 60_000;
const condition = (type: string, status: string, reason?: string, message?: string) => ({
  conditions: [{ type, status, reason, message, lastTransitionTime: time }],
});

/** What a thing outside says of itself that failed. */
const failed: Record<string, object> = {
  'Ready=False of a topology operator': condition('Ready', 'False', 'FailedCreateOrUpdate', 'dial tcp: refused'),
  'Ready=False of Flux': condition('Ready', 'False', 'ArtifactFailed', 'no such branch'),
  'Ready=False of another reason': condition('Ready', 'False', 'NoBroker', 'the broker is not there'),
  'Ready=False with words only': condition('Ready', 'False', '', 'the broker is not there'),
  'Ready=False while creating, which failed': condition('Ready', 'False', 'Creating', 'cannot create: access denied'),
  'NotReady=True of Strimzi': condition('NotReady', 'True', 'InvalidResourceException', 'no such topic'),
  'Failed=True of a Job': condition('Failed', 'True', 'BackoffLimitExceeded', 'it has reached the backoff limit'),
  'FailureTarget=True of a Job': condition('FailureTarget', 'True', 'DeadlineExceeded'),
  'Stalled=True of kstatus': condition('Stalled', 'True', 'DependencyNotFound', 'no source'),
  'Degraded=True of an operator': condition('Degraded', 'True', 'Unhealthy', 'two of three are down'),
  'ReplicaFailure=True of a Deployment': condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota'),
  'Progressing=False of a Deployment': condition('Progressing', 'False', 'ProgressDeadlineExceeded'),
  'Synced=False of another Crossplane': condition('Synced', 'False', 'ReconcileError', 'no credentials'),
  'Healthy=False': condition('Healthy', 'False', 'Unhealthy', 'no quorum'),
  'Available=False': condition('Available', 'False', 'ConnectionRefused'),
  'Accepted=False of a Gateway': condition('Accepted', 'False', 'NoMatchingParent'),
  'phase Failed of a Pod': { phase: 'Failed', message: 'evicted' },
  'phase Lost of a claim': { phase: 'Lost' },
  'state ERROR': { state: 'ERROR', lastError: 'no capacity' },
  'health of Argo CD': { health: { status: 'Degraded', message: 'crash loop' } },
  'status incompatible-parameters': { status: 'incompatible-parameters' },
};

/** What works, or is on its way. */
const fine: Record<string, object> = {
  nothing: {},
  'Ready=True': condition('Ready', 'True', 'Available'),
  'Ready=False without a word': condition('Ready', 'False'),
  'Ready=False while creating': condition('Ready', 'False', 'Creating'),
  'Ready=False while in progress': condition('Ready', 'False', 'Progressing', 'two of three are up'),
  'Ready=False of cert-manager': condition('Ready', 'False', 'Issuing', 'Issuing certificate as Secret does not exist'),
  'Ready=Unknown': condition('Ready', 'Unknown', 'Progressing'),
  'Available=False of a Deployment that starts': condition(
    'Available',
    'False',
    'MinimumReplicasUnavailable',
    'Deployment does not have minimum availability.',
  ),
  'Progressing=False, which is done': condition('Progressing', 'False', 'AsExpected', 'all is up'),
  'Degraded=False': condition('Degraded', 'False', 'AsExpected', 'no errors'),
  'Failed=False': condition('Failed', 'False', 'NoFailure'),
  'NoErrors=True': condition('NoErrors', 'True'),
  'phase Bound': { phase: 'Bound' },
  'phase Terminating': { phase: 'Terminating' },
  'counts of errors': { errors: 0, failed: 2, status: 3 },
};

/** Where it is said. */
const places: Record<string, (status: object, generation?: number) => KubernetesObject> = {
  'by the object that a managed resource shows': (status, generation = 1) => ({
    apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
    kind: 'Object',
    metadata: { name: 'mailer.frontier.burrow.vhost' },
    status: {
      conditions: [
        { type: 'Synced', status: 'True' },
        { type: 'Ready', status: 'True', reason: 'Available' },
      ],
      atProvider: {
        manifest: { kind: 'Vhost', metadata: { name: 'galaxy-mailer', generation }, status },
      },
    },
  }),
  'by that, of a managed resource that says no more than Unavailable': (status, generation = 1) => ({
    apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
    kind: 'Object',
    status: {
      conditions: [
        { type: 'Synced', status: 'True' },
        { type: 'Ready', status: 'False', reason: 'Unavailable' },
      ],
      atProvider: { manifest: { kind: 'Vhost', metadata: { name: 'galaxy-mailer', generation }, status } },
    },
  }),
};

let tried = 0;

describe.each(Object.keys(places))('%s', (place) => {
  test.each(Object.entries(failed))('%s is a failure', (_, status) => {
    tried += 1;
    expect(failureOf(places[place]?.(status) as KubernetesObject)).toMatchObject({ says: 'remote' });
  });

  test.each(Object.entries(fine))('%s is none', (_, status) => {
    tried += 1;
    expect(failureOf(places[place]?.(status) as KubernetesObject)).toBeUndefined();
  });

  test('of an earlier generation it is no news', () => {
    const status = { ...condition('Ready', 'False', 'FailedCreateOrUpdate'), phase: 'Failed', observedGeneration: 1 };
    expect(failureOf(places[place]?.(status, 2) as KubernetesObject)).toBeUndefined();
  });
});

describe('a managed resource itself', () => {
  const managed = (...conditions: object[]): KubernetesObject => ({
    apiVersion: 'example.org/v1',
    kind: 'Queue',
    status: { conditions: [{ type: 'Synced', status: 'True' }, ...conditions] },
  });

  test.each([
    { type: 'Ready', status: 'False', reason: 'Unavailable' },
    { type: 'Ready', status: 'False', reason: 'ReconcileError', message: 'no such account' },
    { type: 'LastAsyncOperation', status: 'False', reason: 'AsyncCreateFailure', message: 'quota exceeded' },
    { type: 'LastAsyncOperation', status: 'False', reason: 'ApplyFailure' },
    { type: 'Degraded', status: 'True' },
  ])('$type=$status ($reason) is a failure', (found) => {
    expect(failureOf(managed(found))).toMatchObject({ says: 'provider' });
  });

  test.each([
    { type: 'Ready', status: 'False', reason: 'Creating' },
    { type: 'Ready', status: 'False', reason: 'Deleting' },
    { type: 'LastAsyncOperation', status: 'True', reason: 'Success' },
    { type: 'AsyncOperation', status: 'False', reason: 'Ongoing' },
  ])('$type=$status ($reason) is none', (found) => {
    expect(failureOf(managed(found))).toBeUndefined();
  });

  test.each([
    [{ atProvider: { state: 'FAILED' } }, true],
    [{ atProvider: { phase: 'Ready' } }, false],
  ])('says it by a state: %j', (status, isFailure) => {
    expect(failureOf({ apiVersion: 'a/v1', kind: 'Queue', status }) !== undefined).toBe(isFailure);
  });

  test.each([
    { after: 9, says: undefined },
    { after: 11, says: 'Ready=False (Creating) for more than 10 minutes' },
  ])('is overdue after $after minutes: $says', ({ after, says }) => {
    const object = managed({ type: 'Ready', status: 'False', reason: 'Creating', lastTransitionTime: time });
    expect(overdueOf(object, at(after))?.message).toBe(says);
  });

  test('is overdue where it is not gone after so long', () => {
    const object = { ...managed(), metadata: { deletionTimestamp: time } };
    expect(overdueOf(object, at(9))).toBeUndefined();
    expect(overdueOf(object, at(11))?.message).toBe('is being deleted for more than 10 minutes');
  });
});

describe('a Service', () => {
  const billing = example('Service', 'billing');
  const { observed } = simulate(billing, exampleRegistry());
  const names = Object.keys(observed).filter((name) => observed[name]?.resource?.spec?.providerConfigRef !== undefined);

  test.each(Object.entries(failed))('says whose move %s is, whatever says it, and is not Ready', (_, status) => {
    for (const name of names) {
      const state = copyOf(observed);
      const object = state[name]?.resource as unknown as KubernetesObject;
      const before = object.status?.atProvider as { manifest?: object } | undefined;
      object.status = {
        ...object.status,
        atProvider: { ...before, manifest: { kind: 'Thing', metadata: { name: 'it' }, ...before?.manifest, status } },
      };
      const { conditions, desired } = compose(requestFor(billing, state));
      const said = Object.fromEntries(conditions.map(({ type, reason }) => [type, reason]));
      tried += 1;
      expect(said).toMatchObject({ Provisioned: 'Failing', ActionNeeded: 'SRE' });
      expect(conditions.find(({ type }) => type === 'ActionNeeded')?.message).not.toMatch(/wait/i);
      expect(desired?.composite?.ready).not.toBe(1);
      expect(desired?.resources[name]).toBeDefined();
    }
  });
});

afterAll(() => {
  console.log(
    `${Object.keys(failed).length} failures and ${Object.keys(fine).length} states that are none, in ${Object.keys(places).length} places and every managed resource of a Service: ${tried} cases`,
  );
});
