import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { createProgress } from '../../../package/tools/progress.ts';
import { buildTools } from '../../../package/tools/tools.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { applyPlatform, exampleService, makeReady } from '../support/platform.ts';

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, exampleService('billing'));
});

test('kubectl get shows whose move it is', async () => {
  const { columnDefinitions, rows } = await controlPlane.hub.table('squadkit.io/v1alpha1', 'Service', 'galaxy');
  const billing = rows.find(({ cells }) => cells[0] === 'billing');

  expect(columnDefinitions.filter(({ priority }) => priority === 0).map(({ name }) => name)).toEqual([
    ...['Name', 'ACCEPTED', 'PROVISIONED', 'DELIVERED', 'ACTION BY', 'SYNCED', 'READY', 'COMPOSITION', 'AGE'],
  ]);
  expect(billing?.cells.slice(0, 7)).toEqual([
    ...['billing', 'Accepted', 'Provisioned', 'Delivered', 'Nobody', 'True', 'True'],
  ]);
});

test('crossplane resource trace shows every part by its name', async () => {
  const tool = (await buildTools(createProgress()))('crossplane-cli');
  const { stdout } = await promisify(execFile)(
    tool.binary('crossplane'),
    ['resource', 'trace', 'service.squadkit.io', 'billing', '-n', 'galaxy', '-o', 'wide'],
    { env: { ...process.env, KUBECONFIG: controlPlane.paths.hubKubeconfig } },
  );
  const lines = stdout.trim().split('\n');

  expect(lines).toHaveLength(1 + 1 + 25);
  expect(lines[1]).toMatch(/^Service\/billing \(galaxy\) +True +True +Available/);
  expect(stdout).toMatch(
    /Database\/billing\.frontier\.spike\.database \(galaxy\) +frontier\.spike\.database +True +True/,
  );
});
