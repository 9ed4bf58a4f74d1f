import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { endHolders, whereKept } from '../../../functions/providers/postgres/statements.ts';
import { registryOf } from '../../../functions/simulation/registry.ts';
import { firstRound, simulate } from '../../../functions/simulation/simulate.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { squadWith } from '../../support/registered.ts';
import { resourceOf } from '../../support/request.ts';

const letGo = (local: string) =>
  `kubectl patch -n galaxy role.postgresql.sql.m.crossplane.io billing.frontier.spike.${local} --type merge -p '{"spec":{"managementPolicies":["Observe"]}}'`;

const closed = squadWith('galaxy', { lifecycle: 'Closed' });

/** The quota of a closed squad, counted: nothing new can come. */
const sealed = {
  quota: resourceOf({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'squadkit', namespace: 'galaxy' },
    status: { hard: { 'count/services.squadkit.io': '0' } },
  }),
};

const managed = (apiVersion: string, kind: string, namespace = 'galaxy'): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: {
    name: 'billing.frontier.aqua.deployer',
    namespace,
    labels: { 'squadkit.io/squad': 'galaxy', 'squadkit.io/service': 'billing' },
    deletionTimestamp: '2026-01-01T00:00:00Z',
  },
});
const object = managed('kubernetes.m.crossplane.io/v1alpha1', 'Object');
const role = managed('postgresql.sql.m.crossplane.io/v1alpha1', 'Role');

test.each<{ name: string; registry: KubernetesObject[]; isProtected: boolean; want: string }>([
  {
    name: 'nothing is left',
    registry: [],
    isProtected: false,
    want: 'Squad galaxy is closed: it has no Service, it can be deleted.',
  },
  {
    name: 'its Services are gone, and a provider still ends what they had',
    registry: [object, role],
    isProtected: true,
    want: 'Squad galaxy is closed: its Services are gone, and 2 things of them still being removed.',
  },
  {
    name: 'something of another squad is left',
    registry: [managed('kubernetes.m.crossplane.io/v1alpha1', 'Object', 'quasar')],
    isProtected: false,
    want: 'Squad galaxy is closed: it has no Service, it can be deleted.',
  },
])('a closed squad of which $name: protected $isProtected', ({ registry, isProtected, want }) => {
  const { response } = simulate(closed, registry, sealed);
  const names = Object.keys(response.desired?.resources ?? {});

  expect(response.conditions.find(({ type }) => type === 'Accepted')?.message).toBe(want);
  expect(names.includes('protection')).toBe(isProtected);
  expect(names.includes('namespace-protection')).toBe(isProtected);
});

test('the namespace says why it cannot go yet', () => {
  const { response } = simulate(closed, [object], sealed);

  expect(response.desired?.resources['namespace-protection']?.resource).toMatchObject({
    spec: { reason: 'squad galaxy has left 1 thing of its Services: wait until nothing is' },
  });
});

test('a zone that nobody uses any more keeps its credentials as long as they are needed', () => {
  const zone = example('Zone', 'meadow');
  const leaving = { ...zone, spec: { ...zone.spec, lifecycle: 'Closed' } };
  const [before, after] = [[object, role], []].map((registry) => simulate(leaving, registry).response);

  expect(before?.desired?.resources.protection?.resource).toMatchObject({
    spec: { reason: 'zone meadow has left 2 things of Services: wait until nothing is' },
  });
  expect(before?.conditions[0]?.message).toBe(
    'Zone meadow is closed: nobody uses it, and 2 things still being removed.',
  );
  expect(after?.desired?.resources.protection).toBeUndefined();
  expect(after?.conditions[0]?.message).toBe('Zone meadow is closed: nobody uses it, it can be deleted.');
});

/** A grant of a Service that is gone, with what its provider and others say of it. */
const grant = (
  name: string,
  { metadata = {}, message }: { metadata?: object; message?: string },
): KubernetesObject => ({
  apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
  kind: 'Grant',
  metadata: {
    name: `billing.frontier.spike.${name}`,
    namespace: 'galaxy',
    labels: { 'squadkit.io/squad': 'galaxy', 'squadkit.io/service': 'billing', 'squadkit.io/zone': 'meadow' },
    deletionTimestamp: '2026-01-01T00:00:00Z',
    ownerReferences: [{ uid: 'gone', controller: true }],
    ...metadata,
  },
  ...(message !== undefined && { status: { conditions: [{ type: 'Synced', status: 'False', message }] } }),
});

