import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { identityOf } from '../../recorded/identity.ts';
import { now, type Recording, recordingsOf } from '../../recorded/recording.ts';
import { backups, drill } from '../../support/backups.ts';
import { canonical } from '../../support/json.ts';
import { type Life, reconcile } from '../../support/life.ts';
import { resourceOf } from '../../support/request.ts';

const day = 24 * 3_600_000;

/** A Service as v0.1.0 left it, of which the function of today has its first round now. */
const lifeOf = ({ composite, observed, registry }: Recording): Life => ({
  composite: { ...composite, metadata: { ...composite.metadata, generation: 1 } },
  observed: Object.fromEntries(
    Object.entries(observed).map(([name, { object, connection }]) => [name, resourceOf(object, connection)]),
  ),
  ...{ had: new Set<string>(Object.keys(observed)), registry, now },
});

interface Component {
  provider: string;
  postgres?: object;
}

/** Its Zones say that as well of their PostgreSQL servers. */
const say = (life: Life, settings: object): void => {
  life.registry = life.registry.map((object) => {
    if (object.kind !== 'Zone') return object;
    const components = ((object.spec?.components ?? []) as Component[]).map((component) =>
      component.provider === 'postgres'
        ? { ...component, postgres: { ...component.postgres, ...settings } }
        : component,
    );

    return { ...object, spec: { ...object.spec, components } };
  });
};

const local = (name: string): string => name.replace(/^[a-z]+[.]/, '');

const identities = ({ observed }: Life): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(observed).map(([name, { resource }]) => [name, identityOf(resource as unknown as KubernetesObject)]),
  );

/** What rounds do until nothing changes any more: what each makes, what is dropped, and what of before has another identity. */
const happens = (life: Life) => {
  const made: string[][] = [];
  const dropped = new Set<string>();
  const before = identities(life);
  for (let round = 0; round < 15; round += 1) {
    const whole = JSON.stringify([life.observed, life.composite]);
    const { created, deleted, isFatal } = reconcile(life);
    if (isFatal) throw new Error('it is refused');
    for (const name of deleted) dropped.add(local(name));
    if (created.length > 0) made.push(created.map(local).toSorted());
    if (JSON.stringify([life.observed, life.composite]) !== whole) continue;
    const after = identities(life);

    return { made, dropped: [...dropped], others: Object.keys(before).flatMap((name) => otherIn(name, before, after)) };
  }

  throw new Error('it never comes to rest');
};

type Identities = ReturnType<typeof identities>;

const otherIn = (name: string, { [name]: was = {} }: Identities, { [name]: is = {} }: Identities): string[] =>
  [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((field) => canonical(was[field]) !== canonical(is[field]))
    .map((field) => `${local(name)} ${field}`);

const backedUp = { backups: { ...backups, drill }, guarantees: { encryptedAtRest: true } };
const rotating = { credentials: { rotateEvery: '90d' } };

/** In which order the backups of a database come: who reads, what it may, where that is said, and who does it. */
const backupsInOrder = [
  ['spike.backup'],
  ['spike.backup-connect', 'spike.backup-sequences', 'spike.backup-tables', 'spike.backup-usage'],
  ['spike.backup-report', 'spike.backup-secret'],
  ['spike.backup-job', 'spike.drill-report'],
  ['spike.drill-job'],
];

/** What an upgrade alone does to what there was (differences.yaml): who may end it, from where it is copied, whose the schema is. */
const mayBecomeOther =
  /^\S+ spec[.](managementPolicies|references|connectionDetails)$|^spike[.]schema spec[.]forProvider[.]role$/;

describe.each([
  { name: 'billing-created-3', logins: ['app', 'migrator'], roles: { app: 'writer', migrator: 'owner' } },
  {
    name: 'catalog-steady',
    logins: ['app', 'migrator', 'readonly'],
    roles: { app: 'writer', migrator: 'owner', readonly: 'reader' },
  },
])('what v0.1.0 left as $name', ({ name, logins, roles }) => {
  const recording = recordingsOf('v0.1.0').find((one) => one.name === name)?.recording as Recording;
  const upgraded = lifeOf(recording);
  const upgrade = happens(upgraded);
  const copied = ['', '.migrator', '.readonly']
    .slice(0, logins.length)
    .map((kind) => `aqua.secret.spike${kind} spec.references`);

  test('is upgraded, and nothing of it is dropped or gets another name', () => {
    expect(upgrade.dropped).toEqual([]);
    expect(upgrade.others.filter((other) => !mayBecomeOther.test(other))).toEqual([]);
  });

  test('gets backups in five rounds, and nothing that was there is dropped or becomes another', () => {
    const life = { ...upgraded };
    say(life, backedUp);

    expect(happens(life)).toEqual({ made: backupsInOrder, dropped: [], others: [] });
  });

  test('gets logins that are exchanged: nothing new until they are old, and then new ones beside them', () => {
    const life = { ...upgraded };
    say(life, rotating);
    // A copy is made from another key of the same Secret, which holds the same.
    expect(happens(life)).toEqual({ made: [], dropped: [], others: copied });

    life.now = now + 89 * day;
    expect(happens(life)).toEqual({ made: [], dropped: [], others: [] });
    life.now = now + 90 * day;
    expect(happens(life)).toEqual({
      made: [
        logins.map((login) => `spike.${login}-2`),
        Object.entries(roles).map(([login, role]) => `spike.${login}-2-in-${role}`),
      ],
      ...{ dropped: [], others: copied },
    });
    life.now = now + 96 * day;
    expect(happens(life)).toEqual({ made: [], dropped: [], others: [] });
  });

  test('gets all of it at once with the upgrade, and is then what it is one after the other', () => {
    const [after, together] = [{ ...upgraded }, lifeOf(recording)];
    for (const life of [after, together]) say(life, { ...backedUp, ...rotating });
    const [then, atOnce] = [happens(after), happens(together)];

    expect(then).toEqual({ made: backupsInOrder, dropped: [], others: copied });
    expect(atOnce.dropped).toEqual([]);
    expect(atOnce.others.filter((other) => !mayBecomeOther.test(other))).toEqual([]);
    expect(atOnce.made.flat().toSorted()).toEqual([...upgrade.made, ...then.made].flat().toSorted());
    expect(identities(together)).toEqual(identities(after));
  });
});
