import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import type { Cluster } from './kubernetes.ts';
import type { KubernetesObject } from './objects.ts';

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

interface Rule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

const patienceMilliseconds = 30_000;

/**
 * Waits until the API server gives what a RoleBinding or ClusterRoleBinding says: it answers a write of the binding before its
 * own authorizer has heard of it. Asks for the first thing that the role lets its first subject do; a role that is not
 * there yet, or that lets nobody do anything, gives nothing to wait for, and who may not ask does not wait.
 *
 * @throws Error when the API server does not give it within 30 s
 */
export const waitUntilGranted = async (cluster: Cluster, binding: KubernetesObject): Promise<void> => {
  try {
    await waitForFirstRight(cluster, binding);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 403)) throw error;
  }
};

const waitForFirstRight = async (cluster: Cluster, binding: KubernetesObject) => {
  const { kind, name } = binding.roleRef as { kind: string; name: string };
  const { namespace } = binding.metadata;
  const [subject] = (binding.subjects ?? []) as Subject[];
  const metadata = { name, ...(kind === 'Role' && { namespace }) };
  const role = await cluster.get({ apiVersion: binding.apiVersion, kind, metadata });
  const rule = (role?.rules as Rule[] | null | undefined)?.find(({ resources, nonResourceURLs }) =>
    namespace ? resources : (resources ?? nonResourceURLs),
  );
  if (subject === undefined || rule === undefined) return;

  const review = {
    ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' },
    spec: { ...whoIs(subject), ...whatIs(rule, namespace) },
  };
  for (const deadline = Date.now() + patienceMilliseconds; Date.now() < deadline; await sleep(20)) {
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    const { status } = await cluster.request<{ status: { allowed: boolean } }>('POST', path, review);
    if (status.allowed) return;
  }

  throw new Error(`${binding.kind} ${binding.metadata.name} gave ${subject.name} nothing within 30 s`);
};

const whoIs = ({ kind, name, namespace }: Subject) => {
  if (kind === 'Group') return { user: 'somebody', groups: [name] };

  return { user: kind === 'User' ? name : `system:serviceaccount:${namespace}:${name}` };
};

const whatIs = ({ verbs: [verb], apiGroups, resources, resourceNames, nonResourceURLs }: Rule, namespace?: string) => {
  if (!resources) return { nonResourceAttributes: { verb, path: nonResourceURLs?.[0] } };
  const [resource, subresource] = `${resources[0]}`.split('/');

  return {
    resourceAttributes: { verb, group: apiGroups?.[0], resource, subresource, name: resourceNames?.[0], namespace },
  };
};
