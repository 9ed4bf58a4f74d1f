import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { billingOn, registryOf } from '../../../support/clusters.ts';
import { compose } from '../../../support/compose.ts';
import { squadWith } from '../../../support/registered.ts';
import { copyOf, requestFor } from '../../../support/request.ts';

const prefix = 'frontier.aqua.';
const locks = ['limits', 'namespace', 'network', 'quota'];
const groups = { ownerGroup: 'owners', guestGroup: 'guests', deployerGroup: 'pipelines' };
const service = billingOn({});

type Observed = Record<string, Resource>;

const objectOf = (observed: Observed, local: string): KubernetesObject =>
  observed[prefix + local]?.resource as KubernetesObject;

/** What of the cluster's part is made or kept, by local name. */
const composedOf = (observed: Observed, registry: KubernetesObject[]): string[] =>
  Object.keys(compose(requestFor(service, observed, registry)).desired?.resources ?? {})
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .sort();

/** Ways in which a lock is not there. */
const ways: [string, (observed: Observed, local: string) => void][] = [
  [
    'missing',
    (observed, local) => {
      delete observed[prefix + local];
    },
  ],
  [
    'never made',
    (observed, local) => {
      const object = objectOf(observed, local);
      delete object.metadata?.annotations?.['crossplane.io/external-create-succeeded'];
      object.status = { conditions: [{ type: 'Synced', status: 'False', message: 'admission webhook denied it' }] };
    },
  ],
  [
    'going',
    (observed, local) => {
      const object = objectOf(observed, local);
      object.metadata = { ...object.metadata, deletionTimestamp: '2000-01-01T00:00:00Z' };
    },
  ],
];

describe.each(['token', 'group'])('on a cluster whose squads deploy by %s', (deployers) => {
  const registry = registryOf({ zone: { deployers } }).map((object) =>
    object.kind === 'Squad' ? squadWith('galaxy', groups) : object,
  );
  const settled = simulate(service, registry).observed;
  const all = Object.keys(settled).filter((name) => name.startsWith(prefix));
  const withLocksOnly = (): Observed =>
    Object.fromEntries(
      Object.entries(copyOf(settled)).filter(
        ([name]) => !name.startsWith(prefix) || locks.includes(name.slice(prefix.length)),
      ),
    );

  // Guard rail: kubernetes-locks-stay
  test.each(locks.flatMap((lock) => ways.map(([way, damage]) => ({ lock, way, damage }))))(
    'nothing gives access or credentials while $lock is $way',
    ({ lock, damage }) => {
      const observed = withLocksOnly();
      damage(observed, lock);

      expect(composedOf(observed, registry).filter((local) => !locks.includes(local))).toEqual([]);
    },
  );

  test.each(locks)('what is there stays when %s is lost', (lock) => {
    const observed = copyOf(settled);
    delete observed[prefix + lock];

    expect(composedOf(observed, registry)).toEqual(all.map((name) => name.slice(prefix.length)).sort());
  });

  test('access comes once all locks are there', () => {
    expect(composedOf(withLocksOnly(), registry)).toEqual(
      expect.arrayContaining(['deployer-rights', 'members-view', 'owners-view', 'guests-view', 'secret.spike']),
    );
  });
});
