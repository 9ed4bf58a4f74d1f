import { describe, expect, test } from 'vitest';
import { functionOf } from '../../../functions/compose.ts';
import { outcomeOf } from '../../../functions/simulation/outcome.ts';
import { simulate, simulatedHub } from '../../../functions/simulation/simulate.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const squad = example('Squad', 'galaxy');
const { observed } = outcomeOf(squad, exampleRegistry() as never);
const key = 'count/services.squadkit.io';
const created = '2026-11-28T10:00:00Z';
const after = (seconds: number) => Date.parse(created) + seconds * 1000;

/** What a Squad says when its quota has this status, so many seconds after it was made. */
const said = (status: object | undefined, seconds: number) => {
  const resources = copyOf(observed);
  const quota = resources.quota?.resource as Record<string, unknown>;
  quota.metadata = { ...(quota.metadata as object), creationTimestamp: created };
  quota.status = status;
  const answer = functionOf(simulatedHub)(requestFor(squad, resources), after(seconds));
  const condition = answer.conditions.find(({ type }) => type === 'ActionNeeded');

  return { ready: answer.desired?.composite?.ready, by: condition?.reason, message: condition?.message };
};

test('a Squad whose Services are counted is ready', () => {
  expect(said({ hard: { [key]: '20' }, used: { [key]: '0' } }, 30)).toMatchObject({ ready: 1, by: 'Nobody' });
});

test.each([
  { name: 'without a status', status: undefined },
  { name: 'with a limit only', status: { hard: { [key]: '20' } } },
  { name: 'that counts something else', status: { hard: { [key]: '20' }, used: { pods: '0' } } },
])('a quota $name is waited for, and after eleven minutes it is the move of an SRE', ({ status }) => {
  const message = 'Wait: the hub does not count Services yet, and refuses them for up to 5 minutes.';

  expect(said(status, 30)).toEqual({ ready: 2, by: 'Nobody', message });
  expect(said(status, 659)).toEqual({ ready: 2, by: 'Nobody', message });
  expect(said(status, 661)).toEqual({
    ready: 2,
    by: 'SRE',
    message: 'The hub refuses Services, because it does not count them: see if kube-controller-manager runs.',
  });
});

describe('a quota that has heard of what the list of Services has not', () => {
  const listed = ['billing', 'search', 'mail'].map((name) => ({
    ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service' },
    metadata: { name, namespace: 'galaxy', uid: name },
  }));
  const system = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'squadkit-system', uid: 'system' } };
  const others = [...exampleRegistry().filter(({ kind }) => kind !== 'Service'), system];
  /** What a Squad of this lifecycle answers when so many are counted and so many are listed. */
  const answerWith = (used: number, found: number, lifecycle = 'Open') => {
    const composite = { ...squad, spec: { ...squad.spec, lifecycle } };
    const start = copyOf(simulate(composite, others as never).observed);
    const quota = start.quota?.resource as Record<string, unknown>;
    quota.status = { hard: { [key]: lifecycle === 'Closed' ? '0' : '20' }, used: { [key]: `${used}` } };

    return simulate(composite, [...others, ...listed.slice(0, found)] as never, start).response;
  };
  const pauseWith = (used: number, found: number) => Number(answerWith(used, found).meta?.ttl?.seconds);

  test('is looked at again within seconds, whether one came or went, and otherwise is left alone', () => {
    for (const [used, found] of [0, 1, 2, 3, 4].flatMap((one) => [0, 1, 2, 3].map((other) => [one, other] as const))) {
      const pause = pauseWith(used, found);
      expect([used, found, used === found ? pause : pause <= 10]).toEqual([used, found, used === found ? 600 : true]);
    }
  });

  // Guard rail: squad-names-are-not-reused
  test('makes the name of the squad a used one: the Service that is counted may be gone at the next look', () => {
    const usedOf = (used: number, found: number) =>
      (answerWith(used, found).desired?.resources.record?.resource as { data?: { used?: string } } | undefined)?.data
        ?.used;

    expect([usedOf(0, 0), usedOf(1, 0), usedOf(1, 1), usedOf(0, 1)]).toEqual(['false', 'true', 'true', 'true']);
  });

  test('keeps a closed squad from being deleted', () => {
    const reasonOf = (used: number, found: number) => {
      const { resource } = answerWith(used, found, 'Closed').desired?.resources.protection ?? {};
      return (resource as { spec?: { reason?: string } } | undefined)?.spec?.reason;
    };
    const saidOf = (used: number) => answerWith(used, 0, 'Closed').conditions.find(({ type }) => type === 'Accepted');

    expect(reasonOf(0, 0)).toBeUndefined();
    expect(reasonOf(1, 0)).toBe(
      'the hub counts 1 Service of squad galaxy that it does not show yet: wait a moment, then remove its Services',
    );
    expect(reasonOf(1, 1)).toBe('squad galaxy has galaxy/billing: remove its Services first');
    expect(saidOf(2)?.message).toBe(
      'Squad galaxy is closed: the hub counts 2 Services of squad galaxy that it does not show yet.',
    );
    expect(saidOf(0)?.message).toBe('Squad galaxy is closed: it has no Service, it can be deleted.');
  });
});
