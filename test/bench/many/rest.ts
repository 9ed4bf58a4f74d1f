import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { type Counters, readCounters, spent } from '../counters.ts';
import { residentMebibytes } from '../load.ts';

/** What Services cost while nobody changes anything. */
export interface AtRest extends Counters {
  /** For so long they were watched. */
  minutes: number;
  /** Sessions that were opened on the PostgreSQL server of zone frontier meanwhile. */
  sessions: number;
  /** Resident memory of each process at the end, in MiB. */
  memory: Record<string, number>;
  /** What etcd's file takes at the end, in MiB. */
  storage: number;
}

/** For so long at most it takes until Crossplane hears of all that happens to a Service again, in minutes. */
const patience = 15;

/**
 * Waits until Crossplane loses events of none of these Services any more, which it does for five minutes after each was made:
 * before that they are looked at more often. Resolves to how many there are still of which it does, when it takes too long.
 */
export const untilResponsive = async ({ hub }: ControlPlane, services: KubernetesObject[]): Promise<number> => {
  const names = new Set(services.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  for (const deadline = Date.now() + patience * 60_000; ; await sleep(5000)) {
    const found = await hub.list('squadkit.io/v1alpha1', 'Service');
    const losing = found.filter(
      (service) =>
        names.has(`${service.metadata.namespace}/${service.metadata.name}`) &&
        condition(service, 'Responsive')?.status === 'False',
    );
    if (losing.length === 0 || Date.now() > deadline) return losing.length;
  }
};

/** Watches a control plane for some minutes, without a word. */
export const watchAtRest = async (controlPlane: ControlPlane, minutes: number): Promise<AtRest> => {
  const client = await controlPlane.postgres.connect();
  // Of sessions that ended and of those that go on, as they are counted when they begin (PostgreSQL 14 and later).
  const sessions = async (): Promise<number> => {
    const { rows } = await client.query('SELECT sum(sessions)::int AS sessions FROM pg_stat_database');

    return rows[0].sessions;
  };
  try {
    const [before, opened] = [await readCounters(controlPlane), await sessions()];
    await sleep(minutes * 60_000);
    const after = await readCounters(controlPlane);

    return {
      ...spent(before, after),
      minutes,
      sessions: (await sessions()) - opened,
      memory: memoryOf(controlPlane),
      storage: storageIn(await controlPlane.hub.metrics()),
    };
  } finally {
    await client.end();
  }
};

const memoryOf = (controlPlane: ControlPlane): Record<string, number> =>
  Object.fromEntries(
    controlPlane.names().flatMap((name): [string, number][] => {
      const pid = controlPlane.pid(name);

      return pid === undefined ? [] : [[name, residentMebibytes(pid, 'VmRSS')]];
    }),
  );

/** What etcd's file takes in MiB, from the API server's metrics in the Prometheus text format; NaN if they do not say. */
export const storageIn = (metrics: string): number =>
  Number(/^apiserver_storage_size_bytes\{[^}]*\} (\S+)$/m.exec(metrics)?.[1] ?? Number.NaN) / 1024 ** 2;
