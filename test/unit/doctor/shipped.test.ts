import { afterAll, describe, expect, test } from 'vitest';
import { titleOf } from '../../../functions/doctor/as-shipped.ts';
import type { Check } from '../../../functions/doctor/check.ts';
import { checkBrought, checkManifest } from '../../../functions/doctor/doctor.ts';
import type { Manifest } from '../../../functions/evidence/register/manifest.ts';
import {
  configurationManifests,
  hubManifests,
  remoteManifests,
} from '../../../functions/evidence/register/manifests.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { seed } from '../../support/cases.ts';
import { changedAt, holdersIn, otherThan, type Place, placesIn, valueAt, withMore } from './changes.ts';
import { clusterWith, examined, type Installation, installationOf, pathIn } from './installation.ts';

const clusters = [
  { name: 'hub', manifests: [...hubManifests, ...configurationManifests] },
  { name: 'aqua', manifests: [...remoteManifests] },
] as const;
const recordings = { hub: installationOf('hub'), aqua: installationOf('aqua') };

/** What the doctor says that is not well, as `object: reason`. */
const complaints = async (
  name: 'hub' | 'aqua',
  installation: Installation,
): Promise<{ what: string; text: string }[]> =>
  (await examined(name, installation)).checks
    .filter(({ state }) => state !== 'well')
    .map(({ what, because, actor, next }) => {
      expect([actor, next]).not.toContain('');

      return { what, text: because.join(', ') };
    });

const withObject = (installation: Installation, path: string, object: KubernetesObject | undefined): Installation => {
  const { [path]: _, ...others } = installation.objects;

  return { ...installation, objects: object === undefined ? others : { ...others, [path]: object } };
};

/** What names an object, and what servers say of it. */
const isContent = (part: string): boolean => !['apiVersion', 'kind', 'metadata', 'status'].includes(part);

/** What of an object an installation must have as it is shipped. */
const shippedParts = ({ object }: Manifest): Partial<KubernetesObject> => ({
  ...Object.fromEntries(Object.entries(object).filter(([part]) => isContent(part))),
  ...(object.metadata?.labels && { metadata: { labels: object.metadata.labels } }),
});

/** What a platform sets as it likes, or an API server fills in by itself. */
const isFree = ({ object }: Manifest, place: Place): boolean =>
  (/^Deployment/.test(object.kind) && place.some((key) => key === 'resources' || key === 'replicas')) ||
  // Whom a platform names, and what it lets squads choose: test/unit/doctor/effects.test.ts.
  (object.kind === 'ConfigMap' && place[0] === 'data') ||
  (place.at(-1) === 'scope' && valueAt(object, place) === '*');

const isBroughtIn = (manifest: Manifest): boolean => configurationManifests.includes(manifest);

/** What the doctor says of one object if it were another. */
const checkOf =
  (name: 'hub' | 'aqua', installation: Installation, manifest: Manifest, path: string) =>
  (object: KubernetesObject): Promise<Check> => {
    const cluster = clusterWith(name, withObject(installation, path, object));

    return isBroughtIn(manifest)
      ? checkBrought(cluster, manifest)
      : checkManifest(cluster, manifest, name === 'hub' ? 'hub' : 'remote');
  };

/** The place of the same thing in an installed object: entries of lists that are named are found by name. */
const sameIn = (shipped: unknown, installed: unknown, place: Place): Place => {
  let [from, to]: unknown[] = [shipped, installed];

  return place.map((key) => {
    const wanted = valueAt(from, [key]) as { name?: unknown } | undefined;
    const position =
      Array.isArray(to) && wanted?.name !== undefined
        ? to.findIndex((entry) => (entry as { name?: unknown }).name === wanted.name)
        : key;
    from = valueAt(from, [key]);
    to = valueAt(to, [position]);

    return position;
  });
};

const counts = { taken: 0, changed: 0, removed: 0, added: 0, free: 0 };
afterAll(() => {
  console.log(
    `${counts.taken} objects taken away; of what they say ${counts.changed} values changed, ${counts.removed} taken away, ` +
      `${counts.added} things added, each red by a line of its own; ${counts.free} that a platform may set`,
  );
});

