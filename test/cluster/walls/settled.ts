import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../control-plane/api-error.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';

const name = 'walls-settled';
const group = 'admissionregistration.k8s.io';
const asked = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } };

const policyOf = (round: number): KubernetesObject => ({
  apiVersion: `${group}/v1`,
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: {
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
    },
    matchConditions: [{ name: 'asked', expression: `object.metadata.name == '${name}'` }],
    validations: [{ expression: 'false', message: `round ${round}.` }],
  },
});

const bindingOf = (round: number): KubernetesObject => ({
  apiVersion: `${group}/v1`,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: `${name}-${round}` },
  spec: { policyName: name, validationActions: ['Deny'] },
});

/** Longer than any API server took to read its policies again, on a machine that does other things too. */
const patience = 60_000;

/**
 * Knows when an API server knows of the last change of its policies. It reads them once a second, all at once
 * (k8s.io/apiserver v0.35, plugin/policy/generic/policy_source.go), and hears of the changes to each of the two kinds in
 * their order: so a policy and a binding of our own are changed last, and asked after.
 */
export const settlingOf = (cluster: Cluster): { settled(): Promise<void>; end(): Promise<void> } => {
  let round = 0;
  const said = async (): Promise<string> => {
    try {
      await cluster.apply(asked, { dryRun: true });

      return '';
    } catch (error) {
      if (error instanceof ApiError) return error.message;
      throw error;
    }
  };

  return {
    settled: async () => {
      if (round > 0) await cluster.delete(bindingOf(round));
      round += 1;
      await cluster.apply(policyOf(round));
      await cluster.apply(bindingOf(round));
      for (const until = Date.now() + patience; Date.now() < until; await sleep(100)) {
        const words = await said();
        if (words.includes(`'${name}-${round}'`) && words.includes(`round ${round}.`)) return;
      }

      throw new Error('the API server does not read its policies again');
    },
    end: async () => {
      await cluster.delete(bindingOf(round));
      await cluster.delete(policyOf(round));
    },
  };
};
