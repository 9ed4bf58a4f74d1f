import { join } from 'node:path';
import type { BuiltTool } from '../../package/tools/tools.ts';
import type { Cluster } from '../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../control-plane/objects.ts';
import { Processes } from '../control-plane/processes.ts';
import { claimState, clearState, repository } from '../control-plane/state.ts';
import { startHub } from './hub.ts';
import { alertsIn, inOneText, scrape, seriesOf, textOf, until } from './look.ts';
import { place, placedStates, wantedOf } from './objects.ts';

const kinds = ['Service', 'Squad', 'Zone'];

/** Sorted lines that are on one side only, with the side. */
const difference = (is: string[], wanted: string[]): string[] => [
  ...is.filter((line) => !wanted.includes(line)).map((line) => `too much: ${line}`),
  ...wanted.filter((line) => !is.includes(line)).map((line) => `missing: ${line}`),
];

const allOf = async (cluster: Cluster): Promise<KubernetesObject[]> =>
  (await Promise.all(kinds.map((kind) => cluster.list('squadkit.io/v1alpha1', kind)))).flat();

const saysNothing = (lines: string[]): string | undefined => (lines.length === 0 ? undefined : lines.join('\n'));

/**
 * Every state of test/health on an API server: whether kube-state-metrics shows of each object exactly what is there, and
 * whether Prometheus finds exactly the alerts that are wanted of each, in sentences without a gap.
 */
export const live = async (tool: (name: string) => BuiltTool): Promise<[string, string | undefined][]> => {
  const directory = join(repository, '.squadkit', 'monitoring');
  await claimState(directory);
  const processes = new Processes(directory);
  try {
    const galaxy = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'galaxy' } };
    const { cluster, metrics, prometheus } = await startHub(directory, processes, tool, [galaxy]);
    const states = placedStates();
    for (const state of states) await place(cluster, state);

    const objects = await allOf(cluster);
    const wanted: Record<string, number> = Object.assign({}, ...objects.map(seriesOf));
    const lines = (series: Record<string, number>) => Object.entries(series).map(([text, value]) => `${text} ${value}`);
    const seen = await until(
      () => scrape(metrics),
      (series) => difference(lines(series), lines(wanted)).length === 0,
    );

    const firing = states.flatMap(wantedOf).map(inOneText);
    // The function is not there, and so no metrics of it are.
    const known = (text: string) => !text.startsWith('SquadkitNoCrossplaneMetrics');
    const alerts = await until(
      () => alertsIn(prometheus),
      (found) => difference(found.map(textOf).filter(known), firing).length === 0,
    );
    const gaps = alerts.flatMap(({ annotations }) =>
      Object.values(annotations).filter((text) => /<|no value/.test(text)),
    );

    return [
      [
        `${Object.keys(seen).length} series of ${objects.length} objects`,
        saysNothing(difference(lines(seen), lines(wanted))),
      ],
      [
        `${firing.length} alerts of ${states.length} states`,
        saysNothing(difference(alerts.map(textOf).filter(known), firing)),
      ],
      [`${alerts.length} sentences`, saysNothing(gaps)],
    ];
  } finally {
    await processes.stopAll();
    await clearState(directory);
  }
};
