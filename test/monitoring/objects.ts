import { conditionOf } from '../../functions/objects/resource.ts';
import type { Cluster } from '../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../control-plane/objects.ts';
import { madeStates, recordedStates, type State } from '../health/states.ts';
import type { Firing } from './promtool.ts';

/** An object in a state, under a name of its own. */
export interface Placed {
  state: string;
  object: KubernetesObject;
}

const since = '2026-11-28T10:00:00Z';

/** As an API server would have it: with a time for every condition. */
const placed = ({ name, object }: State, index: number): Placed => {
  const isService = object.kind === 'Service';
  const status = object.status as { conditions?: object[] } | undefined;
  const conditions = status?.conditions?.map((condition) => ({ lastTransitionTime: since, ...condition }));

  return {
    state: name,
    object: {
      ...(object as KubernetesObject),
      metadata: {
        ...object.metadata,
        name: `s${index}`,
        ...(isService && { namespace: 'galaxy' }),
        // Anybody may write labels of these names: they must not count.
        labels: { generation: '99', creationTimestamp: '1', deletionTimestamp: '1' },
      },
      ...(status && { status: { ...status, ...(conditions && { conditions }) } }),
    },
  };
};

/** Every state of test/health, as the function makes it and as it was on a hub. */
export const placedStates = (): Placed[] => [...recordedStates(), ...madeStates()].map(placed);

/**
 * Makes the object, with its status, and asks for its deletion if it is being deleted. Its generation is the API server's,
 * and as far from the one that its status is about as in the state.
 */
export const place = async (cluster: Cluster, { object }: Placed): Promise<void> => {
  const { apiVersion, kind, spec, metadata } = object;
  const {
    name,
    namespace,
    labels,
    generation = 1,
    deletionTimestamp,
  } = metadata as KubernetesObject['metadata'] & {
    deletionTimestamp?: string;
  };
  const finalizers = deletionTimestamp === undefined ? [] : ['squadkit.io/test'];
  const own = { name, ...(namespace && { namespace }), labels, finalizers };
  const made = await cluster.create({ apiVersion, kind, metadata: own, spec } as KubernetesObject);
  const status = object.status as { observedGeneration?: number } | undefined;
  if (status !== undefined) {
    const { observedGeneration } = status;
    const distance = (generation as number) - (observedGeneration ?? 0);
    const about =
      observedGeneration === undefined ? {} : { observedGeneration: Number(made.metadata.generation) - distance };
    await cluster.patch(made, { status: { ...status, ...about } }, { subresource: 'status' });
  }
  if (deletionTimestamp !== undefined) await cluster.delete(made);
};

/** What has to fire of it in the end, by what its state is called and who it says has to move. */
export const wantedOf = ({ state, object }: Placed): Firing[] => {
  const { kind } = object;
  const { name } = object.metadata;
  const of = (type: string) => conditionOf(object as never, type);
  const mover = String(of('ActionNeeded')?.reason ?? '');
  const labels = kind === 'Zone' ? { kind, name } : { kind, name, squad: kind === 'Squad' ? name : 'galaxy' };
  const fires = (alert: string, severity: string, route: string, more = {}): Firing[] => [
    { alert, labels: { ...labels, severity, route, ...more } },
  ];
  const critical = kind === 'Service' ? 'critical' : 'warning';
  const answers: [RegExp, () => Firing[]][] = [
    [/deleted$|in-deletion$|left over/, () => fires('SquadkitRemovalHangs', 'warning', 'sre')],
    [
      /refused/,
      () => fires('SquadkitRefused', 'warning', mover.toLowerCase(), { reason: String(of('Accepted')?.reason) }),
    ],
    [/new$/, () => fires('SquadkitNotReady', 'critical', 'sre')],
    [/ready$|put right$|that nobody has seen$|marked and not read$/, () => []],
    [/creating$/, () => fires('SquadkitWaitsTooLong', 'warning', 'sre')],
    [/Service waiting for the platform$/, () => fires('SquadkitPlatformMustAct', critical, 'platform')],
    // A Squad has nothing on a server that could fail.
    [/Squad waiting for an SRE$/, () => fires('SquadkitWaitsTooLong', 'warning', 'sre')],
    [/waiting for an SRE$/, () => fires('SquadkitSREMustAct', critical, 'sre')],
    [/that no zone fits$/, () => fires('SquadkitPlatformMustAct', 'warning', 'platform')],
  ];
  const answer = answers.find(([pattern]) => pattern.test(state))?.[1];
  if (answer === undefined) throw new Error(`test/monitoring/objects.ts does not know what fires of "${state}"`);

  // One that was made a moment ago may have been changed by Crossplane meanwhile.
  const { observedGeneration: seen } = (object.status ?? {}) as { observedGeneration?: number };
  const isUnseen = seen !== undefined && seen !== (object.metadata.generation ?? 1);
  const isSaid = /refused|deleted$|in-deletion$|left over/.test(state);

  return [...answer(), ...(isUnseen && !isSaid ? fires('SquadkitEditNotSeen', 'warning', 'sre') : [])];
};
