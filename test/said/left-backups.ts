import type { Resource } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { leftoverRequirements } from '../../functions/providers/leftovers.ts';
import { reportOf } from '../../functions/providers/postgres/backup-report.ts';
import { lastAt } from '../support/drills.ts';
import { example, exampleRegistry } from '../support/examples.ts';
import type { State } from './states.ts';

const galaxy = example('Squad', 'galaxy');

const last = lastAt(Date.parse('2000-01-01T00:00:00Z'));
const failed = (because: string) => ({ last, failed: { at: '2000-01-01T00:00:00Z', because } });

/** What the CronJob of a Service that is gone has said. */
const report = (data: Record<string, object>): KubernetesObject => {
  const what = { squad: 'galaxy', service: 'ledger', zone: 'frontier', component: 'spike' };
  const { metadata, ...object } = reportOf({ ...what, job: 'galaxy-ledger-0123456789abcdef', schedule: '15 2 * * *' });
  const texts = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, JSON.stringify(value)]));

  return {
    ...object,
    metadata: { ...metadata, creationTimestamp: '2000-01-01T00:00:00Z' },
    data: texts,
  } as KubernetesObject;
};

/** What a Squad says of the backups of what its Services have left. */
export const leftBackups = (observed: Record<string, Resource>): State[] => {
  const before = { type: 'BackedUp', status: 'True', reason: 'BackedUp', message: 'it is' };
  const state = (when: string, data: Record<string, object>) => ({
    ...{ when, document: galaxy, observed, found: { 'kept.postgres': [report(data)] } },
  });

  return [
    state('what a Service has left was backed up in time', { last }),
    state('what a Service has left has no backup yet', {}),
    state('the last backup of what a Service has left failed', failed('store: there is no such bucket')),
    state('the last backup of what a Service has left failed', failed('server: the login may not read everything')),
    {
      ...state(
        'the last backup of what a Service of a closed squad has left failed',
        failed('server: the login may not read everything'),
      ),
      document: { ...galaxy, spec: { ...galaxy.spec, lifecycle: 'Closed' } },
      found: {
        'kept.postgres': [report(failed('server: the login may not read everything'))],
        ...Object.fromEntries(Object.keys(leftoverRequirements({})).map((key) => [key, []])),
      },
      registry: exampleRegistry().filter(({ kind }) => kind !== 'Service'),
    },
    {
      when: 'nothing that Services have left is backed up any more',
      ...{ document: { ...galaxy, status: { ...galaxy.status, conditions: [before] } }, observed },
    },
  ];
};
