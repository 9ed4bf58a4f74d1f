import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapValues } from '../../functions/objects/record.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';

/** What a control plane has used since it started; two of them, subtracted by `spent`, are what some work cost. */
export interface Counters {
  /** CPU seconds by process, with those of its children that ended: PostgreSQL has one for each session. */
  cpu: Record<string, number>;
  /** Reconciles of Services by Crossplane. */
  reconciles: number;
  /** Requests to the hub's API server by verb and resource, such as `PATCH objects`; watches are not counted. */
  requests: Record<string, number>;
}

/** Reads all counters now: from the API server, from Crossplane, and from the system. */
export const readCounters = async (controlPlane: ControlPlane): Promise<Counters> => {
  const [api, core] = await Promise.all([
    controlPlane.hub.metrics(),
    fetchText(`http://127.0.0.1:${controlPlane.ports['crossplane-metrics']}/metrics`),
  ]);

  return { cpu: cpuSeconds(controlPlane), reconciles: reconcilesIn(core), requests: requestsIn(api) };
};

/** What was used between two readings. Throws when a process ended in between: nobody knows what it had used. */
export const spent = (before: Counters, after: Counters): Counters => ({
  cpu: difference(before.cpu, after.cpu),
  reconciles: after.reconciles - before.reconciles,
  requests: difference(before.requests, after.requests),
});

/**
 * As `spent`, where something was started again in between, which counts from nothing: `started` is its name. What it had
 * used between the first reading and its end is not in it.
 */
export const spentAcross = (started: string, before: Counters, after: Counters): Counters => {
  const hasEnded = (name: string) => started === name || (before.cpu[name] ?? 0) > (after.cpu[name] ?? 0);
  const cpu = Object.entries(before.cpu).filter(([name]) => !hasEnded(name));

  return spent(
    {
      cpu: Object.fromEntries(cpu),
      reconciles: hasEnded('crossplane') ? 0 : before.reconciles,
      requests: hasEnded('hub-apiserver') ? {} : before.requests,
    },
    after,
  );
};

const difference = (before: Record<string, number>, after: Record<string, number>): Record<string, number> => {
  const missing = Object.keys(before).find((name) => (after[name] ?? 0) < (before[name] ?? 0));
  if (missing) throw new Error(`${missing} ended while it was measured`);

  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]));
};

/** All values together. */
export const total = (values: Record<string, number>): number => Object.values(values).reduce((a, b) => a + b, 0);

/** The API server's requests by verb and resource, from its metrics in the Prometheus text format. */
export const requestsIn = (metrics: string): Record<string, number> => {
  const requests: Record<string, number> = {};
  for (const [, labels = '', value] of metrics.matchAll(/^apiserver_request_total\{([^}]*)\} (\S+)$/gm)) {
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const verb = label('verb');
    // These last for as long as somebody listens, and are counted when he leaves.
    if (verb === 'WATCH' || verb === 'CONNECT') continue;
    const key = `${verb} ${[label('resource'), label('subresource')].filter(Boolean).join('/')}`;
    requests[key] = (requests[key] ?? 0) + Number(value);
  }

  return requests;
};

/** How often Crossplane reconciled Services, whatever the result, from its metrics in the Prometheus text format. */
export const reconcilesIn = (metrics: string): number =>
  [
    ...metrics.matchAll(
      /^controller_runtime_reconcile_total\{controller="composite\/services\.squadkit\.io"[^}]*\} (\S+)$/gm,
    ),
  ].reduce((sum, [, value]) => sum + Number(value), 0);

/**
 * Waits until the work of before is done: no process uses a tenth of a core. Resolves to the names of those that still do
 * after `seconds`.
 */
export const quiet = async (controlPlane: ControlPlane, seconds: number): Promise<string[]> => {
  const window = 2;
  for (const deadline = Date.now() + seconds * 1000; ; ) {
    const used = Object.entries(await usedIn(controlPlane, window));
    const busy = used.filter(([, value]) => value > window * 0.1).map(([name]) => name);
    if (busy.length === 0 || Date.now() > deadline) return busy;
  }
};

/** CPU seconds by process in the next seconds; of one that was started again, since then. */
const usedIn = async (controlPlane: ControlPlane, seconds: number): Promise<Record<string, number>> => {
  const before = cpuSeconds(controlPlane);
  await sleep(seconds * 1000);

  return mapValues(cpuSeconds(controlPlane), (value, name) => {
    const was = before[name] ?? 0;
    return value < was ? value : value - was;
  });
};

/** What all processes together use in a window of so many seconds, in cores. */
export const usage = async (controlPlane: ControlPlane, window: number): Promise<number> =>
  total(await usedIn(controlPlane, window)) / window;

/**
 * Waits until for a minute no more is used than usually, by half and a tenth of a core, or at most for `seconds`. Resolves to how
 * many seconds it took until the last time that more was used.
 */
export const settled = async (controlPlane: ControlPlane, usual: number, seconds: number): Promise<number> => {
  const [window, silence] = [5, 60];
  const started = performance.now();
  const passed = () => (performance.now() - started) / 1000;
  let busyUntil = 0;
  while (passed() < Math.min(seconds, busyUntil + silence)) {
    if ((await usage(controlPlane, window)) > 1.5 * usual + 0.1) busyUntil = passed();
  }

  return busyUntil;
};

/** User and system time of every process of the control plane in seconds, in ticks of 10 ms (Linux, proc(5)). */
const cpuSeconds = (controlPlane: ControlPlane): Record<string, number> =>
  Object.fromEntries(
    controlPlane.names().flatMap((name): [string, number][] => {
      const pid = controlPlane.pid(name);
      if (pid === undefined) return [];
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      // utime, stime, cutime and cstime.
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);

      return [[name, ticks / 100]];
    }),
  );

const fetchText = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.once('end', () => resolve(Buffer.concat(chunks).toString()));
    }).once('error', reject);
  });