describe.each(clusters)('$name', ({ name, manifests }) => {
  const installation = recordings[name];

  test('is well as it was recorded', async () => {
    expect(await complaints(name, installation)).toEqual([]);
  });

  test.each(manifests.map((manifest) => ({ title: titleOf(manifest.object), manifest })))(
    '$title is missed by a line of its own',
    async ({ title, manifest }) => {
      const found = await complaints(name, withObject(installation, pathIn(installation, manifest.object), undefined));

      expect(found.map(({ what }) => what)).toContain(title);
      counts.taken += 1;
    },
  );

  test.each(manifests.map((manifest) => ({ title: titleOf(manifest.object), manifest })))(
    '$title is compared in everything that it says',
    async ({ manifest }) => {
      const path = pathIn(installation, manifest.object);
      const installed = installation.objects[path] as KubernetesObject;
      const given = shippedParts(manifest);
      const check = checkOf(name, installation, manifest, path);
      const red = async (object: KubernetesObject, why: string) =>
        expect((await check(object)).state, why).toMatch(/^(wrong|missing)$/);
      await red(changedAt(installed, ['metadata', 'deletionTimestamp'], '2026-11-28T10:00:00Z'), 'being deleted');
      const { leaves } = placesIn(given);
      // Schemas are long, and all their places alike: every eighth will do, or all of them with CASES.
      const step = isBroughtIn(manifest) && process.env.CASES === undefined ? 8 : 1;
      const tried = leaves.filter(({ length }, index) => length > 0 && index % step === seed % step);
      for (const leaf of tried) {
        const place = sameIn(given, installed, leaf);
        const value = valueAt(installed, place);
        if (isFree(manifest, leaf)) {
          if (manifest.object.kind !== 'ConfigMap') {
            const { state } = await check(changedAt(installed, place, otherThan(value)));
            expect(state, leaf.join('.')).toBe('well');
          }
          counts.free += 1;
          continue;
        }
        await red(changedAt(installed, place, otherThan(value)), `changed: ${leaf.join('.')}`);
        counts.changed += 1;
        // Without its policy for failures a policy refuses as well: that is the default.
        if (leaf.at(-1) === 'failurePolicy') continue;
        await red(changedAt(installed, place, undefined), `taken away: ${leaf.join('.')}`);
        counts.removed += 1;
      }
    },
  );

  test.each(manifests.map((manifest) => ({ title: titleOf(manifest.object), manifest })))(
    '$title may have nothing besides',
    async ({ manifest }) => {
      const path = pathIn(installation, manifest.object);
      const installed = installation.objects[path] as KubernetesObject;
      const { metadata = {} } = installed;
      const given = {
        ...Object.fromEntries(Object.entries(installed).filter(([part]) => isContent(part))),
        metadata: { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} },
      };
      const step = isBroughtIn(manifest) && process.env.CASES === undefined ? 8 : 1;
      const whole = { ...installed, metadata: { ...metadata, ...given.metadata } };
      const owned = changedAt(
        installed,
        ['metadata', 'ownerReferences'],
        [{ apiVersion: 'v1', kind: 'Pod', name: 'a' }],
      );
      expect((await checkOf(name, installation, manifest, path)(owned)).state, 'owned').toBe('wrong');
      for (const [index, place] of holdersIn(given).entries()) {
        if (index % step !== seed % step || place.join() === 'metadata') continue;
        if (isFreeToHave(manifest, place)) {
          counts.free += 1;
          continue;
        }
        const more = changedAt(whole, place, withMore(valueAt(whole, place)));
        expect((await checkOf(name, installation, manifest, path)(more)).state, `more in ${place.join('.')}`).toBe(
          'wrong',
        );
        counts.added += 1;
      }
    },
  );
});

/** What a platform adds to as it likes. */
const isFreeToHave = ({ object: { kind, metadata } }: Manifest, place: Place): boolean =>
  (/^Deployment/.test(kind) && place.includes('resources')) ||
  // A list that no policy reads has a line of its own, and the janitor's report is its own.
  (kind === 'ConfigMap' && metadata?.name === 'squadkit-sessions' && place[0] === 'data') ||
  // What a role gets that is put together of others, from roles that are compared themselves.
  (kind === 'ClusterRole' && aggregated.includes(metadata?.name) && place[0] === 'rules');

const aggregated = clusters.flatMap(({ manifests }) =>
  manifests.flatMap(({ object }) => (object.aggregationRule === undefined ? [] : [object.metadata?.name])),
);

test.each<[string, string, Place, unknown]>([
  ['so many backups at once as a platform likes', 'ResourceQuota', ['spec', 'hard', 'pods'], '8'],
  ['a policy for pulling that is another', 'Function', ['spec', 'packagePullPolicy'], 'Always'],
  ['a Secret for the registry', 'Provider', ['spec', 'packagePullSecrets'], [{ name: 'registry' }]],
  ['a Secret for the registry', 'ServiceAccount', ['imagePullSecrets'], [{ name: 'registry' }]],
  ['nodes of its own', 'Deployment', ['spec', 'template', 'spec', 'nodeSelector'], { pool: 'platform' }],
  ['nodes that take few', 'Deployment', ['spec', 'template', 'spec', 'tolerations'], [{ operator: 'Exists' }]],
  ['who delivers it', 'Role', ['metadata', 'labels'], { 'kustomize.toolkit.fluxcd.io/name': 'platform' }],
  ['who delivers it', 'Role', ['metadata', 'annotations'], { 'argocd.argoproj.io/tracking-id': 'platform' }],
])('may have %s: %s %s', async (_, kind, place, value) => {
  const manifest = hubManifests.find(({ object }) => object.kind === kind) as Manifest;
  const path = pathIn(recordings.hub, manifest.object);
  const object = changedAt(recordings.hub.objects[path] as KubernetesObject, place, value);

  expect(await checkOf('hub', recordings.hub, manifest, path)(object)).toMatchObject({ state: 'well' });
});
