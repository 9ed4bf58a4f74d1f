import { describe, expect, test } from 'vitest';
import { functionOf } from '../../../functions/compose.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { leftoverRequirements } from '../../../functions/providers/leftovers.ts';
import { outcomeOf } from '../../../functions/simulation/outcome.ts';
import { simulatedHub } from '../../../functions/simulation/simulate.ts';
import { zonesWithBackups } from '../../support/backups.ts';
import { lastAt, momentOf } from '../../support/drills.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { type Done, type Life, reconcile, settle } from '../../support/life.ts';
import { manifestsOf, squadWith } from '../../support/registered.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const start = Date.parse('2026-01-01T02:15:00Z');
const hour = 3_600_000;
const squad = example('Squad', 'galaxy');
const others = exampleRegistry().filter(({ kind }) => kind !== 'Service');
const { observed } = outcomeOf(squad, others as never);
const zones = (name: string) => [{ name, components: [{ name: 'spike', provider: 'postgres' }] }];

const service = (name = 'billing', zone = 'frontier', metadata: object = {}): KubernetesObject => ({
  ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service' },
  metadata: { name, namespace: 'galaxy', generation: 1, uid: name, ...metadata },
  spec: { zones: zones(zone) },
});

/** The ConfigMap of a Service's backups as it is on the hub once it is made and says that, and what the Service says then. */
const reportOf = (data: Record<string, object>, now: number, name = 'billing') => {
  const life: Life = {
    composite: service(name),
    ...{ observed: {}, had: new Set<string>(), now: start, registry: [...zonesWithBackups(), squadWith('galaxy')] },
  };
  settle(life);
  const texts = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, JSON.stringify(value)]));
  const { metadata, ...manifest } = manifestsOf(life.observed as never)['frontier.spike.backup-report'] ?? {};
  const report = life.observed['frontier.spike.backup-report']?.resource as unknown as KubernetesObject;
  report.status = { ...report.status, atProvider: { manifest: { data: texts } } };
  life.now = now;
  const created = new Date(start).toISOString();

  return {
    report: { ...manifest, metadata: { ...metadata, creationTimestamp: created }, data: texts } as KubernetesObject,
    before: reconcile(life),
  };
};

/** What the Squad says of what Services have left, where there is this besides. */
const said = (objects: KubernetesObject[], now: number, composite = squad) => {
  const resources = copyOf(observed);
  const services = objects.filter(({ kind }) => kind === 'Service').length;
  const quota = resources.quota?.resource as Record<string, unknown>;
  const counted = 'count/services.squadkit.io';
  quota.status = { hard: { [counted]: '20' }, used: { [counted]: `${services}` } };
  const request = requestFor(composite, resources, [...others, ...objects]);
  for (const key of Object.keys(leftoverRequirements({}))) request.requiredResources[key] ??= { items: [] };
  const { conditions, desired, meta } = functionOf(simulatedHub)(request, now);
  const of = (type: string) => {
    const { status, reason, message } = conditions.find((condition) => condition.type === type) ?? {};

    return status === undefined ? undefined : { status, reason, message };
  };

  return {
    backedUp: of('BackedUp'),
    move: of('ActionNeeded'),
    ready: desired?.composite?.ready,
    rest: meta?.ttl?.seconds,
  };
};

const last = (leftOut = { largeObjects: 0, tables: 0 }) => ({ ...lastAt(start), leftOut });
const failed = (because: string) => ({ at: momentOf(start + hour), because });

const states: Record<string, { data: Record<string, object>; hours: number; says: string; actor: string }> = {
  made: { data: { last: last() }, hours: 1, says: 'BackedUp', actor: 'Nobody' },
  'not made yet': { data: {}, hours: 1, says: 'NoBackupYet', actor: 'Nobody' },
  'not made in time': { data: { last: last() }, hours: 33, says: 'BackupTooOld', actor: 'SRE' },
  'never made': { data: {}, hours: 33, says: 'BackupTooOld', actor: 'SRE' },
  'refused by the store': {
    ...{ data: { last: last(), failed: failed('store: there is no such bucket') }, hours: 2 },
    ...{ says: 'BackupFailed', actor: 'Platform' },
  },
  'refused by a table': {
    ...{ data: { failed: failed('the login may not read everything') }, hours: 2 },
    ...{ says: 'BackupFailed', actor: 'Squad' },
  },
  'not of everything': {
    ...{ data: { last: last({ largeObjects: 2, tables: 0 }) }, hours: 1 },
    ...{ says: 'LeftOut', actor: 'Squad' },
  },
};

