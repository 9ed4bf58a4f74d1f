import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { run } from '../../../functions/command/squadkit.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import { accounts as identities } from '../../control-plane/kubernetes-servers.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, exampleService, makeReady, textOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
const directory = mkdtempSync(join(tmpdir(), 'squadkit-evidence-'));
const billing = exampleService('billing');
const paused = (value: string | null) => ({ metadata: { annotations: { 'crossplane.io/paused': value } } });
const network = {
  apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
  kind: 'Object',
  metadata: { name: 'billing.frontier.aqua.network', namespace: 'galaxy' },
};
const role = (name: string, clusterRole: string): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: `evidence-${name}` },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
  subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
});
const account = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: 'default' },
});
const accounts = [
  account('auditor'),
  account('reader'),
  role('auditor', 'squadkit:auditor'),
  role('reader', 'squadkit:reader'),
];

interface Enforced {
  id: string;
  live: { verdict: string; because: string[] };
}

/** Admission policies let only SREs annotate what squads have, and only Crossplane change what it composes. */
const sre = () => controlPlane.hub.as('grace', ['squadkit:sre']);
const crossplane = () => controlPlane.hub.as(identities.crossplane.user);

let trees = 0;
/** The platform of the examples as it is in this control plane, and a Service. */
const treeOf = (service: KubernetesObject): string => {
  const tree = join(directory, `${trees++}`);
  mkdirSync(tree);
  const zones = readExamples('platform/zones').map((zone) => withLiveValues(zone, controlPlane));
  for (const object of [...zones, ...readExamples('platform/squads'), service]) {
    writeFileSync(join(tree, `${object.kind}-${object.metadata.name}.yaml`), stringify(object));
  }

  return tree;
};

