import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { statuses } from '../../../../functions/round/condition.ts';
import { drill, zonesWithBackups } from '../../../support/backups.ts';
import { cases } from '../../../support/cases.ts';
import { begin } from '../../../support/drills.ts';
import type { Done, Life } from '../../../support/life.ts';
import { squadWith, zonesWith } from '../../../support/registered.ts';
import { ask, boundTo, first, objectOf, one, restored, roundsOf, second, two } from '../../../support/restores.ts';

/** What a server keeps of rights in databases, as `galaxy_billing: galaxy_billing_writer connects`. A hub that is lost takes none away. */
type Server = Set<string>;

/** A right in a database, as a Grant says it; undefined of anything else. */
const rightOf = ({ kind, spec }: KubernetesObject): string | undefined => {
  const { role, database, schema } = (spec?.forProvider ?? {}) as Record<string, string>;
  if (kind !== 'Grant' || database === undefined) return undefined;

  return `${database}: ${role} ${schema === undefined ? 'connects' : 'uses'}`;
};

/** What the end of a managed resource does there: a right goes along if it may, and is left if not. */
const end = (server: Server, object: KubernetesObject): void => {
  const right = rightOf(object);
  const policies = (object.spec?.managementPolicies ?? ['*']) as string[];
  if (right !== undefined && policies.some((policy) => policy === '*' || policy === 'Delete')) server.delete(right);
};

/** What a round does there: a Grant that exists is a right; one that goes takes it along if it may, and leaves it if not. */
const follow = (
  server: Server,
  life: Life,
  { desired, deleted }: Done,
  before: Record<string, KubernetesObject>,
): void => {
  for (const name of deleted) if (before[name]) end(server, before[name]);
  for (const name of Object.keys(desired)) {
    const right = rightOf((life.observed[name]?.resource ?? {}) as KubernetesObject);
    if (right !== undefined) server.add(right);
  }
};

const objectsOf = (life: Life): Record<string, KubernetesObject> =>
  Object.fromEntries(Object.entries(life.observed).map(([name, { resource }]) => [name, resource as KubernetesObject]));

/** Who may do what while a database is in use, and in the one that is being made ready. */
const [inUse, beingMade] = [
  ['owner connects', 'owner uses', 'writer connects', 'writer uses'],
  ['owner connects', 'owner uses', 'writer connects'],
];
/** Of what was restored and is kept the login that backs up may still read, which is ours: backups go on where a Service was. */
const leftOfBackups = [one, two].flatMap((generation) =>
  ['backup connects', 'backup uses'].map((right) => `galaxy_billing-${generation}: galaxy_billing_${right}`),
);
const ofBackups = ['backup connects', 'backup uses'];

const happening = fc.constantFrom(
  ...(['ask for one', 'ask for two', 'take the line away', 'it is restored', 'the hub is lost'] as const),
  ...(['the Zone says backups', 'the Zone says none', 'the server is away', 'a round'] as const),
  ...(['it is removed, and comes back as it was', 'it is removed, and comes back without the line'] as const),
);

test('whatever happens: in each database may be who is in use there, on the server itself, and nobody else', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 12 }), (happenings) => {
      const life = begin();
      const server: Server = new Set();
      const reports: Record<string, object | undefined> = {};
      let [wanted, accepted] = ['galaxy_billing', 'galaxy_billing'];
      let [isBackedUp, isRefused, isFrozen, isRemoved] = [true, false, false, false];
      const rounds = (most: number): void => {
        for (let count = 0; count < most; count += 1) {
          const before = objectsOf(life);
          for (const done of roundsOf(life, reports, 1)) {
            follow(server, life, done, before);
            isRefused = done.isFatal || done.conditions.Accepted?.status !== statuses.True;
            isFrozen = done.isFatal;
          }
        }
      };
      rounds(1);

      for (const each of happenings) {
        const [at, generation] = each === 'ask for one' ? [first, one] : [second, two];
        if (each === 'ask for one' || each === 'ask for two') {
          ask(life, at);
          wanted = `galaxy_billing-${generation}`;
        }
        if (each === 'take the line away') {
          ask(life);
          wanted = 'galaxy_billing';
        }
        if (each === 'it is restored')
          for (const made of [one, two]) if (objectOf(life, `${made}.restore-job`)) reports[made] = restored;
        // What Git no longer asks for, and was about to end, a new hub cannot know: so it is lost only while nothing is under way.
        if (each === 'the hub is lost' && !isRefused && boundTo(life) === wanted) life.observed = {};
        if (each.startsWith('it is removed')) {
          for (const object of Object.values(objectsOf(life))) end(server, object);
          life.observed = {};
          life.composite = { ...life.composite, status: {} };
          if (each.endsWith('without the line')) {
            ask(life);
            wanted = 'galaxy_billing';
          }
          isRemoved = true;
        }
        if (each === 'the Zone says backups' || each === 'the Zone says none') {
          isBackedUp = each === 'the Zone says backups';
          life.registry = [...(isBackedUp ? zonesWithBackups({ drill }) : zonesWith({})), squadWith('galaxy')];
        }
        if (each === 'the server is away')
          for (const { status } of Object.values(objectsOf(life)))
            for (const condition of (status?.conditions ?? []) as { type: string; status: string }[])
              if (condition.type === 'Synced') condition.status = 'False';
        rounds(each === 'a round' ? 1 : 12);

        if (!isRefused) accepted = wanted;
        const bound = boundTo(life);
        if (each === 'a round' || bound === '') continue;
        // While nothing of it is allowed everything stays as it is, backups too.
        const backups = isBackedUp || isFrozen ? ofBackups : [];
        const must = [...inUse, ...backups].map((right) => `${bound}: galaxy_billing_${right}`);
        const may = [
          ...must,
          ...(isRemoved ? leftOfBackups : []),
          ...[...beingMade, ...backups].map((right) => `${accepted}: galaxy_billing_${right}`),
        ];
        expect([...server], happenings.join(', ')).toEqual(expect.arrayContaining(isFrozen ? [] : must));
        expect(may, happenings.join(', ')).toEqual(expect.arrayContaining([...server]));
      }
    }),
    { numRuns: cases },
  );
});
