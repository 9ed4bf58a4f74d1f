import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProgress } from '../../../package/tools/progress.ts';
import { buildTools } from '../../../package/tools/tools.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, makeReady, serviceOf, textOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

/** A pipeline from beginning to end: it fetches the kubeconfig from the hub as itself, and deploys with the real Helm. */
let controlPlane: ControlPlane;
let helm: string;
const directory = mkdtempSync(join(tmpdir(), 'squadkit-pipeline-'));
const kubeconfig = join(directory, 'kubeconfig');
const apiVersion = 'squadkit.io/v1alpha1';
const squad: KubernetesObject = {
  apiVersion,
  kind: 'Squad',
  metadata: { name: 'freight' },
  spec: { deployerGroup: 'freight-pipelines', ownerGroup: 'freight-owners', zoneSelector: {} },
};
const service = serviceOf('freight', 'shop', 'meadow');
const secret = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'freight' },
});
const fetched = secret('shop.meadow.aqua.kubeconfig');
const pipeline = () => controlPlane.hub.as('runner', ['freight-pipelines']);

const chart = join(directory, 'chart');
const templates = `apiVersion: v1
kind: ConfigMap
metadata: { name: shop }
data: { a: {{ .Values.a | quote }} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - name: shop
          image: shop:1
          resources: { requests: { memory: 512Mi } }
          securityContext:
            { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: [ALL] }, seccompProfile: { type: RuntimeDefault } }
`;

const runHelm = (words: string[], driver = 'configmap') =>
  spawnSync(helm, words, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: directory, KUBECONFIG: kubeconfig, HELM_DRIVER: driver },
  });

beforeAll(async () => {
  controlPlane = connectControlPlane();
  helm = (await buildTools(createProgress(), ['helm']))('helm').binary('helm');
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 0.1.0\n');
  writeFileSync(join(chart, 'values.yaml'), 'a: b\n');
  writeFileSync(join(chart, 'templates/all.yaml'), templates);
  await applyPlatform(controlPlane);
  await controlPlane.hub.apply(squad);
  await controlPlane.hub.waitFor(squad, (found) => isTrue(found, 'Ready'), { what: 'Ready' });
  await makeReady(controlPlane, service);
}, 600_000);

afterAll(async () => {
  rmSync(directory, { recursive: true });
  await retire(controlPlane, [service], [squad]);
});

describe('a pipeline', () => {
  // Guard rail: kubernetes-pipelines-read-one-secret
  test('fetches its kubeconfig from the hub, and no other Secret', async () => {
    writeFileSync(kubeconfig, textOf(await pipeline().get(fetched)).kubeconfig ?? '', { mode: 0o600 });

    for (const other of ['shop.meadow.spike.binding', 'shop.meadow.aqua.deployer-token']) {
      await expect(pipeline().get(secret(other))).rejects.toMatchObject({ status: 403 });
    }
    await expect(pipeline().list('v1', 'Secret', { namespace: 'freight' })).rejects.toMatchObject({ status: 403 });
    await expect(pipeline().patch(fetched, { data: {} })).rejects.toMatchObject({ status: 403 });
    for (const group of ['freight', 'freight-owners', 'galaxy']) {
      await expect(controlPlane.hub.as('ada', [group]).get(fetched)).rejects.toMatchObject({ status: 403 });
    }
  });

  test('installs, upgrades, rolls back and uninstalls with Helm', () => {
    for (const words of [
      ['upgrade', '--install', 'shop', chart],
      ['upgrade', '--install', 'shop', chart, '--set', 'a=c'],
      ['rollback', 'shop', '1'],
      ['list', '--short'],
      ['uninstall', 'shop'],
    ]) {
      const { status, stderr } = runHelm(words);
      expect(stderr.replaceAll(/^WARNING.*\n/gm, ''), words.join(' ')).toBe('');
      expect(status).toBe(0);
    }
  }, 120_000);

  test('cannot keep releases in Secrets: it would have to read all of them', () => {
    const { status, stderr } = runHelm(['upgrade', '--install', 'shop', chart], 'secret');

    expect(status).not.toBe(0);
    expect(stderr).toContain('cannot list resource "secrets"');
  }, 60_000);
});
