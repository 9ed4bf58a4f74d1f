import { toldOf } from '../providers/all-told.ts';
import type { RegisteredComponent, Zone } from '../zone/read.ts';
import { doubtsOf, janitorNamespace, janitorReport, saidOf } from '../zone/sessions.ts';
import { type Check, found, hidden } from './check.ts';
import type { Cluster } from './cluster.ts';
import { checkSecret } from './secret.ts';

/**
 * Whether open sessions of logins that have ended are ended on the server of a component, if it has any. `now` is when.
 */
export const checkSessions = (
  hub: Cluster,
  { name: zone }: Zone,
  { name, provider, settings }: RegisteredComponent,
  now: Date,
): Promise<Check>[] => {
  const { janitor } = toldOf(provider);
  if (janitor === undefined) return [];
  const what = `sessions on ${zone}.${name}`;
  const secret = janitor(settings);
  if (secret === undefined) {
    return [
      Promise.resolve(
        found(what, 'weak', ['sessions of logins that have ended stay open: the Zone names no janitor'], {
          actor: 'Platform',
          next: 'make its login, and name its Secret in the Zone (package/install/README.md, step 5)',
        }),
      ),
    ];
  }

  return [
    checkSecret(hub, { namespace: janitorNamespace, ...secret }, 'step 5'),
    checkSaid(hub, what, `${zone}.${name}`, now),
  ];
};

const checkSaid = async (hub: Cluster, what: string, server: string, now: Date): Promise<Check> => {
  const seen = await hub.get(janitorReport);
  if ('missing' in seen && seen.missing === 'not allowed') return hidden(what);
  const doubts = doubtsOf('object' in seen ? saidOf(seen.object, server) : undefined, now);

  return found(what, 'weak', doubts, {
    actor: 'SRE',
    next: `kubectl logs --namespace ${janitorNamespace} deployment/janitor`,
  });
};
