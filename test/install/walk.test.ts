import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Cluster } from '../control-plane/kubernetes.ts';
import { administrators } from '../control-plane/node/identities.ts';
import { isTrue, type KubernetesObject } from '../control-plane/objects.ts';
import { connectPostgres } from '../control-plane/postgres.ts';
import { deployment } from './app/deployment.ts';
import { blocksOf } from './page.ts';
import { recordInstallation } from './record.ts';
import { asHere, asOf, openScene, type Scene, zonePrefixes } from './scene.ts';

const file = process.env.SQUADKIT_INSTALL;
const blocks = blocksOf('package/install/README.md', '## Install', '## Other hubs');
/** Steps that are for every cluster and every server are taken for those of each Zone. */
const steps = [...new Set(blocks.map(({ heading }) => heading))].flatMap((heading) =>
  (Object.keys(zonePrefixes) as (keyof typeof zonePrefixes)[]).flatMap((zone) =>
    zone === 'frontier' || / Every /.test(heading)
      ? blocks.filter((block) => block.heading === heading).map((block) => ({ heading, zone, block }))
      : [],
  ),
);
let scene: Scene;

beforeAll(async () => {
  if (file) scene = await openScene(file);
});

/** Everything in here needs what came before it: the page is followed from top to bottom. */
describe.skipIf(!file)('a platform follows package/install/README.md', () => {
  test('the page has commands', () => {
    expect(blocks.length).toBeGreaterThan(8);
  });

  for (const { heading, zone, block } of steps) {
    test(`${heading}${zone === 'frontier' ? '' : `, ${zone}`}: ${block.text.split('\n')[0]}`, async () => {
      if (block.language === 'sh') {
        await scene.run(asOf(zone, asHere(block.text)));
        return;
      }
      const server = scene.postgres[`${zonePrefixes[zone]}spike`];
      writeFileSync(join(scene.desk, 'password'), server.admin.password);
      const client = await connectPostgres(server);
      for (const statement of block.text.replace(/--.*$/gm, '').split(';')) {
        if (statement.trim()) await client.query(statement.replace("'…'", `'${server.admin.password}'`));
      }
      await client.end();
    });
  }
});

const podsOf = async (revision: string): Promise<KubernetesObject[]> => {
  const pods = await scene.hubCluster.list('v1', 'Pod', { namespace: 'crossplane-system' });

  return pods.filter(({ metadata, status }) => metadata.name.startsWith(revision) && status?.phase === 'Running');
};

describe.skipIf(!file)('what runs then', () => {
  test('the function is two pods of its own image, which nobody may write to', async () => {
    const pods = await podsOf('squadkit-function-squadkit-');

    expect(pods.length).toBe(2);
    for (const { spec, status } of pods) {
      expect(spec.containers[0].image).toMatch(/\/squadkit\/function-squadkit[:@]/);
      expect(spec.containers[0].securityContext).toMatchObject({
        ...{ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
      });
      expect(spec.securityContext).toMatchObject({ runAsUser: 65532, runAsNonRoot: true });
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.containers[0].env).toContainEqual({ name: 'SQUADKIT_HUB', value: 'main' });
      expect(status.containerStatuses[0]).toMatchObject({ ready: true, restartCount: 0 });
    }
  });

  test.each([
    ['crossplane-contrib-provider-sql-', 'squadkit-provider-sql', '--poll=1m'],
    ['crossplane-contrib-provider-kubernetes-', 'squadkit-provider-kubernetes', '--sanitize-secrets'],
  ])(
    '%s is a pod with the ServiceAccount and arguments of packages/runtime.yaml',
    async (revision, account, argument) => {
      const [pod, ...others] = await podsOf(revision);

      expect(others).toEqual([]);
      expect(pod?.spec.serviceAccountName).toBe(account);
      expect(pod?.spec.containers[0].args).toContain(argument);
      expect(pod?.spec.containers[0].resources).toMatchObject({
        requests: { memory: '128Mi' },
        limits: { memory: '512Mi' },
      });
    },
  );

  test.each([
    ['kubectl apply --server-side -k hub', /commit it to Git/],
    ['kubectl --context aqua create token squadkit --namespace squadkit-system', /ask an SRE/],
  ])('who is named may run this again, and no other administrator: %s', async (command, refusal) => {
    await scene.run(command);

    await expect(scene.run(`${command} --as ada --as-group ${administrators}`)).rejects.toThrow(refusal);
  });

  test('every pod of a package passes the restricted standard', async () => {
    const said = await scene.run(
      'kubectl label namespace crossplane-system pod-security.kubernetes.io/enforce=restricted --dry-run=server 2>&1',
    );
    // Pods with the same faults are one line: the first, and how many others.
    const refused = [...said.matchAll(/^Warning: (\S+?)(?: \(and (\d+) other pods?\))?: /gm)];
    const count = refused.reduce((sum, [, , others = '0']) => sum + 1 + Number(others), 0);

    // The two of Crossplane's own chart.
    expect(count).toBe(2);
    for (const [, name] of refused) expect(name).toMatch(/^crossplane-(rbac-manager-)?[0-9a-f]+-\w+$/);
  });
});

