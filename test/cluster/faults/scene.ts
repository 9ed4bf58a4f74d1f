import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import { accounts } from '../../control-plane/kubernetes-servers.ts';
import { condition, describeConditions, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { eventually } from '../support/eventually.ts';
import { applyPlatform, composedOf, makeReady, serviceOf, textOf } from '../support/platform.ts';
import { handOver } from './hand-over.ts';
import { renamed, type Snapshot, snapshot, watchAccess } from './invariants.ts';
import { record } from './results.ts';

/** What is broken, how, and how it is put right again. */
export interface Fault {
  name: string;
  /** What has to be there before the Service is touched. */
  brace?: (scene: Scene) => Promise<void>;
  strike: (scene: Scene) => Promise<void>;
  /** Ends the fault. What a cluster with nodes would do, starting again what has died, is done anyway. */
  mend?: (scene: Scene) => Promise<void>;
  /** Puts back what belongs to others than the Service, when it is over. */
  restore?: (scene: Scene) => Promise<void>;
  /** What is different afterwards, and has to be. */
  changes?: (line: string) => string;
  /** What must be so again, besides everything that the Service has. */
  isHealed?: (scene: Scene) => Promise<boolean>;
}

/** A control plane with a Service that holds data, and one that nothing has happened to, to compare with. */
export interface Scene {
  controlPlane: ControlPlane;
  /** The Service that the fault is about. */
  service: KubernetesObject;
  /** What a Service becomes without faults. */
  reference: { service: KubernetesObject; snapshot: Snapshot };
  /** How long is waited until a Service works again, in seconds. */
  healSeconds: number;
}

/** What all faults share. */
export type Shared = Pick<Scene, 'controlPlane' | 'reference' | 'healSeconds'>;

/** The hub as somebody who has all rights there, and whose name the policies know for emergencies. */
export const emergency = ({ controlPlane: { hub } }: Scene): Cluster =>
  hub.as('grace', ['squadkit:sre', 'system:masters']);

/** The hub as an administrator who poses as Crossplane: nobody else may change what it composes. */
export const asCrossplane = ({ controlPlane: { hub } }: Scene): Cluster =>
  hub.as(accounts.crossplane.user, ['system:masters']);

/** SIGKILL, and wait until it is gone. */
export const kill = async ({ controlPlane }: Pick<Scene, 'controlPlane'>, ...names: string[]): Promise<void> => {
  for (const name of names) {
    controlPlane.signal(name, 'SIGKILL');
    await eventually(`${name} is gone`, async () => controlPlane.pid(name) === undefined);
  }
};

/** Starts whatever does not run, as a cluster with nodes does with pods. */
export const startAll = async ({ controlPlane }: Pick<Scene, 'controlPlane'>): Promise<void> => {
  await controlPlane.startAll();
};

/** Runs a statement as the superuser. */
export const asSuperuser = async <Row>({ controlPlane }: Scene, statement: string, database = 'postgres') => {
  const client = await controlPlane.postgres.connect({ database });
  try {
    return (await client.query(statement)).rows as Row[];
  } finally {
    await client.end();
  }
};

const namespaceOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace}-${metadata.name}`;

/** A Secret that was delivered to the Service's namespace, as text. */
export const delivered = async ({ controlPlane, service }: Scene, name = 'spike'): Promise<Record<string, string>> =>
  textOf(
    await controlPlane.aqua.get({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: namespaceOf(service) },
    }),
  );

/** Logs in with a delivered Secret and nothing else. */
export const logIn = async <Row>(scene: Scene, statement: string, name = 'spike'): Promise<Row[]> => {
  const binding = await delivered(scene, name);
  const client = await scene.controlPlane.postgres.connect({
    host: binding.host as string,
    port: Number(binding.port),
    database: binding.database as string,
    user: binding.username as string,
    password: binding.password as string,
    ssl: { ca: binding['ca.crt'] as string },
  });
  try {
    return (await client.query(statement)).rows as Row[];
  } finally {
    await client.end();
  }
};

/** Managed resources that do not work, each with what it says. */
export const failing = async ({ controlPlane, service }: Scene): Promise<string[]> =>
  (await composedOf(controlPlane, service))
    .filter((object) => object.spec?.providerConfigRef && !(isTrue(object, 'Ready') && isTrue(object, 'Synced')))
    .map((object) => `${object.metadata.name}: ${describeConditions(object)}`);

const isWhole = async (scene: Scene): Promise<boolean> => {
  const service = await scene.controlPlane.hub.get(scene.service);
  const isGood =
    isTrue(service, 'Ready') &&
    isTrue(service, 'Synced') &&
    isTrue(service, 'Accepted') &&
    condition(service, 'ActionNeeded')?.status === 'False';

  return isGood && (await failing(scene)).length === 0 && (await logIn(scene, 'SELECT 1')).length === 1;
};

/** Tells this run's Services from those of an earlier one: their data stays, and what is there is not created. */
const run = Date.now().toString(36).slice(-4);

/** A Service of its own for one fault, with everything that all of them share. */
export const sceneOf = (shared: Shared, name: string, squad = 'galaxy'): Scene => ({
  ...shared,
  service: serviceOf(squad, `${name}${run}`, 'frontier'),
});

/**
 * Prepares what all faults need: the platform, and a Service that none of them touches.
 *
 * @param healSeconds as it is, longer than a provider's whole back-off: who waits this long waits for ever
 */
export const prepare = async (healSeconds = 1100): Promise<Shared> => {
  const controlPlane = connectControlPlane();
  const service = serviceOf('galaxy', 'untouched', 'frontier');
  await startAll({ controlPlane });
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, service);

  return { controlPlane, reference: { service, snapshot: await snapshot(controlPlane, service) }, healSeconds };
};

/** Gives a Service data that must survive. */
export const fill = async (scene: Scene): Promise<void> => {
  await logIn(
    scene,
    'CREATE TABLE IF NOT EXISTS app.ledger AS SELECT generate_series(1, 1000) AS entry',
    'spike.migrator',
  );
};

/** The Service's conditions in the words that people see, as `actor: what to do`. */
export const said = async ({ controlPlane, service }: Scene): Promise<string> => {
  const action = condition(await controlPlane.hub.get(service).catch(() => undefined), 'ActionNeeded');

  return action === undefined ? '' : `${action.reason}: ${action.message}`;
};

/** Waits until so many resources of the Service are on the hub: a wave of its creation has begun. */
export const wave = (scene: Scene, resources: number): Promise<void> =>
  eventually(
    `${resources} resources are on the hub`,
    async () => (await composedOf(scene.controlPlane, scene.service)).length >= resources,
  );

/** Waits until the Service says that something fails, which it does when its provider has looked. */
export const noticed = ({ controlPlane, service }: Scene): Promise<void> =>
  eventually(
    'the Service says that something fails',
    async () => condition(await controlPlane.hub.get(service), 'Provisioned')?.reason === 'Failing',
    { seconds: 660 },
  );

/** What somebody who looks at the Service is told meanwhile: the last of what asks for an action, or else the last. */
const listen = (scene: Scene) => {
  const heard: string[] = [];
  let isOver = false;
  const listening = (async () => {
    while (!isOver) {
      const words = await said(scene).catch(() => '');
      if (words !== '' && heard.at(-1) !== words) heard.push(words);
      await sleep(500);
    }
  })();

  return async (): Promise<string> => {
    isOver = true;
    await listening;

    return heard.findLast((words) => !words.startsWith('Nobody: It works') && !words.startsWith('Nobody: Wait')) ?? '';
  };
};

/** Before its privileges are set, a database that was just made lets everybody connect, and has nothing in it. */
const whileCreated = (service: KubernetesObject): string[] => {
  const name = `${service.metadata.namespace}_${service.metadata.name}`;

  return [`CONNECT on database ${name} for everybody`, `TEMPORARY on database ${name} for everybody`];
};

/**
 * Lets a fault happen to a Service while `meanwhile` is done to it (nothing, its creation, its removal), and puts it
 * right; of a creation that broke off, the platform says whose the thing is. Afterwards the Service works again, nobody has to act, it has exactly what `want` says, and at no moment could
 * anybody do more. Records how long it took from the end of the fault, with the start of what was killed.
 */
export const suffer = async (
  scene: Scene,
  fault: Fault,
  {
    meanwhile = async () => {},
    isHealed = () => isWhole(scene),
    want: before,
    allowed = [],
  }: {
    meanwhile?: () => Promise<unknown>;
    isHealed?: () => Promise<boolean>;
    want: Snapshot;
    allowed?: string[];
  },
): Promise<void> => {
  const { changes = (line) => line } = fault;
  // Only known when the fault is over: it may be the fault that says what changes.
  const want = () => ({ kept: before.kept.map(changes).sort(), access: before.access.map(changes).sort() });
  const stopWatching = watchAccess(scene.controlPlane, scene.service, new Set([...before.access, ...allowed]));
  const stopListening = listen(scene);
  let watched = { widened: [] as string[], looks: 0 };
  let isMended = false;
  const handedOver = new Set<string>();
  try {
    await fault.brace?.(scene);
    await meanwhile();
    await fault.strike(scene);
    const mended = Date.now();
    isMended = true;
    await fault.mend?.(scene);
    await startAll(scene);
    const isOver = async () => {
      for (const thing of await handOver(scene).catch(() => [])) handedOver.add(thing);
      return (
        (await isHealed()) &&
        (await (fault.isHealed?.(scene) ?? true)) &&
        isDeepStrictEqual(await snapshot(scene.controlPlane, scene.service), want())
      );
    };
    await eventually(`healed from: ${fault.name}`, isOver, { seconds: scene.healSeconds }).catch(
      async (error: Error) => {
        expect(await snapshot(scene.controlPlane, scene.service)).toEqual(want());
        throw new Error(`${error.message}\n${await said(scene)}\n${(await failing(scene)).join('\n')}`);
      },
    );
    const seconds = (Date.now() - mended) / 1000;
    record({ fault: fault.name, seconds, said: await stopListening() });
    const typed = handedOver.size > 0 ? `, with ${[...handedOver].join(', ')} handed over` : '';
    console.log(`${fault.name}: healed after ${seconds.toFixed(1)} s${typed}`);
  } finally {
    await startAll(scene);
    // What broke off half-way must not be the fault of the next one.
    if (!isMended) await fault.mend?.(scene);
    await fault.restore?.(scene);
    await stopListening();
    watched = await stopWatching();
  }

  expect(watched.looks).toBeGreaterThan(0);
  expect(watched.widened).toEqual([]);
};

/** What a Service of this name becomes without a fault. */
const expected = ({ reference, service }: Scene): Snapshot => {
  const { name } = service.metadata;

  return renamed(reference.snapshot, reference.service.metadata.name, name);
};

/** A fault in the middle of a creation: what is created in the end is what is created without it. */
export const sufferWhileCreated = async (scene: Scene, fault: Fault): Promise<void> => {
  await suffer(scene, fault, {
    meanwhile: () => scene.controlPlane.hub.apply(scene.service),
    want: expected(scene),
    allowed: whileCreated(scene.service),
  });
  // Not waited for: a provider does not believe for half a minute that what it has just made is gone.
  await scene.controlPlane.hub.delete(scene.service);
};

/** A fault that hits a Service that works and holds data. */
export const sufferAtWork = async (scene: Scene, fault: Fault): Promise<void> => {
  await makeReady(scene.controlPlane, scene.service);
  await fill(scene);
  await eventually('it works before the fault', () => isWhole(scene));

  await suffer(scene, fault, { want: await snapshot(scene.controlPlane, scene.service) });
};

/** A fault in the middle of a removal: all access goes, all data stays. */
export const sufferWhileRemoved = async (scene: Scene, fault: Fault): Promise<void> => {
  const { controlPlane, service } = scene;
  await makeReady(controlPlane, service);
  await fill(scene);
  const before = await snapshot(controlPlane, service);
  const want = { kept: before.kept, access: before.access.filter(remains) };
  await suffer(scene, fault, {
    meanwhile: () => controlPlane.hub.delete(service),
    isHealed: async () => (await snapshot(controlPlane, service)).access.every(remains),
    want,
    allowed: before.access,
  });
  // A provider does not believe for half a minute that what it has just made is gone.
  await eventually('nothing is left on the hub', async () => (await leftOnHub(scene)) === 0, {
    seconds: scene.healSeconds,
  });
};

/** Of what says who may do what, what is left when a Service is gone: nothing that a login or a session can make use of. */
const remains = (line: string): boolean =>
  !/_(app|migrator) is a member of /.test(line) &&
  !/ on schema app for \S+_(owner|writer|reader)$/.test(line) &&
  !/"kind":"(RoleBinding|Secret|ServiceAccount","name":"(?!default"))/.test(line);

const leftOnHub = async ({ controlPlane, service }: Scene): Promise<number> => {
  const { namespace, name } = service.metadata;
  const kinds = ['Role', 'Grant', 'Database', 'Schema', 'DefaultPrivileges'].map((kind) => ({
    apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
    kind,
  }));
  const lists = [{ apiVersion: 'kubernetes.m.crossplane.io/v1alpha1', kind: 'Object' }, ...kinds].map(
    ({ apiVersion, kind }) => controlPlane.hub.list(apiVersion, kind, namespace === undefined ? {} : { namespace }),
  );

  return (await Promise.all(lists)).flat().filter(({ metadata }) => metadata.name.startsWith(`${name}.`)).length;
};

/** Removes a Service, if it is still there, and waits until nothing of it is left on the hub. */
export const remove = async (scene: Scene): Promise<void> => {
  await scene.controlPlane.hub.delete(scene.service);
  await eventually('nothing is left on the hub', async () => (await leftOnHub(scene)) === 0);
};
