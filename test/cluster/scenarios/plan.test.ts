import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { run } from '../../../functions/command/squadkit.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, composedOf, makeReady, serviceOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
const directory = mkdtempSync(join(tmpdir(), 'squadkit-plan-'));

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
});

afterAll(async () => {
  await controlPlane.hub.delete(service);
  rmSync(directory, { recursive: true });
});

interface PlannedResource {
  name: string;
  kind: string;
  action: 'create' | 'change' | 'delete' | 'keep';
  after: KubernetesObject | null;
}

let trees = 0;
/** A Git tree as the squad would have it: the platform of the examples, with live values, and these Services. */
const treeOf = (...services: KubernetesObject[]): string => {
  const tree = join(directory, `${trees++}`);
  mkdirSync(tree);
  const zones = readExamples('platform/zones').map((zone) => withLiveValues(zone, controlPlane));
  for (const object of [...zones, ...readExamples('platform/squads'), ...services]) {
    writeFileSync(join(tree, `${object.kind}-${object.metadata.name}.yaml`), stringify(object));
  }

  return tree;
};

/** The plan of a tree against another, as `squadkit plan` prints it. */
const plan = async (
  tree: string,
  base: string,
): Promise<{ refused: { message: string } | null; resources: PlannedResource[] }[]> => {
  let output = '';
  const streams = { out: (text: string) => (output += text), error: () => {}, colour: false };
  await run(['plan', tree, '--base', base, '--format', 'json', '--resources'], streams);

  return JSON.parse(output).changes;
};

/** Only the running server knows its address, and only the running cluster the version of a Secret. */
const withoutAddresses = (object: KubernetesObject): KubernetesObject =>
  JSON.parse(JSON.stringify(object), (key, value) => {
    if (['host', 'port', 'squadkit.io/binding-version'].includes(key) && value !== 53) return 'known at run time';
    // A tree does not know the name of the hub, which is in every mark.
    if (typeof value === 'string' && /^squadkit_([0-9a-f]{24}|<hub>)$/.test(value)) return 'a mark';
    // A plan shows the keys of a Secret, never a value.
    return key === 'data' ? Object.keys(value).sort() : value;
  });

/** Names and specs of what a Service composes; of a Secret, whose content no plan has, only the name. */
const inCluster = async (): Promise<Record<string, KubernetesObject>> =>
  Object.fromEntries(
    (await composedOf(controlPlane, service)).map((object) => [
      object.metadata.annotations?.['crossplane.io/composition-resource-name'] ?? '',
      withoutAddresses(object),
    ]),
  );

const agree = (planned: PlannedResource[], actual: Record<string, KubernetesObject>) => {
  for (const { name, after } of planned) {
    if (after === null || after.kind === 'Secret') continue;
    const { apiVersion, kind, spec } = withoutAddresses(after);
    expect(actual[name], name).toMatchObject({ apiVersion, kind, spec });
  }
};

const service = serviceOf('quasar', 'planned', 'meadow');
const changed = serviceOf('quasar', 'planned', 'meadow', {
  postgres: { readers: true, connections: 7, extensions: ['pg_trgm'] },
  kubernetes: { size: 'large' },
});
const smaller: KubernetesObject = {
  ...service,
  spec: { zones: [{ name: 'meadow', components: [{ name: 'spike', provider: 'postgres' }] }] },
};

describe('the plan and the cluster agree', () => {
  test('on what is created', async () => {
    const [change] = await plan(treeOf(service), treeOf());
    await makeReady(controlPlane, service);
    const actual = await inCluster();

    expect(change?.resources.map(({ name, action }) => `${action} ${name}`).sort()).toEqual(
      Object.keys(actual)
        .map((name) => `create ${name}`)
        .sort(),
    );
    expect(change?.resources).toHaveLength(27);
    agree(change?.resources ?? [], actual);
  });

  test('on what is changed', async () => {
    const before = Object.keys(await inCluster());
    const [change] = await plan(treeOf(changed), treeOf(service));
    await makeReady(controlPlane, changed);
    await controlPlane.hub.waitFor(
      changed,
      (found) => condition(found, 'Provisioned')?.message?.includes('31') === true,
      {
        what: 'with everything new',
      },
    );
    const actual = await inCluster();
    const planned = change?.resources ?? [];

    expect(
      planned
        .filter(({ action }) => action === 'create')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(
      Object.keys(actual)
        .filter((name) => !before.includes(name))
        .sort(),
    );
    expect(planned.filter(({ action }) => action === 'change').length).toBeGreaterThan(0);
    agree(planned, actual);
  });

  test('on what goes, and what is let go of', async () => {
    const before = Object.keys(await inCluster());
    const [change] = await plan(treeOf(smaller), treeOf(changed));
    await controlPlane.hub.apply(smaller);
    await controlPlane.hub.waitFor(
      smaller,
      (found) => ((found?.spec.crossplane.resourceRefs as unknown[]) ?? []).length === 16,
      { seconds: 90, what: 'without its namespace' },
    );
    const actual = await inCluster();
    const planned = change?.resources ?? [];

    expect(
      planned
        .filter(({ after }) => after === null)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(before.filter((name) => actual[name] === undefined).sort());
    expect(planned.filter(({ action }) => action === 'keep').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['meadow.aqua.namespace', 'meadow.aqua.network', 'meadow.aqua.quota']),
    );
    // Crossplane writes down what it lets go of before it applies the rest.
    await vi.waitFor(async () => agree(planned, await inCluster()), { timeout: 60_000, interval: 500 });
  });

  test('on what is refused, to the letter', async () => {
    const refused = serviceOf('quasar', 'refused', 'meadow', { postgres: { connections: 21 } });
    const [change] = await plan(treeOf(refused), treeOf());
    await controlPlane.hub.apply(refused);
    const found = await controlPlane.hub.waitFor(
      refused,
      (object) => condition(object, 'Accepted')?.status === 'False',
      {
        what: 'refused',
      },
    );
    await controlPlane.hub.delete(refused);

    expect(change?.refused?.message).toBe(condition(found, 'Accepted')?.message);
  });
});
