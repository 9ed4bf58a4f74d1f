import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { silentProgress } from '../../../package/tools/progress.ts';
import { reconcilesIn, requestsIn, spent, spentAcross } from '../../bench/counters.ts';
import type { Measurement } from '../../bench/many/measurement.ts';
import { report } from '../../bench/many/report.ts';
import { storageIn } from '../../bench/many/rest.ts';
import { callsIn } from '../../bench/many/together.ts';
import { takeTree } from '../../bench/many/tree.ts';
import { createUndo } from '../../bench/many/undo.ts';
import { connectControlPlane } from '../../control-plane/control-plane.ts';

test('requests of all codes and clients are added up by verb and resource, and watches are left out', () => {
  const metrics = `# TYPE apiserver_request_total counter
apiserver_request_total{code="200",component="apiserver",dry_run="",group="kubernetes.m.crossplane.io",resource="objects",scope="resource",subresource="",verb="PATCH",version="v1alpha1"} 7
apiserver_request_total{code="409",component="apiserver",dry_run="",group="kubernetes.m.crossplane.io",resource="objects",scope="resource",subresource="",verb="PATCH",version="v1alpha1"} 2
apiserver_request_total{code="200",component="apiserver",dry_run="",group="kubernetes.m.crossplane.io",resource="objects",scope="resource",subresource="status",verb="PUT",version="v1alpha1"} 4
apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="",scope="",subresource="/readyz",verb="GET",version=""} 1.2e+01
apiserver_request_total{code="0",component="apiserver",dry_run="",group="",resource="secrets",scope="cluster",subresource="",verb="WATCH",version="v1"} 9
apiserver_request_total{code="0",component="apiserver",dry_run="",group="",resource="pods",scope="resource",subresource="exec",verb="CONNECT",version="v1"} 9
apiserver_request_terminations_total{code="200",resource="objects",verb="PATCH"} 9
`;

  expect(requestsIn(metrics)).toEqual({ 'PATCH objects': 9, 'PUT objects/status': 4, 'GET /readyz': 12 });
});

test('the size of etcd is read in MiB, and is not taken for 0 where nobody says it', () => {
  const line = 'apiserver_storage_size_bytes{storage_cluster_id="etcd-0"} 3.145728e+07';

  expect(storageIn(`# TYPE apiserver_storage_size_bytes gauge\n${line}\n`)).toBe(30);
  expect(storageIn('')).toBeNaN();
});

test('reconciles of Services are added up whatever their result, and those of others are left out', () => {
  const metrics = `controller_runtime_reconcile_total{controller="composite/services.squadkit.io",result="error"} 1
controller_runtime_reconcile_total{controller="composite/services.squadkit.io",result="requeue_after"} 20
controller_runtime_reconcile_total{controller="composite/zones.squadkit.io",result="requeue_after"} 300
`;

  expect(reconcilesIn(metrics)).toBe(21);
});

test('what was spent is the difference, also of what was not there before', () => {
  const before = { cpu: { etcd: 1 }, reconciles: 5, requests: { 'GET secrets': 10 } };
  const after = { cpu: { etcd: 1.5 }, reconciles: 8, requests: { 'GET secrets': 12, 'PATCH objects': 3 } };

  expect(spent(before, after)).toEqual({
    cpu: { etcd: 0.5 },
    reconciles: 3,
    requests: { 'GET secrets': 2, 'PATCH objects': 3 },
  });
});

test.each([
  ['was started again', { etcd: 0.2 }],
  ['does not run', {}],
])('a process that %s meanwhile is not measured', (_, cpu) => {
  const before = { cpu: { etcd: 1 }, reconciles: 0, requests: {} };

  expect(() => spent(before, { cpu, reconciles: 0, requests: {} })).toThrow('etcd ended while it was measured');
});

