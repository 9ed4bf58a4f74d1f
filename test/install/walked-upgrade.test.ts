import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { conditionOf } from '../../functions/objects/resource.ts';
import { isTrue, type KubernetesObject } from '../control-plane/objects.ts';
import { publishNext } from './next-release.ts';
import { blocksOf } from './page.ts';
import { asHere, openScene, type Scene } from './scene.ts';

const file = process.env.SQUADKIT_INSTALL;
const [block] = blocksOf('package/install/README.md', '## Upgrade', '## The hub is lost');
const next = 'v0.1.99';
let scene: Scene;
let own: string;

beforeAll(async () => {
  if (!file) return;
  scene = await openScene(file);
  const packages = readFileSync(join(scene.desk, 'install/packages/packages.yaml'), 'utf8');
  own = /squadkit\/squadkit:(\S+)/.exec(packages)?.[1] ?? expect.fail('packages.yaml has no version');
  await publishNext(own, next);
}, 600_000);

const kinds = ['Zone', 'Squad', 'Service'];
const documents = async (): Promise<KubernetesObject[]> =>
  (await Promise.all(kinds.map((kind) => scene.hubCluster.list('squadkit.io/v1alpha1', kind)))).flat();

/** Lets something happen, and says for how many seconds rounds failed meanwhile, and which documents were not Ready. */
const watched = async (work: () => Promise<unknown>): Promise<{ seconds: number; unready: string[] }> => {
  const failed: number[] = [];
  const unready = new Set<string>();
  const state = { isOver: false };
  const watch = async () => {
    for (let round = 0; !state.isOver; round += 1) {
      const all = await documents();
      if (all.some((object) => conditionOf(object, 'Synced')?.status === 'False')) failed.push(Date.now());
      for (const object of all) if (!isTrue(object, 'Ready')) unready.add(`${object.kind} ${object.metadata.name}`);
      const asked = all[round % all.length];
      // A round of something that is at rest.
      if (asked)
        await scene.hubCluster.patch(asked, { metadata: { annotations: { 'example.org/round': `${round}` } } });
      await sleep(500);
    }
  };
  const watching = watch();
  await work();
  await sleep(5000);
  state.isOver = true;
  await watching;

  return { seconds: ((failed.at(-1) ?? 0) - (failed[0] ?? 0)) / 1000, unready: [...unready] };
};

const podsOf = async (): Promise<KubernetesObject[]> => {
  const pods = await scene.hubCluster.list('v1', 'Pod', { namespace: 'crossplane-system' });

  return pods.filter(({ metadata }) => metadata.name.startsWith('squadkit-function-squadkit-'));
};

describe.skipIf(!file).each(['next', 'back'])('an upgrade as the page says: %s', (way) => {
  const version = () => (way === 'next' ? next : own);

  test('everything stays Ready while nothing new is composed', { timeout: 900_000 }, async () => {
    const packages = join(scene.desk, 'install/packages/packages.yaml');
    const text = readFileSync(packages, 'utf8').replaceAll(
      /(squadkit\/(?:function-)?squadkit):\S+/g,
      `$1:${version()}`,
    );
    writeFileSync(packages, text);
    const { seconds, unready } = await watched(() => scene.run(asHere(block?.text ?? expect.fail('no commands'))));

    console.log(`${way}: between the first round that failed and the last were ${seconds} s`);
    expect(unready).toEqual([]);
  });

  test('the function of that version runs, and nothing of the other is left', async () => {
    const imagesOf = async () => (await podsOf()).map(({ spec }) => spec.containers[0].image);
    const one = expect.stringContaining(`function-squadkit:${version()}`);
    await expect.poll(imagesOf, { timeout: 120_000 }).toEqual([one, one]);
    for (const object of await documents())
      await expect
        .poll(async () => conditionOf((await scene.hubCluster.get(object)) ?? object, 'Synced')?.status, {
          timeout: 120_000,
        })
        .toBe('True');
  });

  test('the doctor says whether it is the version that it is for', async () => {
    const look = () => scene.run('squadkit doctor --remote aqua=::aqua').catch(({ message }: Error) => message);
    const said =
      way === 'next'
        ? /Function squadkit-function-squadkit +spec\.package is v0\.1\.99, which does not fit/
        : /all is well\n$/;

    await expect.poll(look, { timeout: 120_000, interval: 2000 }).toMatch(said);
  });
});
