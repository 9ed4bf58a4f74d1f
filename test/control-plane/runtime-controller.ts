import { parseArgs } from 'node:util';
import { ApiError } from './api-error.ts';
import { runtimeCertificates } from './crossplane.ts';
import { Cluster } from './kubernetes.ts';
import { condition, type KubernetesObject } from './objects.ts';

/**
 * With an External package runtime, somebody else has to say where a package runs: this process does, for every active
 * revision, also for those of later versions. Providers need no address, functions get the one of our function.
 */
const { values } = parseArgs({ options: { kubeconfig: { type: 'string' }, endpoint: { type: 'string' } } });
const hub = new Cluster(values.kubeconfig ?? '');

const describe = async (revision: KubernetesObject) => {
  if (revision.spec?.desiredState !== 'Active' || isDescribed(revision)) return;

  const secrets = { tlsServerSecretName: runtimeCertificates, tlsClientSecretName: runtimeCertificates };
  const { metadata } = await hub.patch(revision, { spec: secrets });
  const others = (revision.status?.conditions ?? []).filter(
    (other: { type: string }) => other.type !== 'RuntimeHealthy',
  );
  const healthy = {
    type: 'RuntimeHealthy',
    status: 'True',
    reason: 'HealthyPackageRevision',
    lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ''),
  };
  const status = { ...secrets, conditions: [...others, healthy], ...endpoint(revision) };
  // The resource version makes us lose against a change we have not seen: its event brings us back here.
  const change = { metadata: { resourceVersion: metadata.resourceVersion }, status };
  await hub.patch(revision, change, { subresource: 'status' });
  console.log(`${revision.kind} ${revision.metadata.name} is healthy`);
};

const isDescribed = (revision: KubernetesObject) =>
  condition(revision, 'RuntimeHealthy')?.status === 'True' &&
  revision.spec.tlsServerSecretName === runtimeCertificates &&
  revision.status?.tlsServerSecretName === runtimeCertificates &&
  (revision.kind !== 'FunctionRevision' || revision.status?.endpoint === values.endpoint);

const endpoint = ({ kind }: KubernetesObject) => kind === 'FunctionRevision' && { endpoint: values.endpoint };

const follow = (kind: string) =>
  hub.watch('pkg.crossplane.io/v1', kind, (type, revision) => {
    if (type === 'DELETED') return;
    describe(revision).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 409) return;
      console.error(`cannot describe ${kind} ${revision.metadata.name}: ${error}`);
    });
  });

follow('ProviderRevision');
follow('FunctionRevision');
