import type { Manifest } from '../evidence/register/manifest.ts';
import {
  configurationManifests,
  hubManifests,
  installationParts,
  remoteManifests,
} from '../evidence/register/manifests.ts';
import { janitorReport } from '../zone/sessions.ts';
import { asShipped, titleOf } from './as-shipped.ts';
import { type Check, found, hidden } from './check.ts';
import type { Cluster } from './cluster.ts';
import { checkDeployment } from './deployment.ts';
import { checkForce } from './force.ts';
import { checkForeign, checkTokens } from './foreign.ts';
import { checkPackage, checkRevision, notTrue } from './packages.ts';
import { checkParts } from './parts.ts';
import { checkCrossplane, checkKinds, checkKubernetes } from './platform.ts';
import { checkRegistered } from './registered.ts';
import { checkRights } from './rights.ts';
import { authoritiesOf, checkAuthorities, checkHubName, checkRuntime, runtimesOf } from './runtime.ts';
import { checkChoices, checkWriters, type Place } from './writers.ts';

/** Checks of one cluster. */
export interface Examination {
  /** The cluster's name: `hub`, or what the command line calls it. */
  cluster: string;
  checks: Check[];
}

/** Where the chart and the packages lie. */
const packageGroup = 'pkg.crossplane.io/v1';

/** Where Squadkit runs on a hub, or keeps credentials. */
const ownNamespaces = [
  'crossplane-system',
  'squadkit-backups',
  'squadkit-delivery',
  'squadkit-janitor',
  'squadkit-system',
];

/** Looks at everything on a hub that this version needs there. `now` is when.
 *
 * @throws Unplannable if it cannot be reached
 */
export const examineHub = async (hub: Cluster, now: Date): Promise<Examination> => {
  const packages = hubManifests.filter(({ object }) => object.apiVersion === packageGroup);
  const runtimes = runtimesOf(hubManifests);
  const checks = await Promise.all([
    checkKubernetes(hub),
    checkCrossplane(hub),
    ...hubManifests.map((manifest) => checkManifest(hub, manifest, 'hub')),
    ...packages.map((manifest) => checkRevision(hub, manifest)),
    ...runtimes.map((runtime) => checkRuntime(hub, runtime)),
    ...runtimes.filter(({ runs }) => runs.object.kind === 'Function').map((runtime) => checkHubName(hub, runtime)),
    ...runtimes.flatMap(authoritiesOf).map((authorities) => checkAuthorities(hub, authorities, now)),
    ...configurationManifests.map((manifest) => checkBrought(hub, manifest)),
  ]);

  const all = [...hubManifests, ...installationParts.flatMap(({ manifests }) => manifests)];
  const rest = await Promise.all([
    ...[checkParts(hub), checkKinds(hub), checkRegistered(hub, now), checkForce(hub, 'hub')],
    ...[checkForeign(hub), checkRights(hub, all), checkTokens(hub, ownNamespaces)],
  ]);

  return { cluster: hub.name, checks: [...checks, ...rest.flat()] };
};

/** Looks at everything on a cluster of a Zone that this version needs there.
 *
 * @throws Unplannable if it cannot be reached
 */
export const examineRemote = async (cluster: Cluster): Promise<Examination> => {
  const checks = await Promise.all([
    checkKubernetes(cluster),
    ...remoteManifests.map((manifest) => checkManifest(cluster, manifest, 'remote')),
  ]);

  const rest = await Promise.all([
    ...[
      checkForce(cluster, 'remote'),
      checkRights(cluster, remoteManifests),
      checkTokens(cluster, ['squadkit-system']),
    ],
  ]);

  return { cluster: cluster.name, checks: [...checks, ...rest.flat()] };
};

/** One object of package/install in one cluster. */
export const checkManifest = (cluster: Cluster, manifest: Manifest, where: Place): Promise<Check> => {
  const { apiVersion, kind, metadata } = manifest.object;
  if (apiVersion === packageGroup) return checkPackage(cluster, manifest);
  if (kind === 'Deployment') return checkDeployment(cluster, manifest);
  if (kind !== 'ConfigMap' || metadata?.name === janitorReport.name) return asShipped(cluster, manifest);

  return metadata?.name === 'squadkit-writers'
    ? checkWriters(cluster, manifest, where)
    : checkChoices(cluster, manifest);
};

/** What the configuration's package brings: as it is in this version, and in force. */
export const checkBrought = async (hub: Cluster, manifest: Manifest): Promise<Check> => {
  const { apiVersion, kind, metadata } = manifest.object;
  const move = { actor: 'SRE', next: 'kubectl describe configurationrevision.pkg.crossplane.io' } as const;
  const check = await asShipped(hub, manifest, move);
  if (check.state !== 'well' || kind !== 'CompositeResourceDefinition') return check;
  const seen = await hub.get({ apiVersion, kind, name: metadata?.name ?? '' });
  if (!('object' in seen)) return hidden(titleOf(manifest.object));

  return found(titleOf(manifest.object), 'wrong', notTrue(seen.object, ['Established']), {
    actor: 'SRE',
    next: `kubectl describe xrd ${metadata?.name}`,
  });
};
