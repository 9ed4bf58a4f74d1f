import { afterAll, describe, expect, test } from 'vitest';
import { evidenceOf, serviceIn } from '../../../functions/evidence/evidence.ts';
import { lookAt } from '../../../functions/evidence/live/look.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { load } from '../../../functions/tree/load.ts';
import { exampleTree } from '../../support/squadkit.ts';
import { type FakeHub, hubOf } from './hub.ts';

const { target } = load(exampleTree());
const subject = evidenceOf(target, serviceIn(target, 'galaxy/billing'));
const pristine = hubOf(target);
const objects = [...pristine.objects.values()].filter(
  ({ metadata }) => metadata?.namespace === 'galaxy' && metadata.name !== 'billing',
);
/** A moment after the janitor has said what it saw. */
const when = new Date('2026-11-24T12:00:00Z');
let tried = 0;

/** What does not hold, and why, on a hub with one object changed. */
const wrongOf = async (changed: KubernetesObject): Promise<string[]> => {
  const hub: FakeHub = hubOf(target);
  hub.change(changed.kind, changed.metadata?.name ?? '', () => changed);
  const live = await lookAt(hub, subject, target, when);
  tried += 1;

  return Object.values(live.verdicts).flatMap(({ verdict, because }) => (verdict === 'does not hold' ? because : []));
};

const withStatus = (object: KubernetesObject, status: object): KubernetesObject => ({
  ...object,
  status: { ...object.status, ...status },
});
const atProvider = ({ status }: KubernetesObject): { manifest?: KubernetesObject } =>
  (status?.atProvider ?? {}) as { manifest?: KubernetesObject };
const wanted = Object.values(subject.outcome.resources).map(({ metadata }) => metadata?.name);

/** Objects that some guard rail looks at. */
const looked = async (): Promise<KubernetesObject[]> => {
  const hub = hubOf(target);
  await lookAt(hub, subject, target, when);
  const names = new Set(hub.asked.map(({ kind, name }) => `${kind} ${name}`));

  return objects.filter(
    ({ kind, metadata }) => names.has(`${kind} ${metadata?.name}`) && wanted.includes(metadata?.name),
  );
};

describe('presence is not enough: evidence names', () => {
  const failures: Record<string, object> = {
    'Ready=False': { conditions: [{ type: 'Ready', status: 'False', reason: 'CreateFailed', message: 'it is odd' }] },
    'Failed=True': { conditions: [{ type: 'Failed', status: 'True', message: 'it is odd' }] },
    'a phase': { phase: 'Failed', message: 'it is odd' },
  };

  test.each(Object.entries(failures))('everything that says %s of itself', async (_, status) => {
    for (const object of (await looked()).filter(({ kind }) => kind === 'Object')) {
      const { manifest } = atProvider(object);
      const wrong = await wrongOf(withStatus(object, { atProvider: { manifest: { ...manifest, status } } }));
      expect(wrong.join(), object.metadata?.name).toContain('says that it failed');
      expect(wrong.join()).toContain('it is odd');
    }
  });

  // Guard rail: postgres-least-privilege
  test.each(['SUPERUSER', 'CREATEDB', 'CREATEROLE', 'REPLICATION', 'BYPASSRLS'])(
    'every role that has %s on the server',
    async (privilege) => {
      const roles = (await looked()).filter(({ kind }) => kind === 'Role');
      expect(roles.length).toBeGreaterThan(2);
      for (const object of roles) {
        const login = object.metadata?.name?.match(/app$|migrator$/) ? 'LOGIN' : 'NOLOGIN';
        const clauses = ['SUPERUSER', 'CREATEDB', 'CREATEROLE', 'REPLICATION', 'BYPASSRLS'].map((name) => `NO${name}`);
        const seen = [...clauses, 'INHERIT', login];
        expect(await wrongOf(withStatus(object, { atProvider: { privilegesAsClauses: seen } }))).toEqual([]);
        const more = seen.map((clause) => (clause === `NO${privilege}` ? privilege : clause));
        expect((await wrongOf(withStatus(object, { atProvider: { privilegesAsClauses: more } }))).join()).toMatch(
          /was last seen otherwise where it lies: `privileges\./,
        );
      }
    },
  );

  test.each(['disable', 'allow', 'prefer', 'require', 'verify-ca'])(
    'a way to a server with sslMode %s',
    async (mode) => {
      const config = [...pristine.objects.values()].find(
        ({ kind, metadata }) => kind === 'ClusterProviderConfig' && metadata?.name === 'frontier.spike',
      ) as KubernetesObject;
      const wrong = await wrongOf({ ...config, spec: { ...config.spec, sslMode: mode } });
      expect(wrong.join()).toContain('the way to `spike` in zone `frontier` is not as Git wants it: `spec.sslMode`');
    },
  );

  // Guard rail: services-per-squad
  test.each<[string, object | undefined, string]>([
    ['that nobody counts', {}, 'is not counted'],
    ['that counts something else', { hard: { pods: '1' } }, 'is not counted'],
    ['that refuses by another number', { hard: { 'count/services.squadkit.io': '9999' } }, 'refuses by another number'],
    ['without a status', undefined, 'is not counted'],
  ])('a quota %s', async (_, status, says) => {
    const quota = objects.find(({ kind }) => kind === 'ResourceQuota') as KubernetesObject;
    const { status: _before, ...rest } = quota;
    const wrong = await wrongOf((status === undefined ? rest : { ...rest, status }) as KubernetesObject);
    expect(wrong.join()).toContain(says);
  });

  test('a quota on a cluster that was last seen to refuse by another number', async () => {
    const object = (await looked()).find(({ metadata }) => metadata?.name?.endsWith('.quota')) as KubernetesObject;
    const { manifest } = atProvider(object);
    const status = { hard: { ...(manifest?.spec?.hard as object), pods: '9999' } };
    const wrong = await wrongOf(withStatus(object, { atProvider: { manifest: { ...manifest, status } } }));
    expect(wrong.join()).toContain('refuses by another number than it says: `status.hard` of pods');
  });
});

test('what no look at a hub can tell of a server is said to be not looked at', () => {
  const unseen = Object.fromEntries(subject.evidence.guardRails.map(({ id, unseen: left = '' }) => [id, left]));
  expect(unseen['postgres-own-database-only']).toContain('logins and memberships');
  expect(unseen['postgres-least-privilege']).toMatch(/a member of these roles or a superuser.*PUBLIC/);
  expect(unseen['postgres-verified-tls']).toMatch(/hostssl.*PGSSLROOTCERT/);
});

afterAll(() => console.log(`${tried} looks at a hub`));
