import type { Manifest } from '../evidence/register/manifest.ts';
import { deviationsFrom, inWords, sought, titleOf } from './as-shipped.ts';
import { applyAgain, type Check, found } from './check.ts';
import type { Cluster } from './cluster.ts';

/** Whether a Deployment that this version ships is there, says what it must, and has its pods. */
export const checkDeployment = async (cluster: Cluster, { file, object: shipped }: Manifest): Promise<Check> => {
  const move = applyAgain(file);
  const seen = await sought(cluster, shipped, move);
  if ('check' in seen) return seen.check;
  const what = titleOf(shipped);
  const deviations = inWords(deviationsFrom(shipped, seen.object));
  if (deviations.length > 0) return found(what, 'wrong', deviations, move);
  const { updatedReplicas = 0, availableReplicas = 0 } = (seen.object.status ?? {}) as Record<string, number>;
  const wanted = Number(seen.object.spec?.replicas ?? 1);
  const there = Math.min(availableReplicas, updatedReplicas);

  return found(
    what,
    'wrong',
    wanted === 0 || there < wanted ? [`${there} of ${wanted} pods are available as it is now`] : [],
    { actor: 'SRE', next: `kubectl describe deployment,pod --namespace ${shipped.metadata?.namespace}` },
  );
};