describe.skipIf(!file)('squads use it', () => {
  test('the examples become Ready', async () => {
    cpSync(join(import.meta.dirname, '../../examples/squads'), join(scene.desk, 'squads'), { recursive: true });
    await scene.run('kubectl apply --server-side -R -f squads');
    await scene.run('kubectl wait services.squadkit.io --all --all-namespaces --for=condition=Ready --timeout=4m');
    const services = await scene.hubCluster.list('squadkit.io/v1alpha1', 'Service');

    expect(services.length).toBeGreaterThan(1);
    for (const service of services) expect(isTrue(service, 'Ready'), service.metadata.name).toBe(true);
  });

  test('an app as a pod writes and reads rows over verified TLS, with the Secret as delivered', async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'billing.frontier.aqua.kubeconfig', namespace: 'galaxy' },
    };
    const { data } = (await scene.hubCluster.get(secret)) ?? {};
    writeFileSync(join(scene.desk, 'deployer'), Buffer.from(data?.kubeconfig ?? '', 'base64'), { mode: 0o600 });
    writeFileSync(join(scene.desk, 'deployment.json'), JSON.stringify(deployment));
    const deployer = 'kubectl --kubeconfig deployer --namespace galaxy-billing';
    await scene.run(
      `${deployer} apply -f deployment.json && ${deployer} rollout status deployment/billing --timeout=2m`,
    );

    await expect
      .poll(() => scene.run(`${deployer} logs deployment/billing`), { timeout: 30_000 })
      .toMatch(/^\d+ invoices, over TLS\n/);
  });

  test('no Object shows a password', async () => {
    const objects = await scene.hubCluster.list('kubernetes.m.crossplane.io/v1alpha1', 'Object');
    const clusters = [scene.aquaCluster, new Cluster(scene.meadow)];
    const lists = await Promise.all(clusters.map((cluster) => cluster.list('v1', 'Secret')));
    const secrets = lists.flat().flatMap(({ data }) => Object.entries(data ?? {}));
    const passwords = secrets.filter(([key]) => key === 'password').map(([, value]) => value);

    expect(passwords.length).toBeGreaterThan(3);
    const text = JSON.stringify(objects);
    for (const password of passwords) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(Buffer.from(password, 'base64').toString());
    }
  });

  test('the doctor is content with the hub and all clusters', async () => {
    const said = await scene.run('squadkit doctor --remote aqua=::aqua --remote meadow-aqua=::meadow-aqua');

    expect(said).toMatch(/\n\n\d+ checks, all is well\n$/);
    console.log(said.trimEnd().split('\n').at(-1));
    if (process.env.SQUADKIT_RECORD) await recordInstallation(scene.kubeconfig);
  });

  test('a Service that is deleted takes its access along and leaves its data', async () => {
    await scene.run('kubectl delete services.squadkit.io billing --namespace galaxy --timeout=2m');
    const onAqua = (kind: string, name: string, namespace?: string) =>
      scene.aquaCluster.get({ apiVersion: 'v1', kind, metadata: { name, ...(namespace && { namespace }) } });

    for (const name of ['spike', 'spike.migrator'])
      await expect.poll(() => onAqua('Secret', name, 'galaxy-billing'), { timeout: 60_000 }).toBeUndefined();
    expect(await onAqua('Namespace', 'galaxy-billing')).toMatchObject({ status: { phase: 'Active' } });
    const client = await connectPostgres(scene.postgres.spike, { database: 'galaxy_billing' });
    const { rows } = await client.query('SELECT count(*)::int AS count FROM app.invoices');
    await client.end();
    expect(rows).toEqual([{ count: 1 }]);
  });
});
