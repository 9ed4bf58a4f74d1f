import { expect, test } from 'vitest';
import { functionOf } from '../../../functions/compose.ts';
import { outcomeOf } from '../../../functions/simulation/outcome.ts';
import { simulatedHub } from '../../../functions/simulation/simulate.ts';
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
