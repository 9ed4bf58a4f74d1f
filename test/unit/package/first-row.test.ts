import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { outcomeOf } from '../../../functions/simulation/outcome.ts';
import { registryOf } from '../../../functions/simulation/registry.ts';
import { example, exampleRegistry } from '../../support/examples.ts';

interface Container {
  args?: string[];
  resources: { limits: { memory: string } };
  securityContext: { allowPrivilegeEscalation: boolean; capabilities: { drop: string[] } };
  volumeMounts: { name: string; mountPath: string }[];
}

interface Pod {
  securityContext: { runAsNonRoot: boolean; runAsUser?: number; seccompProfile: { type: string } };
  containers: Container[];
  volumes: { name: string; secret: { secretName: string } }[];
}

const jobs = parseAllDocuments(readFileSync('examples/connect/first-row.yaml', 'utf8')).map(
  (document) => document.toJS() as KubernetesObject & { spec: { template: { spec: Pod } } },
);

/** What the example Service is given in its cluster. */
const delivered = Object.values(outcomeOf(example('Service', 'billing'), registryOf(exampleRegistry())).resources)
  .map(({ spec }) => (spec?.forProvider as { manifest?: KubernetesObject } | undefined)?.manifest)
  .filter((manifest) => manifest !== undefined);

test('the Jobs of the page mount the Secrets that are delivered, where their addresses look for the certificates', () => {
  const secrets = delivered
    .filter(({ kind }) => kind === 'Secret')
    .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);

  expect(jobs).toHaveLength(2);
  for (const { metadata, spec } of jobs) {
    const { containers, volumes } = spec.template.spec;
    for (const { secret } of volumes) expect(secrets).toContain(`${metadata?.namespace}/${secret.secretName}`);
    for (const { args = [], volumeMounts } of containers) {
      for (const { name, mountPath } of volumeMounts) {
        const volume = volumes.find((each) => each.name === name);
        expect(mountPath).toBe(`/bindings/${volume?.secret.secretName}`);
        expect(args.join()).toContain(`psql "$(cat ${mountPath}/uri)" -v ON_ERROR_STOP=1`);
      }
    }
  }
});

test('their pods are restricted ones, as the namespace demands', () => {
  for (const { spec } of jobs) {
    const { securityContext, containers } = spec.template.spec;
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    // The image's own user is root.
    expect(securityContext.runAsUser).toBeGreaterThan(0);
    for (const container of containers) {
      expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    }
  }
});

test('the page names the Secret in which the deployer’s kubeconfig is, and who may fetch it', () => {
  const page = readFileSync('examples/connect/README.md', 'utf8');
  const { resources } = outcomeOf(example('Service', 'billing'), registryOf(exampleRegistry()));
  const names = Object.values(resources).flatMap(({ metadata }) => [metadata?.name]);
  const [, secret] = /kubectl get secret (\S+) --namespace galaxy/.exec(page) ?? [];

  expect(names).toContain(secret);
  expect(page).toContain('spec.deployerGroup');
});
