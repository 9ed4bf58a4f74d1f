import type { Case, Firing, Series } from './promtool.ts';

/** What may be of a document, each with everything that it may be. */
export const axes = {
  kind: ['Service', 'Squad', 'Zone'],
  accepted: ['True', 'False', 'missing'],
  mover: ['Squad', 'Platform', 'SRE', 'Nobody', 'missing'],
  ready: ['True', 'False', 'Unknown'],
  progress: ['settled', 'reconciling', 'stalled', 'fault'],
  synced: ['True', 'False'],
  environment: ['production', 'engineering'],
  seen: ['seen', 'edited'],
  life: ['there', 'going'],
} as const;

/** A document with one of each. */
export type State = { [Axis in keyof typeof axes]: (typeof axes)[Axis][number] };

/** Every document that may be. */
export const everyState = (): State[] =>
  Object.entries(axes).reduce<Partial<State>[]>(
    (states, [axis, values]) => states.flatMap((state) => values.map((value) => ({ ...state, [axis]: value }))),
    [{}],
  ) as State[];

const labelsOf = ({ kind }: Pick<State, 'kind'>, name: string): Record<string, string> =>
  kind === 'Zone' ? { kind, name } : { kind, squad: kind === 'Squad' ? name : 'galaxy', name };

const text = (metric: string, labels: Record<string, string>): string =>
  `${metric}{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;

/** The series of a document, as metrics.yaml makes them. */
export const seriesOf = (state: State, name: string): Series => {
  const labels = labelsOf(state, name);
  const condition = (type: string, status: string, reason: string): Series =>
    status === 'missing'
      ? {}
      : { [text('squadkit_condition_timestamp_seconds', { ...labels, type, status, reason })]: 1 };
  const { progress, mover } = state;
  const isStalled = progress === 'stalled' || progress === 'fault';

  return {
    [text('squadkit_created_timestamp_seconds', labels)]: 1,
    [text('squadkit_generation', labels)]: state.seen === 'seen' ? 7 : 8,
    [text('squadkit_observed_generation', labels)]: 7,
    ...(state.life === 'going' && { [text('squadkit_deletion_timestamp_seconds', labels)]: 1 }),
    ...(state.kind === 'Service' && {
      [text('squadkit_service_zone_info', { ...labels, zone: 'frontier', environment: state.environment })]: 1,
    }),
    ...condition('Accepted', state.accepted, 'Anything'),
    ...condition('ActionNeeded', mover === 'missing' ? 'missing' : mover === 'Nobody' ? 'False' : 'True', mover),
    ...condition('Ready', state.ready, 'Creating'),
    ...condition('Synced', state.synced, 'ReconcileError'),
    ...condition('Reconciling', progress === 'reconciling' ? 'True' : 'False', 'InProgress'),
    ...condition('Stalled', isStalled ? 'True' : 'False', progress === 'fault' ? 'Fault' : 'Anything'),
  };
};

/** What has to fire of a document in the end, in words of its state and not of the rules. */
export const wantedOf = (state: State, name: string): Firing[] => {
  const { accepted, mover, ready, progress, synced } = state;
  const firing = (alert: string, severity: string, route = 'sre', more = {}): Firing => ({
    alert,
    labels: { ...labelsOf(state, name), severity, route, ...more },
  });
  if (state.life === 'going') return [firing('SquadkitRemovalHangs', 'warning')];

  const isRefused = accepted === 'False';
  const mustAct = mover === 'Squad' || mover === 'Platform' || mover === 'SRE';
  const isOut = state.kind === 'Service' && state.environment === 'production' && ready !== 'True' && mover !== 'Squad';
  const found: Firing[] = [];
  if (progress === 'fault') found.push(firing('SquadkitFault', 'critical'));
  else if (mustAct && isRefused)
    found.push(firing('SquadkitRefused', 'warning', mover.toLowerCase(), { reason: 'Anything' }));
  else if (mustAct) found.push(firing(`Squadkit${mover}MustAct`, isOut ? 'critical' : 'warning', mover.toLowerCase()));
  if (progress === 'reconciling' && !mustAct) found.push(firing('SquadkitWaitsTooLong', 'warning'));
  if (mover === 'missing' || (ready !== 'True' && progress === 'settled'))
    found.push(firing('SquadkitNotReady', 'critical'));
  if (isRefused) return found;

  if (synced === 'False' && progress !== 'fault') {
    found.push(firing('SquadkitNotSynced', 'warning', 'sre', { reason: 'ReconcileError' }));
  }
  if (synced === 'True' && state.seen === 'edited') found.push(firing('SquadkitEditNotSeen', 'warning'));

  return found;
};

/** The metrics of a hub that is watched as it should be, so that what is about these stays silent. */
export const watched: Series = {
  'squadkit_created_timestamp_seconds{kind="Squad",squad="watched",name="watched"}': 1,
  'squadkit_created_timestamp_seconds{kind="Zone",name="watched"}': 1,
  'squadkit_condition_timestamp_seconds{kind="Squad",squad="watched",name="watched",type="ActionNeeded",status="False",reason="Nobody"}': 1,
  'squadkit_condition_timestamp_seconds{kind="Zone",name="watched",type="ActionNeeded",status="False",reason="Nobody"}': 1,
  'function_run_function_request_total{function_name="squadkit-function-squadkit"}': 1,
};

/** So many at once: promtool takes no more than 10,000 samples in one look. */
const most = 480;

/** All documents, many at once: one must not change what is said of another. */
export const documentCases = (states: State[]): Case[] =>
  Array.from({ length: Math.ceil(states.length / most) }, (_, part) =>
    states.slice(part * most, (part + 1) * most),
  ).map((some, part) => ({
    name: `documents ${part * most + 1} to ${part * most + some.length}`,
    series: Object.assign({}, watched, ...some.map((state, index) => seriesOf(state, `n${index}`))),
    minutes: 40,
    firing: some.flatMap((state, index) => wantedOf(state, `n${index}`)),
  }));
