import type { KubernetesObject } from '../../control-plane/objects.ts';
import type { World } from '../attacks/world.ts';
import type { GuardRail } from './guard-rail.ts';

type ClusterName = 'hub' | 'aqua';

const directories = { hub: 'package/install/hub', aqua: 'package/install/remote' };

/** What is left of an object when it is made anew. */
const withoutIdentity = ({ status: _, ...object }: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: {
    name: object.metadata.name,
    ...(object.metadata.namespace && { namespace: object.metadata.namespace }),
    ...(object.metadata.labels && { labels: object.metadata.labels }),
    ...(object.metadata.annotations && { annotations: object.metadata.annotations }),
  },
});

/** An admission policy, taken away by its binding. */
const policy = (cluster: ClusterName, file: string, ...names: string[]): GuardRail => {
  const references = names.map((name) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
  }));
  let before: KubernetesObject[] = [];

  return {
    from: `${directories[cluster]}/${file}`,
    name: `policy ${names[0]} on ${cluster}`,
    layer: 'Kubernetes',
    remove: async ({ controlPlane }) => {
      const found = await Promise.all(references.map((reference) => controlPlane[cluster].get(reference)));
      before = found.filter((binding) => binding !== undefined);
      if (before.length < names.length)
        throw new Error(`${cluster} has not all of the ValidatingAdmissionPolicyBindings ${names.join(', ')}`);
      for (const reference of references) await controlPlane[cluster].delete(reference);
    },
    restore: async ({ controlPlane }) => {
      for (const binding of before) await controlPlane[cluster].create(withoutIdentity(binding));
    },
  };
};

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** A ClusterRole, widened by a rule. */
const role = (cluster: ClusterName, file: string, name: string, rule: Rule): GuardRail => {
  const reference = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name } };
  let before: Rule[] = [];

  return {
    from: `${directories[cluster]}/${file}`,
    name: `limits of ClusterRole ${name} on ${cluster}: ${rule.verbs.join(', ')} ${rule.resources.join(', ')}`,
    layer: 'Kubernetes',
    remove: async ({ controlPlane }) => {
      before = (await controlPlane[cluster].get(reference))?.rules;
      await controlPlane[cluster].patch(reference, { rules: [...before, rule] });
    },
    restore: ({ controlPlane }) => controlPlane[cluster].patch(reference, { rules: before }),
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
      await aqua.create({ ...withoutIdentity(before), roleRef });
    },
    restore: async ({ controlPlane: { aqua } }) => {
      await aqua.delete(reference);
      if (before) await aqua.create(withoutIdentity(before));
    },
  };
};

const namespace = '/api/v1/namespaces/galaxy-moon';
const quota = (pods: string) => ({
  spec: { hard: { 'requests.cpu': pods, 'requests.memory': '256Gi' } },
});

/** What the API servers hold back. */
export const kubernetesGuardRails: GuardRail[] = [
  policy('hub', 'writers.yaml', 'squadkit-writers'),
  policy('hub', 'only-git.yaml', 'squadkit-only-git'),
  policy('hub', 'only-crossplane.yaml', 'squadkit-only-crossplane'),
  policy('hub', 'only-crossplane.yaml', 'squadkit-only-crossplane-status'),
  policy('hub', 'labels.yaml', 'squadkit-labels-squad'),
  policy('hub', 'labels.yaml', 'squadkit-labels-service'),
  policy('hub', 'labels.yaml', 'squadkit-labels-zone'),
  policy('hub', 'squad-namespaces.yaml', 'squadkit-squad-namespaces'),
  policy('hub', 'zones-credentials.yaml', 'squadkit-system'),
  policy('hub', 'writers.yaml', 'squadkit-writers-identities'),
  policy('hub', 'controllers.yaml', 'squadkit-kubernetes-controllers'),
  policy('hub', 'xrds-and-packages.yaml', 'squadkit-crossplane'),
  policy('hub', 'managed-resources.yaml', 'squadkit-managed-resources'),
  role('hub', 'squadkit.yaml', 'squadkit:reader', { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }),
  role('hub', 'squadkit.yaml', 'squadkit:reader', {
    apiGroups: ['postgresql.sql.m.crossplane.io'],
    resources: ['roles'],
    verbs: ['list'],
  }),
  role('hub', 'sre.yaml', 'squadkit:sre', { apiGroups: [''], resources: ['secrets'], verbs: ['get'] }),
  policy('aqua', 'writers.yaml', 'squadkit-writers'),
  policy('aqua', 'labels.yaml', 'squadkit-labels-squad'),
  policy('aqua', 'labels.yaml', 'squadkit-labels-service'),
  policy('aqua', 'labels.yaml', 'squadkit-labels-zone'),
  policy('aqua', 'namespaces.yaml', 'squadkit-namespaces'),
  policy('aqua', 'services.yaml', 'squadkit-services'),
  policy('aqua', 'pods.yaml', 'squadkit-pods'),
  policy('aqua', 'ingresses.yaml', 'squadkit-ingresses'),
  policy('aqua', 'volumes.yaml', 'squadkit-volumes'),
  policy('aqua', 'volumes.yaml', 'squadkit-budgets'),
  policy('aqua', 'system.yaml', 'squadkit-system'),
  policy('aqua', 'controllers.yaml', 'squadkit-kubernetes-controllers'),
  policy('aqua', 'identity.yaml', 'squadkit-identity-namespaces', 'squadkit-identity-namespaces-named'),
  policy('aqua', 'identity.yaml', 'squadkit-identity-objects', 'squadkit-identity-objects-named'),
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
  role('aqua', 'squadkit.yaml', 'squadkit:edit-base', {
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
