import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';
import { createProgress } from '../../package/tools/progress.ts';
import { buildTools } from '../../package/tools/tools.ts';
import { readExamples } from '../control-plane/examples.ts';
import { Cluster } from '../control-plane/kubernetes.ts';
import { databases, registryAddress } from '../control-plane/node/layout.ts';
import type { Nodes } from '../control-plane/node/start.ts';
import type { KubernetesObject } from '../control-plane/objects.ts';

const clone = resolve(import.meta.dirname, '../..');

/** What the tests of an installation work with. */
export interface Scene extends Nodes {
  /** Where a person would sit: with `install/` and a kubeconfig with the contexts of all clusters. */
  desk: string;
  /** A kubeconfig with a context of each cluster: hub, aqua, meadow-aqua. */
  kubeconfig: string;
  hubCluster: Cluster;
  aquaCluster: Cluster;
  /** Runs a script as a person would, in bash at the desk; rejects with what it said when it fails. */
  run(script: string): Promise<string>;
}

/** Lays out the desk of somebody who installs Squadkit on nodes that run. */
export const openScene = async (file: string): Promise<Scene> => {
  const nodes = JSON.parse(readFileSync(file, 'utf8')) as Nodes & { state: string; programs: string[]; chart: string };
  const desk = join(nodes.state, 'desk');
  mkdirSync(join(desk, 'platform'), { recursive: true });
  cpSync(join(clone, 'package/install'), join(desk, 'install'), { recursive: true });
  replaceIn(join(desk, 'install/air-gapped/mirror.yaml'), 'registry.example.org', registryAddress);
  await writeChart(nodes.chart, join(desk, 'chart'));
  const authorities = Object.values(nodes.postgres).map(({ caPath }) => readFileSync(caPath, 'utf8').trim());
  writeFileSync(join(desk, 'ca.crt'), `${authorities.join('\n')}\n`);
  const hubCluster = new Cluster(nodes.hub);
  const aquaCluster = new Cluster(nodes.aqua);
  const zones = readExamples('platform/zones').map((zone) => live(zone, nodes));
  const platform = [...zones, ...readExamples('platform/squads')];
  writeFileSync(join(desk, 'platform/all.yaml'), platform.map((object) => stringify(object)).join('---\n'));
  const program = join(desk, 'bin/squadkit');
  mkdirSync(join(desk, 'bin'), { recursive: true });
  const words = [process.execPath, '--import', import.meta.resolve('tsx'), join(clone, 'functions/squadkit.ts')];
  writeFileSync(program, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
  const environment = {
    ...process.env,
    PATH: [join(desk, 'bin'), ...nodes.programs, process.env.PATH].join(':'),
    HOME: desk,
  };
  const shell = async (script: string, KUBECONFIG: string) => {
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
      cwd: desk,
      env: { ...environment, KUBECONFIG },
      maxBuffer: 1 << 27,
    }).catch((error: Error & { stdout?: string }) => {
      // What a command has to say of a failure may be what it answers, as the doctor's lines are.
      throw new Error(`${error.message}\n${error.stdout ?? ''}`);
    });

    return stdout;
  };
  const both = join(desk, 'kubeconfig');
  writeFileSync(both, await shell('kubectl config view --flatten', `${nodes.hub}:${nodes.aqua}:${nodes.meadow}`), {
    mode: 0o600,
  });

  return { ...nodes, desk, kubeconfig: both, hubCluster, aquaCluster, run: (script) => shell(script, both) };
};

/** The servers and clusters that the examples' Zones register, by what begins their names in Secrets and here. */
export const zonePrefixes = { frontier: '', meadow: 'meadow-' } as const;

/** An example Zone with what a platform would know of its servers. */
const live = (zone: KubernetesObject, nodes: Nodes): KubernetesObject => {
  const known = structuredClone(zone);
  const isMeadow = zone.metadata.name === 'meadow';
  const database = isMeadow ? nodes.postgres['meadow-spike'] : nodes.postgres.spike;
  const cluster = new Cluster(isMeadow ? nodes.meadow : nodes.aqua);
  for (const { postgres, kubernetes } of known.spec?.components ?? []) {
    if (kubernetes) kubernetes.caBundle = cluster.certificate;
    if (postgres) {
      postgres.caBundle = readFileSync(database.caPath, 'utf8');
      postgres.networks = [`${databases[isMeadow ? 'meadow-spike' : 'spike'].address}/32`];
    }
    if (postgres?.readEndpoint) postgres.readEndpoint = { host: database.host, port: database.port };
  }

  return known;
};

/** The chart of Crossplane's repository; only the released one says its version. */
const writeChart = async (source: string, target: string) => {
  cpSync(source, target, { recursive: true });
  const { version } = (await buildTools(createProgress(), ['crossplane']))('crossplane');
  const file = join(target, 'Chart.yaml');
  const [chart] = parseAllDocuments(readFileSync(file, 'utf8'));
  writeFileSync(file, stringify({ ...chart?.toJS(), version: version.slice(1), appVersion: version.slice(1) }));
};

const replaceIn = (file: string, what: string, by: string) =>
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(what, by));

/**
 * What the page says as everybody would, and what is so here: the chart lies on disk and its image in our registry, our
 * administrator has another name. Nothing else of the page is changed.
 */
export const asHere = (script: string): string =>
  script
    .replace(/^helm repo add .*\n/m, '')
    .replace('crossplane-stable/crossplane', `./chart --set image.repository=${registryAddress}/crossplane/crossplane`)
    .replace('    kubernetes-admin\n', '    admin\n');

/** What the page says of aqua and spike, for the cluster and the server of another Zone. */
export const asOf = (zone: keyof typeof zonePrefixes, script: string): string => {
  const prefix = zonePrefixes[zone];
  if (prefix === '') return script;

  return script
    .replaceAll('spike.example.org', databases[`${prefix}spike`].host)
    .replaceAll(/\bspike-(admin|janitor)\b/g, `${prefix}spike-$1`)
    .replaceAll(/\baqua\b/g, `${prefix}aqua`);
};
