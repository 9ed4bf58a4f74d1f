import { afterAll, describe, expect, test } from 'vitest';
import { titleOf } from '../../../functions/doctor/as-shipped.ts';
import { checkBrought, checkManifest } from '../../../functions/doctor/doctor.ts';
import type { Manifest } from '../../../functions/evidence/register/manifest.ts';
import {
  configurationManifests,
  hubManifests,
  remoteManifests,
} from '../../../functions/evidence/register/manifests.ts';
import { isMapping } from '../../../functions/objects/record.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { seed } from '../../support/cases.ts';
import { changedAt, otherThan, type Place, placesIn, valueAt } from './changes.ts';
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

/** What of an object an installation must have as it is shipped. */
const parts = ['spec', 'rules', 'roleRef', 'subjects'];
const shippedParts = ({ object }: Manifest): Partial<KubernetesObject> => ({
  ...Object.fromEntries(parts.flatMap((part) => (object[part] === undefined ? [] : [[part, object[part]]]))),
  ...(object.metadata?.labels && { metadata: { labels: object.metadata.labels } }),
});

/** What a platform sets as it likes, or an API server fills in by itself. */
const isFree = ({ object }: Manifest, place: Place): boolean =>
  (/^Deployment/.test(object.kind) && place.some((key) => key === 'resources' || key === 'replicas')) ||
  // So many backups at once as the platform likes.
  object.kind === 'ResourceQuota' ||
  (place.at(-1) === 'scope' && valueAt(object, place) === '*');

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
      `${counts.added} entries added to lists, each red by a line of its own; ${counts.free} that a platform may set`,
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
      const isBrought = configurationManifests.includes(manifest);
      const check = (object: KubernetesObject) => {
        const cluster = clusterWith(name, withObject(installation, path, object));

        return isBrought
          ? checkBrought(cluster, manifest)
          : checkManifest(cluster, manifest, name === 'hub' ? 'hub' : 'remote');
      };
      const red = async (object: KubernetesObject, why: string) =>
        expect((await check(object)).state, why).toMatch(/^(wrong|missing)$/);
      await red(changedAt(installed, ['metadata', 'deletionTimestamp'], '2026-11-28T10:00:00Z'), 'being deleted');
      const { leaves, lists } = placesIn(given);
      // Schemas are long, and all their places alike: every eighth will do, or all of them with CASES.
      const step = isBrought && process.env.CASES === undefined ? 8 : 1;
      const tried = leaves.filter(({ length }, index) => length > 0 && index % step === seed % step);
      for (const leaf of tried) {
        const place = sameIn(given, installed, leaf);
        const value = valueAt(installed, place);
        const isEmpty = isMapping(value) && Object.keys(value).length === 0;
        if (isFree(manifest, leaf) || isEmpty) {
          const { state } = await check(changedAt(installed, place, otherThan(value)));
          if (!isEmpty) expect(state, leaf.join('.')).toBe('well');
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
      if (!/^(ValidatingAdmissionPolicy(Binding)?|(Cluster)?Role(Binding)?)$/.test(manifest.object.kind)) return;
      for (const list of lists) {
        const place = sameIn(given, installed, list);
        const entries = valueAt(installed, place) as unknown[];
        await red(changedAt(installed, place, [...entries, otherThan(entries[0])]), `more in ${list.join('.')}`);
        counts.added += 1;
      }
    },
  );
});
