import type { Found } from '../evidence/live/hub.ts';
import type { InstallationPart, Manifest } from '../evidence/register/manifest.ts';
import { installationParts } from '../evidence/register/manifests.ts';
import { isMapping, ownField } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { asShipped, titleOf, withoutHash } from './as-shipped.ts';
import { absent, applyAgain, type Check, found } from './check.ts';
import type { Cluster } from './cluster.ts';
import { checkDeployment } from './deployment.ts';

/**
 * What a platform may install besides: how Git is delivered, and what watches. Of a part of which there is nothing, nothing is
 * said; of one of which something is there, all must be.
 */
export const checkParts = async (hub: Cluster): Promise<Check[]> => {
  const used = await Promise.all(
    installationParts.map(async (part) => ((await isUsed(hub, part)) ? part.manifests : [])),
  );
  // Two engines share what the platform's own delivery needs.
  const manifests = new Map(used.flat().map((manifest) => [titleOf(manifest.object), manifest]));

  return Promise.all([...manifests.values()].map((manifest) => checkPart(hub, manifest)));
};

/** Whether anything is there that no other part has too. */
const isUsed = async (hub: Cluster, { manifests }: InstallationPart): Promise<boolean> => {
  const others = installationParts.filter((other) => other.manifests !== manifests);
  const shared = new Set(others.flatMap((other) => other.manifests.map(({ object }) => titleOf(object))));
  const own = manifests.filter(({ object }) => !shared.has(titleOf(object)));
  const seen = await Promise.all(own.map(({ object }) => look(hub, object)));

  return seen.some((one) => 'object' in one);
};

const look = (hub: Cluster, { apiVersion, kind, metadata = {} }: KubernetesObject): Promise<Found> =>
  hub.get({ apiVersion, kind, name: metadata.name ?? '', namespace: metadata.namespace });

const checkPart = (hub: Cluster, manifest: Manifest): Promise<Check> => {
  if (manifest.object.kind === 'Deployment') return checkDeployment(hub, manifest);
  const { mountedBy } = manifest;

  return mountedBy === undefined ? asShipped(hub, manifest) : checkMounted(hub, manifest, mountedBy);
};

interface DeploymentSpec {
  template?: { spec?: { volumes?: { configMap?: { name?: string } }[] } };
}

/** What a Deployment mounts under a name with a hash, by the name that the Deployment has for it. */
const checkMounted = async (hub: Cluster, { file, object: shipped }: Manifest, deployment: string): Promise<Check> => {
  const move = applyAgain(file);
  const what = titleOf(shipped);
  const { name, namespace } = shipped.metadata ?? {};
  const mounting = await look(hub, {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name: deployment, ...(namespace && { namespace }) },
  });
  if ('missing' in mounting) return absent(what, mounting, 'nothing mounts it', move);
  const volumes = (mounting.object.spec as DeploymentSpec | undefined)?.template?.spec?.volumes ?? [];
  const mounted = volumes.map(({ configMap }) => configMap?.name ?? '').find((one) => withoutHash(one) === name);
  if (mounted === undefined) return found(what, 'missing', ['nothing mounts it'], move);
  const seen = await look(hub, { ...shipped, metadata: { ...shipped.metadata, name: mounted } });
  if ('missing' in seen) return absent(what, seen, 'it is not there', move);
  const [wanted, data] = [shipped.data, seen.object.data].map((one) => (isMapping(one) ? one : {}));
  const keys = [...new Set([wanted, data].flatMap((one) => Object.keys(one ?? {})))];
  const different = keys.filter((key) => ownField(wanted ?? {}, key) !== ownField(data ?? {}, key));

  return found(
    what,
    'wrong',
    different.map((key) => `data.${key} is not the one of this version`),
    move,
  );
};