const conditionIn = ({ conditions }: Done, type: string) => conditions[type];

// Guard rail: postgres-backed-up
describe('what a Service has left is backed up, and its Squad says whether', () => {
  test.each(Object.entries(states))('a backup that was %s', (_, { data, hours, says, actor }) => {
    const now = start + hours * hour;
    const { report, before } = reportOf(data, now);
    const { backedUp, move, ready } = said([report], now);

    // In the words of the Service, as long as it was there.
    const { status, reason, message } = conditionIn(before, 'BackedUp') ?? {};
    expect(backedUp).toEqual({ status, reason, message: `Of what Services have left: galaxy/billing, ${message}` });
    expect([reason, move?.reason]).toEqual([says, actor]);
    if (actor !== 'Nobody') expect(move?.message).toMatch(/^What galaxy\/billing has left in zone frontier: /);
    if (actor === 'Squad') expect(move?.message).toMatch(/: once it is committed again, /);
    expect(ready).toBe(said([], now).ready);
  });

  const speaking = (reason = 'BackedUp'): object => ({ conditions: [{ type: 'BackedUp', status: 'True', reason }] });
  const withStatus = (status: object, spec = service().spec) => ({ ...service(), spec, status }) as KubernetesObject;
  const acceptedIn = (zone: string) => ({ accepted: { generation: 1, spec: service('billing', zone).spec } });
  const aquaOnly = { zones: [{ name: 'frontier', components: [{ name: 'aqua', provider: 'kubernetes' }] }] };
  const lives: [string, KubernetesObject[], boolean][] = [
    ['gone', [], true],
    ['going', [service('billing', 'frontier', { deletionTimestamp: momentOf(start) })], true],
    ['there, and speaks of it', [withStatus(speaking())], false],
    ['there, and says that there is none yet', [withStatus(speaking('NoBackupYet'))], false],
    ['there, in a Zone without backups', [withStatus(speaking('NoBackups'))], true],
    ['there, and has said nothing yet', [service()], true],
    ['in another zone', [withStatus(speaking(), service('billing', 'summit').spec)], true],
    ['there without its database', [withStatus(speaking(), aquaOnly)], true],
    [
      'to leave the zone, which was refused',
      [withStatus({ ...speaking(), ...acceptedIn('frontier') }, service('billing', 'summit').spec)],
      false,
    ],
    ['to come back, which was refused', [withStatus({ ...speaking(), ...acceptedIn('summit') })], true],
    ['another one', [{ ...withStatus(speaking()), metadata: { name: 'search', namespace: 'galaxy' } }], true],
    ['one that says nothing', [withStatus(speaking(), {} as never)], true],
    ['one that says nonsense', [withStatus(speaking(), { zones: [null, 7, { components: [3] }] } as never)], true],
  ];
  console.log(`${lives.length} states of a Service whose backups go on`);
  test.each(lives)('its Squad speaks of it, or it does itself, if the Service is %s', (_, services, speaks) => {
    const { report } = reportOf({ last: last() }, start);
    const { backedUp } = said([report, ...services], start + hour);

    expect(backedUp !== undefined).toBe(speaks);
  });

  test('a Squad looks again soon while a Service that has come back says nothing yet, and only then', () => {
    const { report } = reportOf({ last: last() }, start);
    const rests = [
      [],
      [service()],
      [withStatus(speaking())],
      [withStatus(speaking('NoBackups'))],
      [service('search')],
    ].map((services) => said([report, ...services], start + hour).rest);

    expect(rests).toEqual([600, 30, 600, 600, 600]);
    expect(said([service()], start + hour).rest).toBe(600);
  });

  test('what a closed squad cannot do, the platform begins', () => {
    const { report } = reportOf({ last: last({ largeObjects: 2, tables: 0 }) }, start);
    const { move } = said([report], start, { ...squad, spec: { ...squad.spec, lifecycle: 'Closed' } });

    expect(move?.reason).toBe('Platform');
    expect(move?.message).toMatch(/: open squad galaxy, and once it is committed again, 2 large objects/);
  });

  const schedules = ['', '15 2 * *', '*/0 * * * *', '0-9999999999 * * * *', '99 * * * *', 'soon', '15 2 * * *\n'];
  test.each(schedules)('a report with schedule %j, which nobody makes, is passed over', (schedule) => {
    const { report } = reportOf({ last: last() }, start);
    const annotations = { ...report.metadata?.annotations, 'squadkit.io/schedule': schedule };

    expect(said([{ ...report, metadata: { ...report.metadata, annotations } }], start).backedUp).toBeUndefined();
  });

  test('the worst is said, of at most three, and it is the move of whom it names', () => {
    const now = start + 2 * hour;
    const names = ['delta', 'alpha', 'gamma', 'beta'];
    const reports = names.map((name) => reportOf({ failed: failed('no route') }, now, name).report);
    const fine = reportOf({ last: last() }, now, 'aardvark').report;
    const { backedUp, move } = said([fine, ...reports], now);

    expect(backedUp?.reason).toBe('BackupFailed');
    expect(backedUp?.message?.match(/galaxy\/[a-z]+/g)).toEqual(['galaxy/alpha', 'galaxy/beta', 'galaxy/delta']);
    expect(backedUp?.message).toContain(' and 1 more.');
    expect(move?.message).toMatch(/^What galaxy\/alpha has left /);
  });

  test('while the Squad is refused, what was said of them stays said', () => {
    const before = {
      type: 'BackedUp',
      status: 'True',
      reason: 'BackedUp',
      message: 'Of what Services have left: it is.',
    };
    const taken = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'galaxy', uid: 'another' } };
    const request = requestFor({ ...squad, status: { ...squad.status, conditions: [before] } }, {}, [...others, taken]);
    const { conditions, results } = functionOf(simulatedHub)(request, start);

    expect(results[0]?.reason).toBe('NameTaken');
    expect(conditions.find(({ type }) => type === 'BackedUp')).toMatchObject({ status: 2, reason: 'BackedUp' });
  });

  test('when nothing is left, what was said before is taken back; where nothing ever was, nothing is said', () => {
    const before = { type: 'BackedUp', status: 'False', reason: 'BackupFailed', message: '' };
    const spoke = { ...squad, status: { ...squad.status, conditions: [before] } };

    expect(said([], start).backedUp).toBeUndefined();
    expect(said([], start, spoke).backedUp).toMatchObject({ reason: 'NothingKept' });
  });

  test.each([
    ['of no squad', (report: KubernetesObject) => ({ ...report, metadata: { ...report.metadata, labels: {} } })],
    [
      'without annotations',
      ({ metadata, ...rest }: KubernetesObject) => ({ ...rest, metadata: { ...metadata, annotations: {} } }),
    ],
    [
      'of another squad',
      (report: KubernetesObject) => ({
        ...report,
        metadata: { ...report.metadata, labels: { ...report.metadata?.labels, 'app.kubernetes.io/part-of': 'quasar' } },
      }),
    ],
  ])('a report %s is not spoken of', (_, change) => {
    const { report } = reportOf({ last: last() }, start);

    expect(said([change(report) as KubernetesObject], start).backedUp).toBeUndefined();
  });

  test.each(['', 'null', '[]', '{"at":7}', '{'])('a report that says %j has no backup yet', (text) => {
    const { report } = reportOf({}, start);

    expect(said([{ ...report, data: { last: text } } as KubernetesObject], start).backedUp?.reason).toBe('NoBackupYet');
  });
});
