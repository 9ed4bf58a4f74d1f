import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../../package/tools/progress.ts';
import { failuresOf } from '../../cluster/support/failures.ts';
import { serviceOf } from '../../cluster/support/platform.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { type Counters, readCounters, spent } from '../counters.ts';

/** The zone of the examples where the Services are made: production, with a server and a cluster. */
export const zone = 'frontier';

/** How long all may take, in minutes: three times what 100 took on v0.1.0. */
const patience = 20;

/** So many Services with a database and a namespace each, over both squads of the examples. */
export const servicesOf = (name: string, size: number): KubernetesObject[] =>
  Array.from({ length: size }, (_, index) =>
    serviceOf(index % 2 === 0 ? 'galaxy' : 'quasar', `${name}-${index}`, zone),
  );

/** What it took to make Services Ready: seconds and calls sorted, from the fastest to the slowest. */
export interface Together extends Counters {
  ready: number[];
  calls: number[];
  failures: string[];
}

/** Applies Services, all at once, and measures until the last of them is Ready. `what` names them in the progress. */
export const makeTogether = async (
  controlPlane: ControlPlane,
  services: KubernetesObject[],
  { progress, what }: { progress: Progress; what: string },
): Promise<Together> => {
  const before = await readCounters(controlPlane);
  const ready = await readySeconds(controlPlane.hub, services, (count, seconds) =>
    progress.note(`   ${what}: ${count} of ${services.length} Ready after ${seconds.toFixed(0)} s`),
  );
  const after = await readCounters(controlPlane);
  const calls = callsIn(readFileSync(controlPlane.log('function'), 'utf8'));

  return {
    ready,
    calls: services.map((service) => calls[documentOf(service)] ?? 0).sort((a, b) => a - b),
    ...spent(before, after),
    failures: await failuresOf(controlPlane, services),
  };
};

const readySeconds = async (
  hub: Cluster,
  services: KubernetesObject[],
  tell: (count: number, seconds: number) => void,
): Promise<number[]> => {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const wanted = new Set(services.map(documentOf));
  const ready = new Map<string, number>();
  const stop = hub.watch('squadkit.io/v1alpha1', 'Service', (_, service) => {
    const document = documentOf(service);
    if (isTrue(service, 'Ready') && wanted.has(document) && !ready.has(document)) ready.set(document, seconds());
  });
  try {
    let failure: Error | undefined;
    const applied = Promise.all(services.map((service) => hub.apply(service))).catch((error: Error) => {
      failure = error;
    });
    for (let told = 0; ready.size < wanted.size; await sleep(50)) {
      if (failure) throw failure;
      if (seconds() > patience * 60)
        throw new Error(`${wanted.size - ready.size} of ${wanted.size} not Ready after ${patience} minutes`);
      if (seconds() < told + 10) continue;
      told = seconds();
      tell(ready.size, told);
    }
    await applied;
  } finally {
    stop();
  }

  return [...ready.values()].sort((a, b) => a - b);
};

/** How often the function answered, by document, from its log with --debug. */
export const callsIn = (log: string): Record<string, number> => {
  const calls: Record<string, number> = {};
  for (const line of log.split('\n')) {
    if (!line.startsWith('{')) continue;
    const { message, document } = JSON.parse(line) as { message: string; document?: string };
    if (message === 'answered' && document) calls[document] = (calls[document] ?? 0) + 1;
  }

  return calls;
};

/** As the function's log calls it. */
const documentOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace}/${metadata.name}`;
