import { requirements } from '../evidence/register/manifests.ts';
import { providers } from '../providers/index.ts';
import { type Check, found, hidden } from './check.ts';
import type { Cluster } from './cluster.ts';
import { fits } from './version.ts';

/** Policies of admission are a part of Kubernetes since then (admissionregistration.k8s.io/v1 of 1.30). */
const kubernetes = '>=v1.30.0-0';

/** Whether Kubernetes has what the policies need. */
export const checkKubernetes = async (cluster: Cluster): Promise<Check> => {
  const version = await cluster.version();

  return found(
    'Kubernetes',
    'wrong',
    fits(version, kubernetes) ? [] : [`it is ${version}, and must be ${kubernetes}`],
    {
      actor: 'Platform',
      next: 'upgrade the cluster',
    },
  );
};

/** Whether the hub has every kind that a provider's components are made of: providers activate kinds one by one. */
export const checkKinds = async (hub: Cluster): Promise<Check[]> =>
  Promise.all(
    providers.map(async ({ name, managedKinds }) => {
      const known = await Promise.all(managedKinds.map(({ apiVersion, kind }) => hub.knows(apiVersion, kind)));

      return found(
        `kinds of ${name}`,
        'missing',
        managedKinds
          .filter((_, index) => !known[index])
          .map(({ apiVersion, kind }) => `the hub does not know ${kind} of ${apiVersion}`),
        {
          actor: 'Platform',
          next: 'activate them: a ManagedResourceActivationPolicy lists which kinds of a provider there are',
        },
      );
    }),
  );

/** Whether Crossplane runs, is of a version that the configuration takes, and is named as who composes. */
export const checkCrossplane = async (hub: Cluster): Promise<Check> => {
  const what = 'Crossplane';
  const [deployments, writers] = await Promise.all([
    hub.list('apps/v1', 'Deployment'),
    hub.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'squadkit-writers', namespace: 'squadkit-system' }),
  ]);
  if (deployments === undefined) return hidden(what);
  const move = { actor: 'Platform', next: 'install it by its chart (package/install/README.md, step 1)' } as const;
  const deployment = deployments.find(({ metadata }) => metadata?.labels?.app === 'crossplane');
  if (deployment === undefined) return found(what, 'missing', ['nothing runs it'], move);
  const { version } = requirements.crossplane;
  const given = deployment.metadata?.labels?.['app.kubernetes.io/version'] ?? '';
  const template = deployment.spec?.template as { spec?: { serviceAccountName?: string } } | undefined;
  const user = `system:serviceaccount:${deployment.metadata?.namespace}:${template?.spec?.serviceAccountName ?? 'default'}`;
  const named =
    'object' in writers ? (writers.object.data as Record<string, string> | undefined)?.crossplaneUsers : undefined;
  const isNamed = named === undefined || named.split('\n').includes(user);

  return found(
    what,
    'wrong',
    [
      ...(fits(given, version) ? [] : [`it is ${given || 'of no version'}, and must be ${version}`]),
      ...(Number(deployment.status?.availableReplicas ?? 0) > 0 ? [] : ['no pod of it is available']),
      ...(isNamed ? [] : [`it runs as ${user}, whom crossplaneUsers of squadkit-writers does not name`]),
    ],
    move,
  );
};