const waits = [
  {
    name: 'whose provider is at it',
    left: [grant('owner-usage', {})],
    actor: 'Nobody',
    says: 'Wait: 1 thing of galaxy/billing still being removed.',
  },
  {
    name: 'that somebody holds open',
    left: [grant('owner-usage', { message: 'pq: canceling statement due to lock timeout (55P03)' })],
    actor: 'SRE',
    says: `Grant billing.frontier.spike.owner-usage: a session, of this database or of another one, holds for more than a second what is needed: if this stays, end on the server what is open for long by ${endHolders.replaceAll('<database>', 'galaxy_billing')}, which says in which database it was.`,
  },
  {
    name: 'whose database is gone',
    left: [
      grant('owner-usage', { message: 'cannot select grant: pq: database "galaxy_billing" does not exist (3D000)' }),
    ],
    actor: 'SRE',
    says: `Grant billing.frontier.spike.owner-usage: the database is gone: restore it; or, if its Service is gone too, let go of what is left by kubectl patch -n galaxy grant.postgresql.sql.m.crossplane.io billing.frontier.spike.owner-usage --type merge -p '{"spec":{"managementPolicies":["Observe"]}}'.`,
  },
  {
    name: 'that version 0.1.0 could not drop',
    left: [
      grant('app', { message: 'pq: role "galaxy_billing_app" cannot be dropped because some objects depend on it' }),
    ],
    actor: 'SRE',
    says: `Grant billing.frontier.spike.app: something that the login owns or was granted keeps it: if this stays, ${whereKept.replace('<role>', 'galaxy_billing_app')} says in which databases. In galaxy_billing, or one that begins with galaxy_billing-, say as the administrator REASSIGN OWNED BY galaxy_billing_app TO galaxy_billing_owner; DROP OWNED BY galaxy_billing_app. In any other one say DROP OWNED BY galaxy_billing_app. What stays although all that was said is let go of by ${letGo('app')}.`,
  },
  {
    name: 'that owns what was restored and stays, which nobody is told to drop unseen',
    left: [
      grant('owner', {
        message: 'pq: role "galaxy_billing_owner" cannot be dropped because some objects depend on it',
      }),
    ],
    actor: 'SRE',
    says: `Grant billing.frontier.spike.owner: a database keeps it: ${whereKept.replace('<role>', 'galaxy_billing_owner')} says which. In galaxy_billing, or one that begins with galaxy_billing-, lie the squad's rows: drop that database only if the squad wants nothing of them. In any other one say as the administrator DROP OWNED BY galaxy_billing_owner, which there takes rights away; where owns is true it owns something there too, so look first. What stays for the squad, or although all that was said, is let go of by ${letGo('owner')}.`,
  },
  {
    name: 'with a name that is more than a name',
    left: [grant('app', { message: `pq: role "x'; DROP" cannot be dropped because some objects depend on it` })],
    actor: 'SRE',
    says: `Grant billing.frontier.spike.app: something that the login owns or was granted keeps it: if this stays, ${whereKept} says in which databases. In galaxy_billing, or one that begins with galaxy_billing-, say as the administrator REASSIGN OWNED BY <role> TO galaxy_billing_owner; DROP OWNED BY <role>. In any other one say DROP OWNED BY <role>. What stays although all that was said is let go of by ${letGo('app')}.`,
  },
  {
    name: 'of which the server is away',
    left: [grant('owner-usage', { message: 'dial tcp: connection refused' })],
    actor: 'SRE',
    says: 'Grant billing.frontier.spike.owner-usage: the database server cannot be reached: check that it runs and that provider-sql can connect to its endpoint.',
  },
  {
    name: 'that an SRE has paused',
    left: [
      grant('writer-usage', { metadata: { annotations: { 'crossplane.io/paused': 'true' } } }),
      grant('owner-usage', { metadata: { annotations: { 'crossplane.io/paused': 'true' } } }),
    ],
    actor: 'SRE',
    says: 'what is paused is not ended: kubectl annotate -n galaxy grant.postgresql.sql.m.crossplane.io/billing.frontier.spike.owner-usage grant.postgresql.sql.m.crossplane.io/billing.frontier.spike.writer-usage crossplane.io/paused-.',
  },
  {
    name: 'that was left alone',
    left: [grant('owner-usage', { metadata: { deletionTimestamp: undefined, ownerReferences: [] } })],
    actor: 'Squad',
    says: 'galaxy/billing was deleted without what it had made, which works on: commit it again as it was, wait until it is Ready, and then remove it without --cascade=orphan.',
  },
];

