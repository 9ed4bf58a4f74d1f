import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import type { World } from '../attacks/world.ts';
import { anew } from '../support/anew.ts';
import type { GuardRail } from './guard-rail.ts';
import { directories, policyGuardRails } from './policies.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** Where a role is widened, and what is applied there. Only in engineering does anybody have the role to work by hand. */
const places = {
  hub: { directory: directories.hub, clusterOf: ({ hub }: ControlPlane): Cluster => hub },
  aqua: { directory: directories.aqua, clusterOf: ({ aqua }: ControlPlane): Cluster => aqua },
  "engineering's aqua": { directory: directories.aqua, clusterOf: ({ meadow }: ControlPlane): Cluster => meadow.aqua },
};

/** A ClusterRole, widened by a rule. */
const role = (place: keyof typeof places, file: string, name: string, rule: Rule): GuardRail => {
  const { directory, clusterOf } = places[place];
  const reference = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name } };
  let before: Rule[] = [];

  return {
    from: `${directory}/${file}`,
    name: `limits of ClusterRole ${name} on ${place}: ${rule.verbs.join(', ')} ${rule.resources.join(', ')}`,
    layer: 'Kubernetes',
    remove: async ({ controlPlane }) => {
      before = (await clusterOf(controlPlane).get(reference))?.rules;
      await clusterOf(controlPlane).patch(reference, { rules: [...before, rule] });
    },
    restore: ({ controlPlane }) => clusterOf(controlPlane).patch(reference, { rules: before }),
  };
};

/** Fields of an object on aqua that Squadkit composed. */
const fields = (name: string, path: string, change: object, back: object): GuardRail => {
  const patch = ({ controlPlane }: World, body: object) =>
    controlPlane.aqua.request('PATCH', path, body, 'application/merge-patch+json');

  return {
    from: 'functions/providers/kubernetes/resources.ts',
    name,
    layer: 'Kubernetes',
    remove: (world) => patch(world, change),
    restore: (world) => patch(world, back),
  };
};

/** People of a production squad, bound to the role of engineering. */
const squadRights = (): GuardRail => {
  const reference = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'members-view', namespace: 'galaxy-moon' },
  };
  let before: KubernetesObject | undefined;

  return {
    from: 'functions/providers/kubernetes/rights.ts',
    name: 'view, not edit, for people in production',
    layer: 'Kubernetes',
    remove: async ({ controlPlane: { aqua } }) => {
      before = await aqua.get(reference);
      if (!before) throw new Error('galaxy-moon has no RoleBinding members-view');
      await aqua.delete(reference);
      const roleRef = { ...before.roleRef, name: 'squadkit:edit' };
      await aqua.create({ ...anew(before), roleRef });
    },
    restore: async ({ controlPlane: { aqua } }) => {
      await aqua.delete(reference);
      if (before) await aqua.create(anew(before));
    },
  };
};

const namespace = '/api/v1/namespaces/galaxy-moon';
const quota = (pods: string) => ({
  spec: { hard: { 'requests.cpu': pods, 'requests.memory': '256Gi' } },
});

/** What the API servers hold back. */
export const kubernetesGuardRails: GuardRail[] = [
  ...policyGuardRails('hub'),
  role('hub', 'squadkit.yaml', 'squadkit:reader', { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }),
  role('hub', 'squadkit.yaml', 'squadkit:reader', {
    apiGroups: ['postgresql.sql.m.crossplane.io'],
    resources: ['roles'],
    verbs: ['list'],
  }),
  role('hub', 'sre.yaml', 'squadkit:sre', { apiGroups: [''], resources: ['secrets'], verbs: ['get'] }),
  ...policyGuardRails('aqua'),
  role('aqua', 'squadkit.yaml', 'squadkit', { apiGroups: [''], resources: ['namespaces'], verbs: ['delete'] }),
  role('aqua', 'squadkit.yaml', 'squadkit', { apiGroups: [''], resources: ['secrets'], verbs: ['list'] }),
  role('aqua', 'squadkit.yaml', 'squadkit', {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterroles'],
    verbs: ['bind'],
  }),
  role('aqua', 'squadkit.yaml', 'squadkit:deployer-base', { apiGroups: [''], resources: ['secrets'], verbs: ['*'] }),
  role('aqua', 'squadkit.yaml', 'squadkit:deployer-base', {
    apiGroups: [''],
    resources: ['pods', 'pods/exec', 'serviceaccounts/token'],
    verbs: ['*'],
  }),
  role('aqua', 'squadkit.yaml', 'squadkit:view-base', {
    apiGroups: [''],
    resources: ['secrets'],
    verbs: ['get', 'list'],
  }),
  role("engineering's aqua", 'squadkit.yaml', 'squadkit:edit-base', {
    apiGroups: [''],
    resources: ['secrets'],
    verbs: ['get', 'list'],
  }),
  squadRights(),
  fields(
    'Pod Security restricted, not baseline',
    namespace,
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  ),
  fields('quota of CPU and memory', `${namespace}/resourcequotas/squadkit`, quota('128'), {
    spec: { hard: { 'requests.cpu': '4', 'requests.memory': '16Gi' } },
  }),
];
