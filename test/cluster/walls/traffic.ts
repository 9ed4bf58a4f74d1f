import { accounts } from '../../control-plane/kubernetes-servers.ts';
import { asActor } from './actors.ts';
import type { Look } from './look.ts';
import type { Servers } from './servers.ts';

/** How often each object is written. */
const rounds = 20;

/**
 * What Crossplane and its providers do all day: they write the status of Services and managed resources. Answers the
 * milliseconds of the API server's CPU for one request.
 */
export const cpuOfOrdinaryTraffic = async ({ clusters: { hub }, cpu }: Servers, look: Look): Promise<number> => {
  const crossplane = asActor(hub, { name: 'Crossplane', ...accounts.crossplane });
  const provider = asActor(hub, { name: 'provider-sql', ...accounts['provider-sql'] });
  const written = look.objects.filter(({ apiVersion, resource }) =>
    resource === 'services'
      ? apiVersion === 'squadkit.io/v1alpha1'
      : apiVersion === 'postgresql.sql.m.crossplane.io/v1alpha1' && resource !== 'clusterproviderconfigs',
  );
  const before = cpu('hub');
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(
      written.map(({ apiVersion, resource, object: { metadata } }) =>
        (resource === 'services' ? crossplane : provider).request(
          'PATCH',
          `/apis/${apiVersion}/namespaces/${metadata.namespace}/${resource}/${metadata.name}/status`,
          {
            status: {
              conditions: [
                {
                  type: 'Synced',
                  status: 'True',
                  reason: `Round${round}`,
                  lastTransitionTime: new Date().toISOString(),
                },
              ],
            },
          },
          'application/merge-patch+json',
        ),
      ),
    );
  }

  return ((cpu('hub') - before) * 1000) / (rounds * written.length);
};
