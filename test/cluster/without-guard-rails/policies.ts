import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { repository } from '../../control-plane/state.ts';
import { objectsIn } from '../../control-plane/steps/apply.ts';
import { anew } from '../support/anew.ts';
import type { GuardRail } from './guard-rail.ts';

/** Where admission policies are, by the folder of package/install that is applied there. */
export const directories = { hub: 'package/install/hub', aqua: 'package/install/remote' };

/** One of the clusters that have admission policies. */
export type ClusterName = keyof typeof directories;

/** Admission policies that are not taken away, and why nobody would notice. */
export const leftOut: Record<string, string> = {
  'squadkit-further-kinds-told': 'It warns whoever gives squads a kind, and refuses nothing.',
};

/** An admission policy, or that part of one which looks at the same objects. */
export interface PolicyGuardRail extends GuardRail {
  /** What it is taken away by. */
  bindings: string[];
}

interface Installed {
  file: string;
  binding: KubernetesObject;
}

const installedOn = (cluster: ClusterName): Installed[] =>
  readdirSync(join(repository, directories[cluster]))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => `${directories[cluster]}/${name}`)
    .flatMap((file) => objectsIn(join(repository, file)).map((binding) => ({ file, binding })))
    .filter(({ binding }) => binding.kind === 'ValidatingAdmissionPolicyBinding');

/** Bindings of a policy that look at the same objects refuse the same, each alone: they go together. */
const together = (installed: Installed[]): Installed[][] => {
  const groups = new Map<string, Installed[]>();
  for (const one of installed) {
    const { policyName, matchResources } = one.binding.spec;
    const key = JSON.stringify([policyName, matchResources]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }

  return [...groups.values()];
};

const takenAway = (cluster: ClusterName, [first, ...others]: [Installed, ...Installed[]]): PolicyGuardRail => {
  const bindings = [first, ...others].map(({ binding }) => binding);
  const names = bindings.map(({ metadata }) => metadata.name);
  let before: KubernetesObject[] = [];

  return {
    from: first.file,
    name: `policy ${first.binding.metadata.name} on ${cluster}`,
    layer: 'Kubernetes',
    bindings: names,
    remove: async ({ controlPlane }) => {
      const found = await Promise.all(bindings.map((binding) => controlPlane[cluster].get(binding)));
      before = found.filter((binding) => binding !== undefined);
      if (before.length < names.length)
        throw new Error(`${cluster} has not all of the ValidatingAdmissionPolicyBindings ${names.join(', ')}`);
      for (const binding of bindings) await controlPlane[cluster].delete(binding);
    },
    restore: async ({ controlPlane }) => {
      for (const binding of before) await controlPlane[cluster].create(anew(binding));
    },
  };
};

/** Every admission policy of a cluster, as its manifests have them: one that is added later is taken away too. */
export const policyGuardRails = (cluster: ClusterName): PolicyGuardRail[] =>
  together(installedOn(cluster).filter(({ binding }) => !(binding.spec.policyName in leftOut))).map((group) =>
    takenAway(cluster, group as [Installed, ...Installed[]]),
  );
