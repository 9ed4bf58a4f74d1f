import { afterAll, describe, expect, test } from 'vitest';
import { evidenceOf, serviceIn } from '../../../functions/evidence/evidence.ts';
import { lookAt } from '../../../functions/evidence/live/look.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { load } from '../../../functions/tree/load.ts';
import { wake } from '../../../functions/waiting/wake.ts';
import { seed } from '../../support/cases.ts';
import { exampleTree } from '../../support/squadkit.ts';
import { changedAt, holdersIn, otherThan, type Place, placesIn, valueAt, withMore } from '../doctor/changes.ts';
import { hubOf } from './hub.ts';

const { target } = load(exampleTree());
const when = new Date('2026-11-24T12:00:00.123Z');
const subject = evidenceOf(target, serviceIn(target, 'galaxy/billing'));

/** The guard rails that do not hold with another object in the place of one. */
const failing = async (key?: string, object?: KubernetesObject): Promise<string[]> => {
  const hub = hubOf(target);
  if (key !== undefined && object !== undefined) hub.objects.set(key, object);
  const { verdicts } = await lookAt(hub, subject, target, when);

  return Object.entries(verdicts).flatMap(([id, { verdict }]) => (verdict === 'does not hold' ? [id] : []));
};

const whole = hubOf(target);
await lookAt(whole, subject, target, when);
/** What was asked for because Git wants it as it is: the rest is compared elsewhere. */
const looked = whole.asked.flatMap(({ apiVersion, kind, name, namespace = '' }) => {
  const key = `${apiVersion} ${kind} ${namespace}/${name}`;
  const object = whole.objects.get(key);
  const isElsewhere = ['Service', 'ValidatingAdmissionPolicy'].includes(kind) || name === 'squadkit-sessions';

  return object === undefined || isElsewhere ? [] : [{ key, object }];
});
const objects = [...new Map(looked.map((each) => [each.key, each])).values()];

const content = ({ metadata = {}, spec, roleRef, subjects }: KubernetesObject): object => ({
  metadata: { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} },
  ...(spec && { spec }),
  ...(roleRef !== undefined && { roleRef, subjects }),
});

/** What only a running hub knows: its name is in each mark, and the ports and hosts of its servers are in what leads there. */
const isKnownThere = (place: Place): boolean =>
  place.at(-1) === 'squadkit.io/mark' || place.at(-1) === 'port' || place.includes('configurationParameters');

/** What Crossplane writes of its own accord, or asks nobody to keep. */
const isOfCrossplane = (place: Place): boolean => place.some((key) => String(key).includes('crossplane.io/'));

/** One in so many places by default, others in each run; all of them with CASES. */
const step = process.env.CASES === undefined ? 12 : 1;
const isTried = (_: unknown, index: number): boolean => index % step === seed % step;

const counts = { changed: 0, removed: 0, added: 0 };
afterAll(() =>
  console.log(
    `${counts.changed} values changed, ${counts.removed} taken away, ${counts.added} things added: each seen`,
  ),
);

test('a hub is as Git wants it', async () => {
  expect(objects.length).toBeGreaterThan(20);
  expect(await failing()).toEqual([]);
});

describe.each(objects)('$key', ({ key, object }) => {
  test.runIf(object.spec?.providerConfigRef !== undefined)('may have been asked to try again', async () => {
    const condition = { type: 'Synced', status: 'False', lastTransitionTime: '2026-11-24T11:00:00Z' };
    const observed = { it: { object: { ...object, status: { conditions: [condition] } }, connection: {} } };
    const { it } = wake({ it: { object, ready: false } }, observed, {
      now: when.getTime(),
      pause: 1,
      isRepeatable: true,
    });

    expect(it?.object.metadata?.annotations).not.toEqual(object.metadata?.annotations);
    expect(await failing(key, it?.object)).toEqual([]);
  });

  test('has nothing else than Git wants', async () => {
    const given = content(object);
    for (const place of placesIn(given).leaves.filter(isTried)) {
      const value = valueAt(given, place);
      if (isKnownThere(place) || isOfCrossplane(place) || (place[0] === 'metadata' && place.length < 3)) continue;
      expect(await failing(key, changedAt(object, place, otherThan(value))), `changed ${place.join('.')}`).not.toEqual(
        [],
      );
      counts.changed += 1;
      expect(await failing(key, changedAt(object, place, undefined)), `without ${place.join('.')}`).not.toEqual([]);
      counts.removed += 1;
    }
  });

  test('has nothing besides', async () => {
    const given = { ...object, metadata: { ...object.metadata, ...(content(object) as KubernetesObject).metadata } };
    for (const place of holdersIn(content(object)).filter(isTried)) {
      if (place.join() === 'metadata') continue;
      const more = changedAt(given, place, withMore(valueAt(given, place)));
      expect(await failing(key, more), `more in ${place.join('.')}`).not.toEqual([]);
      counts.added += 1;
    }
  });
});

const named = (kind: string, name: string): { key: string; object: KubernetesObject } => {
  const found = objects.find(({ object }) => object.kind === kind && object.metadata?.name?.endsWith(name));
  if (found === undefined) throw new Error(`nobody looks at ${kind} ${name}`);

  return found;
};

test.each<[string, string, string, Place, unknown]>([
  ['a policy that selects no pod', 'Object', '.network', ['podSelector'], { matchLabels: { nobody: 'x' } }],
  [
    'a policy that all namespaces come through',
    'Object',
    '.network',
    ['ingress', 0, 'from', 0, 'namespaceSelector'],
    {},
  ],
  ['a quota of what ends only', 'Object', '.quota', ['scopes'], ['Terminating']],
])('%s', async (_, kind, name, place, value) => {
  const { key, object } = named(kind, name);
  const changed = changedAt(object, ['spec', 'forProvider', 'manifest', 'spec', ...place], value);

  expect(await failing(key, changed)).not.toEqual([]);
});

test.each<[string, string, string, Place, unknown]>([
  ['a patch from another object', 'Object', '.network', ['references'], [{ toFieldPath: 'spec.podSelector' }]],
  ['a password of somebody', 'Role', '.app', ['forProvider', 'passwordSecretRef'], { name: 'known', key: 'password' }],
  ['a right to give on', 'Grant', '.app-in-writer', ['forProvider', 'withOption'], 'ADMIN'],
  ['a database that goes with its resource', 'Database', '.database', ['deletionPolicy'], 'Delete'],
])('%s', async (_, kind, name, place, value) => {
  const { key, object } = named(kind, name);

  expect(await failing(key, changedAt(object, ['spec', ...place], value))).not.toEqual([]);
});
