import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../control-plane.ts';
import { condition, isTrue } from '../kubernetes.ts';
import { applyPlatform, composedOf, exampleService, makeReady } from '../platform.ts';

let controlPlane: ControlPlane;
const minutes = 5;

const metrics = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    get(`http://127.0.0.1:${port}/metrics`, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.once('end', () => resolve(text));
    }).once('error', reject);
  });

const calls = async (): Promise<number> =>
  [
    ...(await metrics(controlPlane.ports['crossplane-metrics'])).matchAll(
      /^function_run_function_seconds_count\{[^}]*\} (\S+)$/gm,
    ),
  ].reduce((sum, match) => sum + Number(match[1]), 0);

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
});

test(
  `in ${minutes} minutes of steady state nothing changes and the function is called by nothing but its TTL`,
  async () => {
    const services = ['billing', 'catalog'].map(exampleService);
    for (const service of services) await makeReady(controlPlane, service);
    // Creation opens Crossplane's circuit breaker; it closes five minutes later.
    for (const service of services) {
      await controlPlane.hub.waitFor(service, (found) => isTrue(found, 'Responsive'), {
        seconds: 360,
        what: 'Responsive',
      });
    }
    const generations = async () =>
      (await Promise.all(services.map((service) => composedOf(controlPlane, service))))
        .flat()
        .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid} ${metadata.generation}`);
    const before = await generations();
    const callsBefore = await calls();
    await sleep(minutes * 60_000);
    const during = (await calls()) - callsBefore;
    console.log(`${during} function calls in ${minutes} minutes`);

    expect(await generations()).toEqual(before);
    // A steady TTL of 600 s with 10 % of jitter; everything that exists may come due once, with two calls.
    const composites = (
      await Promise.all(['Service', 'Zone', 'Squad'].map((kind) => controlPlane.hub.list('squadkit.io/v1alpha1', kind)))
    ).flat();
    expect(during).toBeLessThanOrEqual(composites.length * 2);
    for (const service of services) {
      expect(condition(await controlPlane.hub.get(service), 'Responsive')?.reason).toBe('WatchCircuitClosed');
    }
  },
  (minutes + 8) * 60_000,
);
