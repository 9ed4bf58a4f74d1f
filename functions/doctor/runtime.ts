import type { X509Certificate } from 'node:crypto';
import { certificatesIn } from '../documents/certificates.ts';
import { byPosition } from '../evidence/live/compare.ts';
import type { Manifest } from '../evidence/register/manifest.ts';
import { asText, isMapping } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { deviationsOf, inWords, titleOf } from './as-shipped.ts';
import { ofPackages } from './besides.ts';
import { absent, type Check, found, hidden, type Move } from './check.ts';
import type { Cluster } from './cluster.ts';

/** Where Crossplane runs packages, by its chart as the page installs it. */
const system = 'crossplane-system';

/** A runtime configuration of this version, and the package that is run by it. */
export interface Runtime {
  configuration: Manifest;
  runs: Manifest;
}

/** Runtime configurations with their packages. */
export const runtimesOf = (manifests: readonly Manifest[]): Runtime[] =>
  manifests.flatMap((runs) => {
    const { name } = (runs.object.spec?.runtimeConfigRef ?? {}) as { name?: string };
    const configuration = manifests.find(
      ({ object }) => object.kind === 'DeploymentRuntimeConfig' && object.metadata?.name === name,
    );

    return name === undefined || configuration === undefined ? [] : [{ configuration, runs }];
  });

/** The Deployment that Crossplane made for the revision in force of a package. */
const deploymentOf = async (
  cluster: Cluster,
  { object }: Manifest,
): Promise<KubernetesObject | undefined | 'hidden'> => {
  const { apiVersion, kind, metadata } = object;
  const [declared, deployments] = await Promise.all([
    cluster.get({ apiVersion, kind, name: metadata?.name ?? '' }),
    cluster.list('apps/v1', 'Deployment'),
  ]);
  if (deployments === undefined || ('missing' in declared && declared.missing === 'not allowed')) return 'hidden';
  const revision = 'object' in declared ? declared.object.status?.currentRevision : undefined;

  return deployments.find(
    ({ metadata: { namespace, ownerReferences } = {} }) =>
      namespace === system &&
      Array.isArray(ownerReferences) &&
      ownerReferences.some((owner) => isMapping(owner) && owner.kind === `${kind}Revision` && owner.name === revision),
  );
};

/** Whether what runs is what the runtime configuration says, and all of it is there. */
export const checkRuntime = async (cluster: Cluster, { configuration, runs }: Runtime): Promise<Check> => {
  const what = `pods of ${titleOf(runs.object)}`;
  const move: Move = { actor: 'SRE', next: `kubectl describe deployment,pod --namespace ${system}` };
  const deployment = await deploymentOf(cluster, runs);
  if (deployment === 'hidden') return hidden(what);
  if (deployment === undefined) return found(what, 'missing', ['nothing runs it'], move);
  const { deploymentTemplate, serviceAccountTemplate } = (configuration.object.spec ?? {}) as {
    deploymentTemplate: { spec: object };
    serviceAccountTemplate: { metadata: { name: string } };
  };
  const { serviceAccountName } = podSpecOf(deployment);
  const { updatedReplicas = 0, availableReplicas = 0 } = (deployment.status ?? {}) as Record<string, number>;
  const wanted = Number(deployment.spec?.replicas ?? 1);

  return found(
    what,
    'wrong',
    [
      ...inWords(
        deviationsOf(
          byPosition({ spec: deploymentTemplate.spec }),
          byPosition({ spec: deployment.spec }),
          { ...deployment, kind: 'Deployment' },
          ofPackages,
        ),
      ),
      ...(await imageProblems(cluster, runs, deployment)),
      ...(serviceAccountName === serviceAccountTemplate.metadata.name
        ? []
        : [
            `it runs as ServiceAccount ${asText(serviceAccountName, 'default')}, not as ${serviceAccountTemplate.metadata.name}`,
          ]),
      ...(wanted === 0 || availableReplicas < wanted || updatedReplicas < wanted
        ? [`${Math.min(availableReplicas, updatedReplicas)} of ${wanted} pods are available as it is now`]
        : []),
    ],
    move,
  );
};

