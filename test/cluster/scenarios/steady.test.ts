import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, composedOf, exampleService, makeReady } from '../support/platform.ts';

let controlPlane: ControlPlane;
const minutes = 5;

/** When the function was called since a time, by document, as its log has it. */
const callsSince = (start: string): Record<string, string[]> => {
  const calls: Record<string, string[]> = {};
  for (const line of readFileSync(join(controlPlane.paths.logs, 'function.log'), 'utf8').split('\n')) {
    if (!line.startsWith('{')) continue;
    const { time, message, document } = JSON.parse(line) as { time: string; message: string; document?: string };
    if (time >= start && message === 'answered' && document) calls[document] = [...(calls[document] ?? []), time];
  }

  return calls;
};

/** From the first of some times to the last. */
const secondsOf = (times: string[]): number => (Date.parse(times.at(-1) ?? '') - Date.parse(times[0] ?? '')) / 1000;

/** What Crossplane reconciles for us and lately has not had to change, by how the function's log calls it. */
const resting = async (): Promise<string[]> => {
  const lists = ['Service', 'Zone', 'Squad'].map((kind) => controlPlane.hub.list('squadkit.io/v1alpha1', kind));
  const isResting = (composite: KubernetesObject) =>
    !composite.metadata.deletionTimestamp && condition(composite, 'Responsive')?.status !== 'False';

  return (await Promise.all(lists)).flat().filter(isResting).map(documentOf);
};

const documentOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`;

/** Waits until whatever others have changed and removed is over: longer than the pause in which edits may get lost. */
const silence = async (): Promise<void> => {
  const seconds = 45;
  const ago = () => new Date(Date.now() - seconds * 1000).toISOString();
  for (const deadline = Date.now() + 360_000; Object.keys(callsSince(ago())).length > 0; await sleep(1000)) {
    if (Date.now() > deadline)
      throw new Error(`the function is called all the time: ${JSON.stringify(callsSince(ago()))}`);
  }
};

beforeAll(async () => {
  if (!isLong) return;
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
});

// Only in a long run: nearly all of it is waiting, for minutes, until Crossplane hears of all again.
test.runIf(isLong)(
  `in a steady state of ${minutes} min nothing changes and the function is called by nothing but its TTL`,
  async () => {
    const services = ['billing', 'catalog'].map(exampleService);
    for (const service of services) await makeReady(controlPlane, service);
    // Creation opens Crossplane's circuit breaker; it closes five minutes later, and until then we look more often.
    for (const service of services) {
      await controlPlane.hub.waitFor(service, (found) => isTrue(found, 'Responsive'), {
        seconds: 360,
        what: 'Responsive',
      });
    }
    await silence();
    const documents = await resting();
    const generations = async () =>
      (await Promise.all(services.map((service) => composedOf(controlPlane, service))))
        .flat()
        .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid} ${metadata.generation}`);
    const before = await generations();
    const start = new Date().toISOString();
    await sleep(minutes * 60_000);
    const calls = Object.entries(callsSince(start)).filter(([document]) => documents.includes(document));
    const counts = Object.fromEntries(calls.map(([document, times]) => [document, times.length]));
    console.log(`function calls in ${minutes} min: ${JSON.stringify(counts)}`);

    expect(await generations()).toEqual(before);
    // A steady TTL of 600 s with 10 % of jitter: everything that exists may come due once, with two calls, and with two
    // more at once where it wrote what it found.
    expect(calls.filter(([, times]) => times.length > 4 || secondsOf(times) > 2)).toEqual([]);
    expect(documents).toEqual(expect.arrayContaining(services.map(documentOf)));
    expect(Object.keys(callsSince(''))).toEqual(expect.arrayContaining(documents));
    for (const service of services) {
      expect(condition(await controlPlane.hub.get(service), 'Responsive')?.reason).toBe('WatchCircuitClosed');
    }
  },
  (minutes + 14) * 60_000,
);