test('of what was started again only what it has used since counts, and of all else the difference', () => {
  const before = { cpu: { etcd: 1, crossplane: 9 }, reconciles: 5, requests: { 'GET secrets': 10 } };
  const after = { cpu: { etcd: 1.5, crossplane: 4 }, reconciles: 8, requests: { 'GET secrets': 12 } };

  expect(spentAcross('crossplane', before, after)).toEqual({
    cpu: { etcd: 0.5, crossplane: 4 },
    reconciles: 8,
    requests: { 'GET secrets': 2 },
  });
  expect(spentAcross('hub-apiserver', before, { ...after, requests: { 'GET secrets': 11 } })).toMatchObject({
    requests: { 'GET secrets': 11 },
  });
  // An API server that is away takes along who waits for it.
  expect(spentAcross('etcd', before, { ...after, reconciles: 1, cpu: { etcd: 2, crossplane: 0.5 } })).toEqual({
    cpu: { etcd: 2, crossplane: 0.5 },
    reconciles: 1,
    requests: { 'GET secrets': 2 },
  });
});

test("the function's calls are counted by document", () => {
  const answered = (document: string) => JSON.stringify({ level: 'debug', message: 'answered', document });
  const log = [
    answered('Service galaxy/many0-0'),
    answered('Service quasar/many0-1'),
    answered('Service galaxy/many0-0'),
    JSON.stringify({ level: 'info', message: 'listening' }),
    '(node:1) Warning: not a line of ours',
    '',
  ];

  expect(callsIn(log.join('\n'))).toEqual({ 'Service galaxy/many0-0': 2, 'Service quasar/many0-1': 1 });
});

test('the report has medians of each tree, their ratio, and where CPU and requests went, and what came after', () => {
  const measured = (tree: string, round: number, factor: number): Measurement => ({
    tree,
    round,
    size: 2,
    ready: [3 * factor, 5 * factor],
    calls: [14, 16],
    cpu: { etcd: factor, crossplane: 3 * factor },
    reconciles: 15,
    requests: { 'PATCH objects': 200 * factor, 'GET secrets': 400 * factor },
    failures: [],
    removed: { services: 4 * factor, access: 6 * factor, everything: 10 * factor },
    ...(round === 1 && {
      rest: {
        ...{ minutes: 10, sessions: 20, reconciles: 2, storage: 30, requests: { 'PATCH objects': 100 * factor } },
        ...{ cpu: { etcd: 6 * factor }, memory: { 'hub-apiserver': 500, crossplane: 100 } },
      },
    }),
  });
  const text = report({
    started: '2026-01-01T00:00:00.000Z',
    machine: { cores: 2, model: 'some', memoryGibibytes: 8, node: 'v24.0.0' },
    poll: '10m',
    trees: ['v0.1.0', 'this tree'],
    measurements: [measured('v0.1.0', 1, 1), measured('this tree', 1, 0.5), measured('v0.1.0', 2, 3)],
  });

  expect(text).toBe(
    `
at once                 first Ready s  median s  last s  last / median  reconciles each  calls each  fewest   most  API requests each  CPU s each  Services gone s  access gone s  all gone s  failed creates
2, v0.1.0, median of 2            6.0       8.0    10.0           1.25              7.5        15.0      14     16                600        4.00              8.0           12.0        20.0               0
2, this tree                      1.5       2.0     2.5           1.25              7.5        15.0      14     16                150        1.00              2.0            3.0         5.0               0
   ratio                        0.25x     0.25x   0.25x          1.00x            1.00x       1.00x   1.00x  1.00x              0.25x       0.25x            0.25x          0.25x       0.25x                

CPU seconds each, by process:

            2, v0.1.0  2, this tree
crossplane       3.00          0.75
etcd             1.00          0.25

API requests each, the 12 most:

               2, v0.1.0  2, this tree
GET secrets        400.0         100.0
PATCH objects      200.0          50.0

At rest:

at rest       reconciles each and hour  API requests each and hour  sessions each and hour  CPU s each and hour  cores, %  API server MiB  Crossplane MiB  etcd file MiB
2, v0.1.0                          6.0                         300                      60                 18.0       1.0             500             100             30
2, this tree                       6.0                         150                      60                  9.0       0.5             500             100             30

API requests each and hour at rest, the 12 most:

               2, v0.1.0  2, this tree
PATCH objects      300.0         150.0
`.trim(),
  );
});

