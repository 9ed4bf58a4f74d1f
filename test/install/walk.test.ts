import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Cluster } from '../control-plane/kubernetes.ts';
import { administrators } from '../control-plane/node/identities.ts';
import { isTrue, type KubernetesObject } from '../control-plane/objects.ts';
import { connectPostgres } from '../control-plane/postgres.ts';
import { networks } from './networks.ts';
import { blocksOf } from './page.ts';
import { recordInstallation } from './record.ts';
import { asHere, asOf, openScene, type Scene, zonePrefixes } from './scene.ts';
import { workloads } from './workloads.ts';

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
      const { admin, janitor } = server;
      writeFileSync(join(scene.desk, 'password'), admin.password);
      writeFileSync(join(scene.desk, 'janitor-password'), janitor?.password ?? '');
      const client = await connectPostgres(server);
      for (const statement of block.text.replace(/--.*$/gm, '').split(';')) {
        const password = statement.includes('squadkit_janitor') ? janitor?.password : admin.password;
        if (statement.trim()) await client.query(statement.replace("'…'", `'${password}'`));
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

  test('the janitor is one pod, which nobody may write to, with a ServiceAccount of its own', async () => {
    const janitors = () => scene.hubCluster.list('v1', 'Pod', { namespace: 'squadkit-janitor' });
    const isRunning = async () => (await janitors()).map(({ status }) => status?.containerStatuses?.[0]?.ready);
    await expect.poll(isRunning, { timeout: 60_000 }).toEqual([true]);
    const [pod] = await janitors();

    expect(pod?.spec).toMatchObject({
      serviceAccountName: 'janitor',
      securityContext: { runAsUser: 65532, runAsNonRoot: true },
      containers: [{ securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false } }],
    });
    expect(pod?.status.containerStatuses[0].restartCount).toBe(0);
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

  workloads(() => scene);

  networks(() => scene);

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

  test('what watches it is applied as its page says, gets a pod, and may read what it watches and nothing else', async () => {
    const [block] = blocksOf('package/install/monitoring/README.md', '|---|---|', '## Who gets which alert');
    // The second line is for hubs with prometheus-operator, which this one has not.
    await scene.run(block?.text.split('\n')[0] ?? '');
    const of = { namespace: 'squadkit-monitoring' };
    // Its image cannot be had here: that the node is asked to pull it is as far as it goes.
    await expect
      .poll(async () => (await scene.hubCluster.list('v1', 'Pod', of)).map(({ spec }) => spec.nodeName), {
        timeout: 120_000,
      })
      .toEqual([expect.any(String)]);
    const account = 'system:serviceaccount:squadkit-monitoring:kube-state-metrics';
    const may = async (verb: string, resource: string) =>
      (await scene.run(`kubectl auth can-i ${verb} ${resource} --all-namespaces --as ${account} || true`)).trim();
    const answers = await Promise.all(
      [
        'services.squadkit.io',
        'zones.squadkit.io',
        'secrets',
        'configmaps',
        'roles.postgresql.sql.m.crossplane.io',
      ].map((resource) => may('list', resource)),
    );

    expect(answers).toEqual(['yes', 'yes', 'no', 'no', 'no']);
    expect(await may('update', 'services.squadkit.io')).toBe('no');
    await scene.run('kubectl delete -k install/monitoring');
  });

  // Guard rail: postgres-sessions-end
  test('a Service that is deleted takes its access along, with open sessions, and leaves its data', async () => {
    const { data } =
      (await scene.aquaCluster.get({
        ...{ apiVersion: 'v1', kind: 'Secret' },
        metadata: { name: 'spike.migrator', namespace: 'galaxy-billing' },
      })) ?? {};
    const text = (key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString();
    const session = await connectPostgres(scene.postgres.spike, {
      ...{ database: text('database'), user: text('username'), password: text('password') },
    });
    let isOpen = true;
    session.on('end', () => {
      isOpen = false;
    });
    await session.query('BEGIN; LOCK TABLE app.invoices IN ROW SHARE MODE');
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
    await expect.poll(() => isOpen, { timeout: 120_000 }).toBe(false);
    await expect
      .poll(() => scene.run('kubectl logs --namespace squadkit-janitor deployment/janitor'), { timeout: 60_000 })
      .toMatch(/"session ended".*"galaxy_billing_migrator"/);
  });
});
