import type { Resource } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { leftoverRequirements } from '../../functions/providers/leftovers.ts';
import { generationOf } from '../../functions/providers/postgres/names.ts';
import { Unrestored } from '../../functions/restore/failure.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import { createTurns } from '../../functions/waiting/turns.ts';
import { janitorReport } from '../../functions/zone/sessions.ts';
import { drill, zonesWithBackups } from '../support/backups.ts';
import { lastAt } from '../support/drills.ts';
import { example, exampleRegistry } from '../support/examples.ts';
import { copyOf } from '../support/request.ts';
import { leftBackups } from './left-backups.ts';
import { aqua, billing, changed, in_, rotating, spike } from './refused.ts';
import type { State } from './states.ts';

const settled = (document: KubernetesObject, registry = exampleRegistry()): Record<string, Resource> =>
  copyOf(simulate(document, registry).observed);

const objectIn = (observed: Record<string, Resource>, name: string): KubernetesObject =>
  observed[name]?.resource as unknown as KubernetesObject;

const service = billing(in_('frontier', spike, aqua));
const frontier = example('Zone', 'frontier');
const galaxy = example('Squad', 'galaxy');

/** Everything there but one resource, of which something is said. */
const failing = (document: KubernetesObject, name: string, message: string): State => {
  const observed = settled(document);
  objectIn(observed, name).status = { conditions: [{ type: 'Synced', status: 'False', message }] };
  return { when: 'a resource fails in words that no provider knows', document, observed };
};

/** Everything there, and one resource publishes a detail of its connection that is none. */
const odd = (when: string, name: string, key: string, value: string): State => {
  const observed = settled(service);
  const resource = observed[name];
  if (resource !== undefined) resource.connectionDetails = { ...resource.connectionDetails, [key]: Buffer.from(value) };

  return { when, document: service, observed };
};

/** Everything there but one resource, which somebody has paused. */
const paused = (document: KubernetesObject, name: string): State => {
  const observed = settled(document);
  const object = objectIn(observed, name);
  object.metadata = {
    ...object.metadata,
    annotations: { ...object.metadata?.annotations, 'crossplane.io/paused': 'true' },
  };
  object.status = { conditions: [{ type: 'Synced', status: 'False', reason: 'ReconcilePaused' }] };
  return { when: 'somebody has paused a resource', document, observed };
};

/** A login that was exchanged, of which the janitor has counted sessions since. */
const exchanged = (): State => {
  const observed = settled(service, rotating);
  const app = objectIn(observed, 'frontier.spike.app');
  app.metadata = { ...app.metadata, creationTimestamp: '1999-01-01T00:00:00Z' };
  const counted = {
    ...{ lookedAt: '2000-01-01T00:00:00Z', tooMany: [], sessions: 3, ended: 0, staying: 0, prepared: 0 },
    generations: { galaxy_billing_app: 3, galaxy_billing_app_2: 0 },
  };
  const { apiVersion, kind, ...metadata } = janitorReport;
  const report = { apiVersion, kind, metadata, data: { 'frontier.spike': JSON.stringify(counted) } };

  return {
    when: 'a login was exchanged, and sessions still use the old one',
    document: service,
    observed: copyOf(simulate(service, rotating, observed).observed),
    registry: [...rotating, report],
  };
};

/** A database that is backed up, of which the last attempt said that. */
const backingUp = (when: string, data: Record<string, object>, now?: number): State => {
  const registry = [...exampleRegistry().filter(({ kind }) => kind !== 'Zone'), ...zonesWithBackups()];
  const observed = settled(service, registry);
  const report = objectIn(observed, 'frontier.spike.backup-report');
  const written = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, JSON.stringify(value)]));
  report.status = { ...report.status, atProvider: { manifest: { data: written } } };

  return { when, document: service, observed, registry, ...(now !== undefined && { now }) };
};

const last = lastAt(Date.parse('2000-01-01T00:00:00Z'));

/** A database that was backed up, and of which drills said that, in the Zone's words on drills. */
const drilling = (
  when: string,
  said: Record<string, object>,
  { more = { drill }, now }: { more?: object; now?: number } = {},
): State => {
  const registry = [...exampleRegistry().filter(({ kind }) => kind !== 'Zone'), ...zonesWithBackups(more)];
  const observed = settled(service, registry);
  const write = (local: string, data: Record<string, object>) => {
    const report = objectIn(observed, `frontier.spike.${local}`);
    const written = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, JSON.stringify(value)]));
    report.status = { ...report.status, atProvider: { manifest: { data: written } } };
  };
  if (now !== undefined) write('backup-report', { last: lastAt(now) });
  if (now === undefined) write('backup-report', { last });
  write('drill-report', said);

  return { when, document: service, observed, registry, ...(now !== undefined && { now }) };
};

