import type { Resource } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { leftoverRequirements } from '../../functions/providers/leftovers.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import { example, exampleRegistry } from '../support/examples.ts';
import { copyOf } from '../support/request.ts';
import { aqua, billing, changed, in_, spike } from './refused.ts';
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
  return { document, observed };
};

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
    { document: service },
    { document: service, observed: all },
    { document: slow, observed: all },
    { document: service, observed: undelivered },
    { document: billing(in_('frontier', spike)), observed: settled(billing(in_('frontier', spike))) },
    { document: service, registry: unready },
    failing(service, 'frontier.spike.database', 'pq: something that no provider knows'),
    // Only what was accepted is kept while another document is refused.
    {
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

/** A login that a Service has left, which its provider has not ended yet. */
const left = Object.fromEntries(
  Object.keys(leftoverRequirements({})).map((key, index) => [
    key,
    index === 0 ? [objectIn(settled(service), 'frontier.spike.app')] : [],
  ]),
);

const ofZone = (): State[] => [
  { document: frontier },
  { document: frontier, observed: settled(frontier, []) },
  { document: closed('Zone', 'frontier'), observed: settled(frontier, []) },
  { document: closed('Zone', 'frontier'), observed: settled(frontier, []), registry: [] },
  { document: closed('Zone', 'frontier'), observed: settled(frontier, []), registry: [], found: left },
  { ...failing(frontier, 'identity.spike.server', 'dial tcp: connection refused') },
];

const ofSquad = (): State[] => {
  const uncounted = settled(galaxy);
  const counting = copyOf(uncounted);
  objectIn(counting, 'quota').status = { used: { 'count/services.squadkit.io': '1' } };

  return [
    { document: galaxy },
    { document: galaxy, observed: counting },
    { document: galaxy, observed: uncounted },
    { document: galaxy, observed: uncounted, now: Date.parse('2000-01-01T01:00:00Z') },
    {
      document: { ...galaxy, spec: { ...galaxy.spec, zoneSelector: { matchLabels: { a: 'b' } } } },
      observed: counting,
    },
    { document: closed('Squad', 'galaxy'), observed: counting, registry: [example('Service', 'billing')] },
    { document: closed('Squad', 'galaxy'), observed: counting, registry: [] },
    { document: closed('Squad', 'galaxy'), observed: counting, registry: [], found: left },
    { document: galaxy, found: { system: [] } },
  ];
};

/** States in which a document is accepted: new, on its way, there, and not as it should be. */
export const underWay = (): State[] => [...ofService(), ...ofZone(), ...ofSquad()];