test('the report of one tree alone compares with nothing, and has a row for each part that was started again', () => {
  const text = report({
    started: '2026-01-01T00:00:00.000Z',
    machine: { cores: 2, model: 'some', memoryGibibytes: 8, node: 'v24.0.0' },
    poll: '10m',
    trees: ['this tree'],
    measurements: [
      {
        ...{ tree: 'this tree', round: 1, size: 2, ready: [3, 5], calls: [14, 16], cpu: { etcd: 1 }, reconciles: 15 },
        ...{ requests: { 'GET secrets': 400 }, failures: [] },
        restarted: [
          { part: 'function', seconds: 3, cpu: { etcd: 1 }, reconciles: 0, requests: {} },
          { part: 'crossplane', seconds: 31, cpu: { etcd: 4 }, reconciles: 4, requests: { 'GET secrets': 90 } },
        ],
      },
    ],
  });

  expect(text).not.toContain('ratio');
  expect(text).toContain(
    `
Started again, with all of them there:

started again             as before after s  reconciles each  API requests each  CPU s each
function, 2, this tree                    3              0.0                  0        0.50
crossplane, 2, this tree                 31              2.0                 45        2.00`.trim(),
  );
});

test('a revision that the clone does not have is refused with what brings it', async () => {
  const revision = '0123456789012345678901234567890123456789';

  await expect(takeTree(createUndo(), silentProgress, revision)).rejects.toThrow(
    new RegExp(
      `^This clone does not have revision ${revision}, .*"git fetch (--depth 1 )?origin ${revision}" brings it.$`,
    ),
  );
});

test('the last added is undone first, and what was undone before is not undone again', async () => {
  const done: string[] = [];
  const undo = createUndo();
  const add = (name: string) => undo.add(async () => void done.push(name));
  add('directory');
  const stop = add('control plane');
  add('command');
  await stop();
  await Promise.all([undo.all(), undo.all()]);

  expect(done).toEqual(['control plane', 'command', 'directory']);
});

test('this tree connects to a control plane by the files that v0.1.0 writes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'squadkit-state-'));
  const write = (path: string, content: string) => {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  try {
    for (const cluster of ['hub', 'aqua']) {
      const server = `https://127.0.0.1:20${cluster.length}`;
      const kubeconfig = {
        clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': 'Q0E=' } }],
        users: [{ name: 'admin', user: { token: 'token' } }],
        contexts: [{ name: cluster, context: { cluster, user: 'admin' } }],
        'current-context': cluster,
      };
      write(`kubeconfig/${cluster}`, stringify(kubeconfig));
    }
    const running = { pid: process.pid, startTime: 'of a boot long ago/1' };
    write('processes/etcd.json', JSON.stringify({ specification: { name: 'etcd' }, order: 1, running }));
    const postgres = { host: 'localhost', port: 25432, caPath: join(directory, 'postgres/ca.crt') };
    const state = { directory, ports: { hub: 203, 'crossplane-metrics': 23456 }, postgres };
    write('control-plane.json', JSON.stringify(state));
    const controlPlane = connectControlPlane(join(directory, 'control-plane.json'));

    expect(controlPlane.hub.server).toBe('https://127.0.0.1:203');
    expect(controlPlane.ports['crossplane-metrics']).toBe(23456);
    expect(() => controlPlane.meadow).toThrow('no servers of its own for Zone meadow');
    expect(controlPlane.names()).toEqual(['etcd']);
    expect(controlPlane.pid('etcd')).toBeUndefined();
    expect(controlPlane.log('function')).toBe(join(directory, 'logs/function.log'));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