const failure = { at: '2000-01-01T00:00:00Z', backup: '2000-01-01T00:00:00Z' };
const drills = (): State[] => [
  drilling('a drill proved no backup', {
    notProven: {
      ...{ ...failure, because: 'rows of table invoice are not what they were', actor: 'Platform' },
      next: 'make another backup now and drill it; keep this one, to look at',
    },
  }),
  drilling('nothing was said of a drill in 35 days', {}, { now: Date.parse('2000-02-05T00:00:00Z') }),
];

/** A database that is to begin with a backup, of which the last try said that. */
const restoring = (when: string, { kind, message, move }: Unrestored): State => {
  const registry = [...exampleRegistry().filter(({ kind }) => kind !== 'Zone'), ...zonesWithBackups({ drill })];
  const at = '2000-01-01T00:00:00Z';
  const document = billing(in_('frontier', { ...spike, postgres: { restore: { at } } }));
  const { [`frontier.spike.${generationOf(at)}.restored`]: _, ...observed } = settled(document, registry);
  const binding = objectIn(observed, 'frontier.spike.binding') as { data?: Record<string, string> };
  binding.data = { ...binding.data, database: Buffer.from('galaxy_billing').toString('base64') };
  const report = objectIn(observed, `frontier.spike.${generationOf(at)}.restore-report`);
  const notRestored = { at: failure.at, ...(kind !== 'absent' && failure), because: message, ...move };
  report.status = {
    ...report.status,
    atProvider: { manifest: { data: { notRestored: JSON.stringify(notRestored) } } },
  };

  return { when, document, observed, registry };
};

/** A database that was backed up, until its Zone said no more of it. */
const noLongerBackedUp = (): State => {
  const status = { conditions: [{ type: 'BackedUp', status: 'True', reason: 'BackedUp', message: 'it is' }] };

  const when = 'its Zone makes no backups any more';

  return { ...backingUp(when, { last }), document: { ...service, status }, registry: exampleRegistry() };
};

const backups = (): State[] => [
  backingUp('its Zone makes backups, and there is none yet', {}),
  backingUp('a backup was made in time', { last }),
  backingUp('a backup leaves something out', { last: { ...last, leftOut: { largeObjects: 2, tables: 1 } } }),
  backingUp('eight hours after one was due there is no backup', { last }, Date.parse('2000-01-02T00:00:00Z')),
  noLongerBackedUp(),
  ...[
    'store: there is no such bucket',
    'server: the login may not read everything',
    'pg_dump: it was ended by SIGKILL',
  ].map((because) => backingUp('the last backup failed', { last, failed: { at: '2000-01-01T00:00:00Z', because } })),
];

/** It, with the id that what it has made belongs to. */
const again: KubernetesObject = { ...service, metadata: { ...service.metadata, uid: 'again' } };

const ofService = (): State[] => {
  const all = settled(service);
  const undelivered = copyOf(all);
  for (const name of Object.keys(undelivered)) if (/^frontier[.]aqua[.]secret/.test(name)) delete undelivered[name];
  const unready = exampleRegistry().map((object) => (object.kind === 'Zone' ? { ...object, status: {} } : object));
  const slow: KubernetesObject = {
    ...service,
    status: {
      conditions: [
        { type: 'Responsive', status: 'False', reason: 'WatchCircuitOpen', lastTransitionTime: '2000-01-01T00:00:00Z' },
      ],
    },
  };

  return [
    { when: 'it is new', document: service },
    { when: 'others are being created before it', document: service, turns: createTurns(0) },
    { when: 'all of it is in place', document: service, observed: all },
    { when: 'Crossplane looks at it less often, because too much of it changes', document: slow, observed: all },
    { when: 'its Secrets are not on the cluster yet', document: service, observed: undelivered },
    {
      when: 'nothing of it receives Secrets',
      document: billing(in_('frontier', spike)),
      observed: settled(billing(in_('frontier', spike))),
    },
    { when: 'its Zone is not ready', document: service, registry: unready },
    {
      when: 'an earlier one of its name was deleted without what it had made, and it asks for less',
      document: { ...again, status: { left: 1 } },
      observed: all,
      found: orphaned,
    },
    exchanged(),
    ...backups(),
    ...drills(),
    // One for each whose move it can be.
    ...[
      new Unrestored('absent', 'there is no backup of it at 2000-01-01T00:00:00Z or before'),
      new Unrestored('room', 'there is not room enough in the folder that it works in'),
      new Unrestored('server', 'the server cannot be reached'),
    ].map((failed) => restoring('a backup could not be restored', failed)),
    failing(service, 'frontier.spike.database', 'pq: something that no provider knows'),
    paused(service, 'frontier.spike.database'),
    odd("the Zone's Secret for a server has no host or port", 'frontier.spike.app', 'port', 'abc'),
    odd('a cluster has issued a token that is none', 'frontier.aqua.deployer-token', 'token', ''),
    // Only what was accepted is kept while another document is refused.
    {
      when: 'an edit is refused, and what was accepted goes on',
      document: {
        ...service,
        spec: { zones: in_('prairie', spike) },
        status: { accepted: { generation: 1, spec: service.spec } },
      },
      observed: { ...undelivered },
    },
  ];
};