describe('what a Service has left', () => {
  const squads = [
    { name: 'closed squad', document: closed },
    { name: 'open squad', document: { ...squadWith('galaxy'), status: { services: ['galaxy/billing'] } } },
  ];

  test.each(
    squads.flatMap((squad) => waits.map((wait) => ({ ...squad, ...wait, squad: squad.name, what: wait.name }))),
  )('in a $squad: something $what', ({ document, left, actor, says }) => {
    const { response } = simulate(document, left, sealed);
    const action = response.conditions.find(({ type }) => type === 'ActionNeeded');

    // The simulation has no zone, which is the platform's move once nothing else is.
    expect(`${action?.reason}: ${action?.message}`).toBe(
      actor === 'Nobody' ? 'Platform: No zone fits the zoneSelector: register one or widen it.' : `${actor}: ${says}`,
    );
    expect(response.desired?.composite?.resource?.status).toMatchObject({ services: ['galaxy/billing'] });
  });

  test.each(waits)('in a closed zone: something $name', ({ left, actor, says }) => {
    const zone = example('Zone', 'meadow');
    const { response } = simulate({ ...zone, spec: { ...zone.spec, lifecycle: 'Closed' } }, left);
    const action = response.conditions.find(({ type }) => type === 'ActionNeeded');

    expect(`${action?.reason}: ${action?.message}`).toBe(`${actor}: ${says}`);
  });

  test('is not looked for as long as no Service goes', () => {
    const service = example('Service', 'billing');
    const asked = (status: object, registry: KubernetesObject[]) =>
      Object.keys(
        simulate({ ...squadWith('galaxy'), status } as KubernetesObject, registry).response.requirements?.resources ??
          {},
      ).filter((key) => key.startsWith('leftover.')).length;

    expect(asked({}, [service])).toBe(0);
    expect(asked({ services: ['galaxy/billing'] }, [service])).toBe(0);
    expect(asked({ services: ['galaxy/billing'] }, [])).toBeGreaterThan(0);
    expect(
      asked({}, [{ ...service, metadata: { ...service.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }]),
    ).toBeGreaterThan(0);
  });

  /** A Service that nobody looks at, as it is there, as it goes, and with what it has or nothing yet. */
  const held = squads.flatMap(({ name, document }) =>
    [false, true].flatMap((isGoing) =>
      [false, true].flatMap((isPaused) =>
        [
          [],
          [
            grant('owner-usage', {
              metadata: { deletionTimestamp: undefined, ownerReferences: [{ uid: 'there', controller: true }] },
            }),
          ],
        ].map((has) => ({
          squad: name,
          document,
          isGoing,
          isPaused,
          has,
          things: has.length,
        })),
      ),
    ),
  );

  test.each(held)(
    'in a $squad: a Service that is being deleted ($isGoing), paused ($isPaused), with $things things',
    ({ document, isGoing, isPaused, has }) => {
      const service = example('Service', 'billing');
      const metadata = {
        ...{ ...service.metadata, uid: 'there' },
        ...(isGoing && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
        ...(isPaused && { annotations: { 'crossplane.io/paused': 'true' } }),
      };
      const { response } = simulate(document, [{ ...service, metadata }, ...has], sealed);
      const action = response.conditions.find(({ type }) => type === 'ActionNeeded');

      expect(`${action?.reason}: ${action?.message}`).toBe(
        isPaused
          ? 'SRE: what is paused is not ended: kubectl annotate -n galaxy service.squadkit.io/billing crossplane.io/paused-.'
          : 'Platform: No zone fits the zoneSelector: register one or widen it.',
      );
    },
  );

  test.each([
    {
      name: 'that uses it',
      zone: 'meadow',
      says: /^SRE: what is paused is not ended: .* service.squadkit.io\/catalog /,
    },
    { name: 'of another zone', zone: 'frontier', says: /^Nobody: It works/ },
  ])('in a closed zone: a paused Service $name', ({ zone: used, says }) => {
    const zone = example('Zone', 'meadow');
    const service = example('Service', 'catalog');
    const { response } = simulate({ ...zone, spec: { ...zone.spec, lifecycle: 'Closed' } }, [
      {
        ...service,
        metadata: { ...service.metadata, annotations: { 'crossplane.io/paused': 'true' } },
        spec: { zones: [{ name: used, components: [{ name: 'spike', provider: 'postgres' }] }] },
      },
    ]);
    const action = response.conditions.find(({ type }) => type === 'ActionNeeded');

    expect(`${action?.reason}: ${action?.message}`).toMatch(says);
  });
});

describe('what an earlier Service of its name has left, and this one does not ask for', () => {
  const service = {
    ...example('Service', 'billing'),
    metadata: { name: 'billing', namespace: 'galaxy', uid: 'there' },
  };
  const alone = (name: string, ownerReferences: object[] = []) =>
    grant(name, { metadata: { deletionTimestamp: undefined, ownerReferences } });
  const says = (document: KubernetesObject, registry: KubernetesObject[]) => {
    const { response } = simulate(document, registry, sealed);
    const action = response.conditions.find(({ type }) => type === 'ActionNeeded');

    return {
      action: `${action?.reason}: ${action?.message}`,
      status: response.desired?.composite?.resource?.status,
      looks: Object.keys(response.requirements?.resources ?? {}).some((key) => key.startsWith('leftover.')),
    };
  };
  const sentence =
    'Squad: galaxy/billing was deleted without what it had made, and since it came again it does not ask for Grant billing.frontier.spike.owner-usage, Grant billing.frontier.spike.reader-usage, which work on: commit it as it was before, wait until it is Ready, and then take out what is not wanted.';
  const two = [alone('reader-usage'), alone('owner-usage')];

  test.each([
    { name: 'a Squad that knows of nothing, by what the Service says', status: {}, left: 2 },
    {
      name: 'a Squad that has said so before',
      status: { conditions: [{ type: 'ActionNeeded', status: 'True', message: sentence }] },
      left: 0,
    },
  ])('is said by $name', ({ status, left }) => {
    const living = { ...service, status: { left } };
    const squad = { ...squadWith('galaxy'), status };

    expect(says(squad, [living, ...two])).toMatchObject({ action: sentence, looks: true });
    expect(says(squad, [living, alone('owner-usage', [{ uid: 'there', controller: true }])]).action).not.toContain(
      'left',
    );
    // What belonged to one that is gone is being ended by the garbage collector, or will be.
    expect(says(squad, [living, alone('owner-usage', [{ uid: 'gone', controller: true }])]).action).not.toContain(
      'cascade',
    );
  });

  test('is said by a closed Squad, which is kept for as long', () => {
    expect(says(closed, [service, ...two]).action).toBe(sentence);
  });

  test('is said by the Service itself, from its first round on until there is nothing', () => {
    const registry = [...exampleRegistry(), ...two];
    const { response } = firstRound(service, registryOf(registry));
    const status = response.desired?.composite?.resource?.status as object;
    expect(status).toMatchObject({ left: 2 });

    const later = { ...service, status } as KubernetesObject;
    expect(says(later, registry)).toMatchObject({ action: sentence, looks: true, status: { left: 2 } });
    const after = says(later, exampleRegistry());
    expect(after.action).toMatch(/^Nobody: It works/);
    expect(after.status).not.toHaveProperty('left');
  });

  test('is not looked for by a Service that was accepted and has nothing left', () => {
    const { status } = says(service, exampleRegistry());
    const accepted = { generation: 1, spec: service.spec };

    expect(says({ ...service, status: { ...status, accepted } } as KubernetesObject, exampleRegistry()).looks).toBe(
      false,
    );
  });
});