/** Whether what runs is the image of the revision in force: as it is declared, or as Crossplane took it from a mirror. */
const imageProblems = async (
  cluster: Cluster,
  { object }: Manifest,
  deployment: KubernetesObject,
): Promise<string[]> => {
  const owners = (deployment.metadata?.ownerReferences ?? []) as { name?: string }[];
  const revisions = await cluster.list(object.apiVersion, `${object.kind}Revision`);
  const revision = revisions?.find(({ metadata }) => owners.some(({ name }) => name === metadata?.name));
  const images = (podSpecOf(deployment).containers ?? []).map(({ image }) => image);
  const allowed = [revision?.spec?.image, revision?.status?.resolvedImage];

  return images
    .filter((image) => revision !== undefined && !allowed.includes(image))
    .map((image) => `it runs image ${image}, which is not the one of its revision`);
};

interface PodSpec {
  serviceAccountName?: string;
  containers?: { image?: string; env?: { name: string; value?: string }[] }[];
}

const podSpecOf = (deployment: { spec?: Record<string, unknown> }): PodSpec =>
  ((deployment.spec?.template as { spec?: PodSpec } | undefined)?.spec ?? {}) as PodSpec;

const hubNameIn = (podSpec: PodSpec): string | undefined =>
  podSpec.containers?.[0]?.env?.find(({ name }) => name === 'SQUADKIT_HUB')?.value;

/** Whether the hub has a name, which the function refuses everything without, and the pods have the same. */
export const checkHubName = async (cluster: Cluster, { configuration, runs }: Runtime): Promise<Check> => {
  const what = 'name of the hub';
  const { apiVersion, kind, metadata } = configuration.object;
  const [declared, deployment] = await Promise.all([
    cluster.get({ apiVersion, kind, name: metadata?.name ?? '' }),
    deploymentOf(cluster, runs),
  ]);
  if (deployment === 'hidden' || ('missing' in declared && declared.missing === 'not allowed')) return hidden(what);
  const template = 'object' in declared ? (declared.object.spec?.deploymentTemplate as KubernetesObject) : undefined;
  const name = template === undefined ? undefined : hubNameIn(podSpecOf(template));
  const running = deployment === undefined ? undefined : hubNameIn(podSpecOf(deployment));
  if (!name) {
    const because =
      'SQUADKIT_HUB is not in the environment of DeploymentRuntimeConfig squadkit-function: everything is refused';

    return found(what, 'missing', [because], {
      actor: 'Platform',
      next: 'choose a name that no other hub has, in hub/name.yaml (package/install/README.md, step 3)',
    });
  }

  return found(
    what,
    'wrong',
    deployment === undefined || running === name
      ? []
      : [`the function runs with ${JSON.stringify(running)}, not with ${JSON.stringify(name)}`],
    {
      actor: 'SRE',
      next: `wait for its pods, or see why they are not renewed: kubectl get pods --namespace ${system}`,
    },
  );
};

/** Volumes of the runtime configurations that come from ConfigMaps, which the platform makes. */
export const authoritiesOf = ({ configuration }: Runtime): { name: string; key: string }[] => {
  const template = configuration.object.spec?.deploymentTemplate as {
    spec: { template: { spec: Record<string, unknown> } };
  };
  const volumes = (template.spec.template.spec.volumes ?? []) as { configMap?: { name: string } }[];

  return volumes.flatMap(({ configMap }) => (configMap === undefined ? [] : [{ name: configMap.name, key: 'ca.crt' }]));
};

/** Whether the authorities of the servers are there, as certificates that have not ended. `now` is when. */
export const checkAuthorities = async (
  cluster: Cluster,
  { name, key }: { name: string; key: string },
  now: Date,
): Promise<Check> => {
  const what = `ConfigMap ${system}/${name}`;
  const move: Move = {
    actor: 'Platform',
    next: `put the certificates of all servers' authorities there as ${key} (package/install/README.md, step 2)`,
  };
  const seen = await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace: system });
  if ('missing' in seen) return absent(what, seen, 'no server is trusted', move);
  const text = asText((seen.object.data as Record<string, unknown> | undefined)?.[key]);
  const certificates = certificatesIn(text);
  const problems = certificates.flatMap((certificate, index) => certificateProblems(certificate, index + 1, now));

  return found(what, 'wrong', certificates.length === 0 ? [`${key} has no certificate`] : problems, move);
};

const certificateProblems = (certificate: X509Certificate | undefined, position: number, now: Date): string[] => {
  if (certificate === undefined) return [`certificate ${position} cannot be read`];
  const { validToDate, subject } = certificate;

  return validToDate < now ? [`certificate ${position} (${subject.replaceAll('\n', ', ')}) has ended`] : [];
};