const closed = (kind: string, name: string): KubernetesObject => {
  const [found] = changed(kind, name, (spec) => ({ ...spec, lifecycle: 'Closed' })).filter(
    (object) => object.kind === kind && object.metadata?.name === name,
  );
  return found as KubernetesObject;
};

/** What a Service has left, which its provider has not ended yet, or will not because it is paused. */
const leftover = (object: KubernetesObject): Record<string, KubernetesObject[]> =>
  Object.fromEntries(Object.keys(leftoverRequirements({})).map((key, index) => [key, index === 0 ? [object] : []]));

/** A login that a Service has left, which its provider has not ended yet. */
const left = leftover(objectIn(settled(service), 'frontier.spike.app'));

/** The same, while somebody has paused it, and when its Service was deleted and it was left alone. */
const leftLogin = (metadata: object): Record<string, KubernetesObject[]> => {
  const { metadata: before, ...app } = objectIn(settled(service), 'frontier.spike.app');

  return leftover({ ...app, metadata: { ...before, ...metadata } });
};
const going = { deletionTimestamp: '2000-01-01T00:00:00Z' };
const pausedLeft = leftLogin({ ...going, annotations: { 'crossplane.io/paused': 'true' } });
const orphaned = leftLogin({ ownerReferences: [] });

const ofZone = (): State[] => [
  { when: 'it is new', document: frontier },
  { when: 'all of it is in place', document: frontier, observed: settled(frontier, []) },
  { when: 'it is closed and used', document: closed('Zone', 'frontier'), observed: settled(frontier, []) },
  {
    when: 'it is closed and nothing uses it',
    document: closed('Zone', 'frontier'),
    observed: settled(frontier, []),
    registry: [],
  },
  ...(
    [
      ['it is closed, and what Services had there is being removed', left],
      ['it is closed, and what a Service had there is paused', pausedLeft],
      ['it is closed, and a Service was deleted without what it had', orphaned],
    ] as const
  ).map(([when, found]) => ({
    ...{ when, document: closed('Zone', 'frontier'), observed: settled(frontier, []), registry: [], found },
  })),
  { ...failing(frontier, 'identity.spike.server', 'dial tcp: connection refused') },
];

const ofSquad = (): State[] => {
  const uncounted = settled(galaxy);
  const counting = copyOf(uncounted);
  objectIn(counting, 'quota').status = { used: { 'count/services.squadkit.io': '1' } };

  return [
    { when: 'it is new', document: galaxy },
    { when: 'all of it is in place', document: galaxy, observed: counting },
    { when: 'its quota is not counted yet', document: galaxy, observed: uncounted },
    {
      when: 'its quota is not counted for long',
      document: galaxy,
      observed: uncounted,
      now: Date.parse('2000-01-01T01:00:00Z'),
    },
    {
      when: 'no zone fits its selector',
      document: { ...galaxy, spec: { ...galaxy.spec, zoneSelector: { matchLabels: { a: 'b' } } } },
      observed: counting,
    },
    {
      when: 'it is closed and has Services',
      document: closed('Squad', 'galaxy'),
      observed: counting,
      registry: [example('Service', 'billing')],
    },
    {
      when: 'it is closed and has nothing',
      document: closed('Squad', 'galaxy'),
      observed: counting,
      registry: [],
    },
    ...(
      [
        ['it is closed, and what its Services had is being removed', left],
        ['it is closed, and what a Service of it had is paused', pausedLeft],
        ['it is closed, and a Service of it was deleted without what it had', orphaned],
      ] as const
    ).map(([when, found]) => ({
      ...{ when, document: closed('Squad', 'galaxy'), observed: counting, registry: [], found },
    })),
    {
      when: 'a Service of it was deleted without what it had made, and came again asking for less',
      document: galaxy,
      observed: counting,
      registry: [...exampleRegistry().filter(({ kind }) => kind === 'Zone'), { ...again, status: { left: 1 } }],
      found: orphaned,
    },
    ...leftBackups(counting),
    { when: 'the hub itself cannot be told apart yet', document: galaxy, found: { system: [] } },
  ];
};

/** States in which a document is accepted: new, on its way, there, and not as it should be. */
export const underWay = (): State[] => [...ofService(), ...ofZone(), ...ofSquad()];