/** A kubeconfig of the hub for a ServiceAccount. */
const kubeconfigOf = async (name: string): Promise<string> => {
  const path = join(directory, name);
  const { status } = await controlPlane.hub.request<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/default/serviceaccounts/${name}/token`,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  );
  const config = parse(readFileSync(controlPlane.paths.hubKubeconfig, 'utf8'));
  config.users[0].user = { token: status.token };
  writeFileSync(path, stringify(config), { mode: 0o600 });

  return path;
};

const evidence = async (tree: string, kubeconfig: string, format = 'json') => {
  let [out, error] = ['', ''];
  const streams = {
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      error += text;
    },
    colour: false,
  };
  const args = ['evidence', 'galaxy/billing', tree, '--live', '--kubeconfig', kubeconfig, '--format', format];

  return { status: await run(args, streams), out, error };
};

/** The guard rails by verdict. */
const verdictsOf = (out: string): Record<string, string[]> => {
  const verdicts: Record<string, string[]> = { holds: [], 'does not hold': [], 'cannot be seen from here': [] };
  for (const { id, live } of JSON.parse(out).enforced as Enforced[]) verdicts[live.verdict]?.push(id);
  return verdicts;
};

const becauseOf = (out: string, id: string): string =>
  (JSON.parse(out).enforced as Enforced[]).find((guardRail) => guardRail.id === id)?.live.because.join('; ') ?? '';

/**
 * Evidence once it is as wanted: what was put back takes a moment. A Service that changes a lot loses events for a while,
 * so it is given a reason to look again and again.
 */
const eventually = async (tree: string, kubeconfig: string, isWanted: (out: string) => boolean): Promise<string> => {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const { out } = await evidence(tree, kubeconfig);
    if (isWanted(out) || Date.now() > deadline) return out;
    await sre().patch(billing, {
      metadata: { annotations: { 'crossplane.io/reconcile-requested-at': `${Date.now()}` } },
    });
    await sleep(3000);
  }
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, billing);
  for (const object of accounts) await controlPlane.hub.apply(object);
});

afterAll(async () => {
  await sre().patch(billing, {
    metadata: { annotations: { 'crossplane.io/paused': null, 'crossplane.io/reconcile-requested-at': null } },
  });
  for (const object of accounts) await controlPlane.hub.delete(object);
  rmSync(directory, { recursive: true });
});

const notOnTheHub = [
  'refusal-changes-nothing',
  'secrets-stay-secret',
  'only-crossplane-calls',
  'nobody-owns-their-guard-rails',
  'squad-names-are-not-reused',
  'kubernetes-pipelines-read-one-secret',
  'kubernetes-pods-keep-to-themselves',
  'kubernetes-services-stay-inside',
  'kubernetes-hosts-are-owned',
  'kubernetes-locks-hold',
  'kubernetes-squadkit-is-small',
];

describe('for the example', () => {
  test('everything holds that an auditor can see from the hub', async () => {
    const kubeconfig = await kubeconfigOf('auditor');
    const out = await eventually(
      treeOf(billing),
      kubeconfig,
      (found) => verdictsOf(found)['does not hold']?.length === 0,
    );
    const verdicts = verdictsOf(out);

    expect(JSON.parse(out).enforced.filter(({ live }: Enforced) => live.verdict === 'does not hold')).toEqual([]);
    expect(verdicts['cannot be seen from here']).toEqual(notOnTheHub);
    expect(verdicts.holds?.length).toBeGreaterThan(15);
    expect(JSON.parse(out).live.service.conditions).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: 'Accepted', status: 'True' })]),
    );
    expect((await evidence(treeOf(billing), kubeconfig)).status).toBe(0);
  });

  test('no output has a secret value, of the Service or of whoever looks', async () => {
    const { hub, aqua, paths } = controlPlane;
    const secrets = [
      ...(await hub.list('v1', 'Secret', { namespace: 'galaxy' })),
      ...(await hub.list('v1', 'Secret', { namespace: 'squadkit-system' })),
      ...(await aqua.list('v1', 'Secret', { namespace: 'galaxy-billing' })),
    ].flatMap((secret) =>
      Object.entries(textOf(secret))
        .filter(([key]) => /password|uri|token|kubeconfig/.test(key))
        .map(([, value]) => value),
    );
    const token = parse(readFileSync(paths.hubKubeconfig, 'utf8')).users[0].user.token;
    expect(secrets.length).toBeGreaterThan(8);
    for (const format of ['text', 'markdown', 'json']) {
      const { out, error } = await evidence(treeOf(billing), paths.hubKubeconfig, format);
      expect(out.length).toBeGreaterThan(5000);
      for (const secret of [...secrets, token]) expect(out + error).not.toContain(secret);
    }
  });

  test('whoever may only read the Service is told what they cannot see', async () => {
    const { out, status } = await evidence(treeOf(billing), await kubeconfigOf('reader'));
    const verdicts = verdictsOf(out);

    expect(verdicts.holds).toEqual([
      'zones-of-the-squad',
      'data-classes',
      'names-never-meet',
      'nothing-foreign-is-taken',
      'one-server-one-zone',
      'closed-takes-nothing',
      'services-per-squad',
      'postgres-extensions',
      'postgres-logins-rotate',
    ]);
    expect(verdicts['does not hold']).toEqual([]);
    expect(becauseOf(out, 'kubernetes-default-deny')).toBe('you may not read `network` of `aqua` in zone `frontier`');
    expect(status).toBe(0);
  });
});

describe('does not hold', () => {
  test('where the tree asks for something else than the hub has', async () => {
    const other = structuredClone(billing);
    other.spec.zones[0].components[0].postgres = { connections: 30 };
    const { out, status } = await evidence(treeOf(other), controlPlane.paths.hubKubeconfig);

    expect(becauseOf(out, 'zones-of-the-squad')).toContain(
      'the Service on the hub is not what this tree says: `spec.zones',
    );
    expect(becauseOf(out, 'postgres-connections')).toContain(
      '`app` of `spike` in zone `frontier` is not as Git wants it: `spec.forProvider.connectionLimit`',
    );
    expect(status).toBe(1);
  });

  test('where somebody opened the network rules on the hub, until Crossplane has put them right', async () => {
    const { paths } = controlPlane;
    const tree = treeOf(billing);
    await sre().patch(billing, paused('true'));
    // A round that is under way would put it right.
    await controlPlane.hub.waitFor(billing, (found) => condition(found, 'Synced')?.reason === 'ReconcilePaused', {
      what: 'paused',
    });
    await crossplane().patch(network, {
      spec: { forProvider: { manifest: { spec: { ingress: [{}], policyTypes: ['Ingress'] } } } },
    });
    const opened = await evidence(tree, paths.hubKubeconfig);

    expect(verdictsOf(opened.out)['does not hold']).toEqual(
      expect.arrayContaining(['kubernetes-default-deny', 'kubernetes-locks-stay', 'zones-of-the-squad']),
    );
    expect(becauseOf(opened.out, 'kubernetes-default-deny')).toContain(
      '`network` of `aqua` in zone `frontier` is not as Git wants it: `spec.forProvider.manifest.spec.policyTypes`',
    );
    expect(becauseOf(opened.out, 'zones-of-the-squad')).toContain('the Service is paused: nobody keeps it true');
    expect(opened.status).toBe(1);

    await sre().patch(billing, paused(null));
    const closed = await eventually(tree, paths.hubKubeconfig, (out) => verdictsOf(out)['does not hold']?.length === 0);
    expect(verdictsOf(closed)['does not hold']).toEqual([]);
  });

  test('where nobody keeps the network rules true, or they were last seen open on the cluster', async () => {
    const { hub, paths } = controlPlane;
    const tree = treeOf(billing);
    await sre().patch(network, paused('true'));
    const open = await eventually(
      tree,
      paths.hubKubeconfig,
      (out) => verdictsOf(out)['does not hold']?.includes('kubernetes-default-deny') === true,
    );
    expect(becauseOf(open, 'kubernetes-default-deny')).toContain('`network` of `aqua` in zone `frontier` is paused');

    const seen = structuredClone((await hub.get(network))?.status?.atProvider?.manifest);
    seen.spec.ingress = [{}];
    await crossplane().patch(network, { status: { atProvider: { manifest: seen } } }, { subresource: 'status' });
    const { out } = await evidence(tree, paths.hubKubeconfig);
    expect(becauseOf(out, 'kubernetes-default-deny')).toContain(
      'was last seen otherwise where it lies: `spec.ingress[0].from`',
    );

    await sre().patch(network, paused(null));
    const again = await eventually(
      tree,
      paths.hubKubeconfig,
      (found) => verdictsOf(found)['does not hold']?.length === 0,
    );
    expect(verdictsOf(again)['does not hold']).toEqual([]);
  });
});
