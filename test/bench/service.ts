import { setTimeout as sleep } from 'node:timers/promises';
import { failuresOf } from '../cluster/support/failures.ts';
import { applyPlatform, serviceOf } from '../cluster/support/platform.ts';
import { type ControlPlane, connectControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { isTrue, type KubernetesObject } from '../control-plane/objects.ts';
import { quiet, readCounters, spent, total } from './counters.ts';
import { median, table } from './figures.ts';

/**
 * From `kubectl apply` of a Service to Ready on the real control plane: alone, several times, and many at once; with
 * what that costs, because the API server is what a platform runs out of first.
 */
export const benchServices = async ({ alone, bursts }: { alone: number; bursts: number[] }): Promise<void> => {
  const isShared = process.env.SQUADKIT_CONTROL_PLANE !== undefined;
  const controlPlane = isShared ? connectControlPlane() : await startControlPlane();
  try {
    await applyPlatform(controlPlane);
    // The first one warms caches and watches that a platform has had for weeks.
    await measure(controlPlane, 'warm', 1);

    const runs = [];
    for (let run = 0; run < alone; run += 1) runs.push(await measure(controlPlane, `alone${run}`, 1));
    const rows = [summary(`1 Service, median of ${alone}`, runs)];
    for (const size of bursts)
      rows.push(summary(`${size} Services at once`, [await measure(controlPlane, `burst${size}`, size)]));

    console.log(table(rows));
  } finally {
    if (!isShared) await controlPlane.stop();
  }
};

interface Measurement {
  /** Seconds from the first apply to each Ready, sorted. */
  ready: number[];
  /** CPU seconds by process. */
  cpu: Record<string, number>;
  reconciles: number;
  requests: number;
  failures: number;
}

const watched = [
  'hub-apiserver',
  'aqua-apiserver',
  'etcd',
  'crossplane',
  'provider-sql',
  'provider-kubernetes',
  'function',
  'postgres',
];

const measure = async (controlPlane: ControlPlane, name: string, size: number): Promise<Measurement> => {
  const { hub } = controlPlane;
  // Squads have a limit of Services: spread over both.
  const services = Array.from({ length: size }, (_, index) =>
    serviceOf(index % 2 === 0 ? 'galaxy' : 'quasar', `${name}-${index}`, 'frontier'),
  );
  await quiet(controlPlane, 30);
  const before = await readCounters(controlPlane);
  const started = performance.now();
  const ready = new Map<string, number>();
  const stop = hub.watch('squadkit.io/v1alpha1', 'Service', (_, service) => {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    if (isTrue(service, 'Ready') && !ready.has(key)) ready.set(key, (performance.now() - started) / 1000);
  });
  await Promise.all(services.map((service) => hub.apply(service)));
  const isReady = ({ metadata }: KubernetesObject) => ready.has(`${metadata.namespace}/${metadata.name}`);
  for (const deadline = Date.now() + 600_000; !services.every(isReady); ) {
    if (Date.now() > deadline)
      throw new Error(`${services.filter((service) => !isReady(service)).length} not Ready after 10 minutes`);
    await sleep(50);
  }
  stop();
  const used = spent(before, await readCounters(controlPlane));
  const failures = await failuresOf(controlPlane, services);
  for (const service of services) await hub.delete(service);
  await Promise.all(services.map((service) => hub.waitFor(service, (found) => found === undefined, { what: 'gone' })));

  return {
    ready: services
      .map(({ metadata }) => ready.get(`${metadata.namespace}/${metadata.name}`) as number)
      .sort((a, b) => a - b),
    cpu: Object.fromEntries(watched.map((process) => [process, used.cpu[process] ?? 0])),
    reconciles: used.reconciles,
    requests: total(used.requests),
    failures: failures.length,
  };
};

const summary = (what: string, runs: Measurement[]): Record<string, string> => {
  const size = runs[0]?.ready.length ?? 1;
  const of = (value: (run: Measurement) => number) => median(runs.map(value));
  const seconds = of(({ cpu }) => total(cpu));
  const server = of(({ cpu }) => cpu['hub-apiserver'] ?? 0);

  return {
    '': what,
    'first Ready s': of(({ ready }) => ready[0] ?? 0).toFixed(1),
    'last Ready s': of(({ ready }) => ready.at(-1) ?? 0).toFixed(1),
    'CPU s': seconds.toFixed(1),
    'of that hub API server': `${((server / seconds) * 100).toFixed(0)} %`,
    'function CPU s': of(({ cpu }) => cpu.function ?? 0).toFixed(2),
    'reconciles each': (of(({ reconciles }) => reconciles) / size).toFixed(1),
    'API requests each': (of(({ requests }) => requests) / size).toFixed(0),
    'failed creates': `${of(({ failures }) => failures)}`,
  };
};
