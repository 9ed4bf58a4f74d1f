import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asManifestHere, deployment, reaching } from './app/deployment.ts';
import { commandsWith } from './page.ts';
import type { Scene } from './scene.ts';

/** How its deployer speaks to the namespace of billing. */
export const deployer = 'kubectl --kubeconfig deployer --namespace galaxy-billing';

/** Lays the kubeconfig of billing's deployer on the desk, as the squad fetches it. */
export const fetchDeployer = async ({ hubCluster, desk }: Scene): Promise<void> => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'billing.frontier.aqua.kubeconfig', namespace: 'galaxy' },
  };
  const { data } = (await hubCluster.get(secret)) ?? {};
  writeFileSync(join(desk, 'deployer'), Buffer.from(data?.kubeconfig ?? '', 'base64'), { mode: 0o600 });
};

/** What squads run on a real node, with what was delivered to them: tests of the walk, after the examples are Ready. */
export const workloads = (scene: () => Scene): void => {
  test('an app as a pod writes and reads rows over verified TLS, with the Secret as delivered', async () => {
    await fetchDeployer(scene());
    writeFileSync(join(scene().desk, 'deployment.json'), JSON.stringify(deployment));
    await scene().run(
      `${deployer} apply -f deployment.json && ${deployer} rollout status deployment/billing --timeout=2m`,
    );

    await expect
      .poll(() => scene().run(`${deployer} logs deployment/billing`), { timeout: 120_000 })
      .toMatch(/^\d+ invoices, over TLS\n/);
  });

  test('the first row of the page is written by its Jobs, as a person types it', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../examples/connect/first-row.yaml'), 'utf8');
    writeFileSync(join(scene().desk, 'first-row.yaml'), asManifestHere(page));
    const commands = commandsWith('examples/connect/README.md', 'kubectl apply -f first-row.yaml');

    expect(await scene().run(`export KUBECONFIG=$PWD/deployer\n${commands}`)).toMatch(
      /INSERT 0 1\n rows \n-+\n +1\n\(1 row\)/,
    );
  });

  // Guard rail: kubernetes-own-namespace-only
  test('a pod of a squad holds nothing of others and is let in nowhere, asked from inside of a real one', async () => {
    writeFileSync(join(scene().desk, 'reach.json'), JSON.stringify(reaching));
    await scene().run(
      `${deployer} apply -f reach.json && ${deployer} wait job/reach --for=condition=Complete --timeout=2m`,
    );
    const { 'a token of Kubernetes': _, ...found } = JSON.parse(await scene().run(`${deployer} logs job/reach`));
    console.log(`${Object.keys(found).length} things tried from inside of a pod: ${JSON.stringify(found)}`);

    const own = {
      ...{ 'a user of its own': 'not root', 'become root': 'EPERM', 'rights of the kernel': '0000000000000000' },
      ...{ 'gain more of them': 'never', 'every call of the kernel': 'filtered', 'write where programs lie': 'EROFS' },
      ...{ "the node's processes": 'none', "the node's disks": 'none', 'Secrets of others': 'none' },
    };
    expect(found).toMatchObject(own);
    const answers = Object.entries(found).filter(([name]) => !(name in own));
    expect(answers.length).toBe(14);
    expect(answers.filter(([, answer]) => !/^(401|403|ECONNREFUSED)$/.test(`${answer}`))).toEqual([]);
    await scene().run(`${deployer} delete -f reach.json`);
  });
};
