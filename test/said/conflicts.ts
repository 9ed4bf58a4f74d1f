import type { Resource } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import { compose } from '../support/compose.ts';
import { example, exampleRegistry } from '../support/examples.ts';
import { squadWith } from '../support/registered.ts';
import { copyOf, requestFor } from '../support/request.ts';
import { aqua, billing, changed, in_, spike } from './refused.ts';
import type { State } from './states.ts';

const objectIn = (observed: Record<string, Resource>, name: string): KubernetesObject =>
  observed[name]?.resource as unknown as KubernetesObject;

const settled = (document: KubernetesObject, registry = exampleRegistry()) =>
  copyOf(simulate(document, registry).observed);

const zone = (() => {
  const { metadata, ...rest } = example('Zone', 'frontier');
  return { ...rest, metadata: { ...metadata, uid: 'frontier' } };
})();
const squad = (spec: object = {}, metadata: object = {}): KubernetesObject => {
  const made = squadWith('comet', spec);
  return { ...made, metadata: { ...made.metadata, ...metadata } };
};
const service = billing(in_('frontier', spike, aqua));

/** The Zone with something else shown by what looks at a server or cluster. */
const looking = (name: string, shown: object): State => {
  const observed = settled(zone, []);
  const object = objectIn(observed, `identity.${name}`);
  object.status = { ...object.status, ...shown };
  return { document: zone, observed, registry: [] };
};

const ofZone = (): State[] => {
  const { components = [], ...spec } = zone.spec as { components: { name: string }[] };
  const [first, second] = components;
  const held = settled(zone, []);
  const claim = Object.keys(held).find((name) => name.startsWith('claim.spike.')) ?? '';
  const claimed = {
    ...objectIn(held, claim),
    metadata: {
      ...objectIn(held, claim).metadata,
      ownerReferences: [{ uid: 'meadow', controller: true }],
      labels: { 'squadkit.io/zone': 'meadow', 'squadkit.io/component': 'nile' },
    },
  } as KubernetesObject;
  delete held[claim];

  return [
    {
      document: { ...zone, spec: { ...spec, components: [second] } },
      observed: settled(zone, []),
      registry: [service],
    },
    { document: { ...zone, spec: { ...zone.spec, environment: 'engineering' } }, observed: settled(zone, []) },
    {
      document: {
        ...zone,
        spec: {
          ...spec,
          components: [
            { ...second, name: first?.name },
            { ...first, name: second?.name },
          ],
        },
      },
      observed: settled(zone, []),
    },
    { document: { ...zone, metadata: { name: 'Frontier!' } } },
    looking('spike.server', {
      atProvider: { configurationParameters: [{ name: 'application_name', value: 'squadkit main/other.zone' }] },
    }),
    looking('spike.administrator', { atProvider: { configurationParameters: [] } }),
    {
      when: 'the administrator may not set the mark on that server',
      ...looking('spike.server', {
        conditions: [
          { type: 'Synced', status: 'False', message: 'pq: permission denied to set parameter "squadkit.mark"' },
        ],
      }),
    },
    looking('aqua.cluster', {
      atProvider: { manifest: { metadata: { uid: '0aa83a5c-9f43-4c4c-8b0e-5f1f6a2b7c11' } } },
    }),
    { document: zone, observed: held, registry: [], found: { 'claim.spike': [claimed] } },
  ];
};

/** What a provider shows of something that it found and that is not ours, after a round that lets it look only. */
const strangers = (): State[] => {
  const found = (name: string, atProvider: object): Record<string, Resource> => {
    const observed = settled(service);
    const object = objectIn(observed, name);
    delete object.metadata?.annotations?.['crossplane.io/external-create-succeeded'];
    object.spec = { ...object.spec, managementPolicies: ['Observe', 'Create'] };
    object.status = { ...object.status, atProvider };
    return narrowed(observed);
  };
  /** What the function lets the provider do from what it has seen. */
  const narrowed = (observed: Record<string, Resource>): Record<string, Resource> => {
    const { desired } = compose(requestFor(service, observed));
    for (const [name, { resource }] of Object.entries(desired?.resources ?? {})) {
      const object = objectIn(observed, name);
      if (object !== undefined) object.spec = { ...object.spec, ...(resource as unknown as KubernetesObject).spec };
    }
    return observed;
  };
  const lost = settled(service);
  const mark = objectIn(lost, 'frontier.spike.mark');
  const gone = { type: 'Synced', status: 'False', message: 'observe failed: external resource does not exist' };
  mark.status = { conditions: [gone, { type: 'Ready', status: 'True' }] };

  return [
    { document: service, observed: found('frontier.spike.app', { configurationParameters: [] }) },
    { document: service, observed: found('frontier.aqua.namespace', { manifest: { metadata: { labels: {} } } }) },
    { document: service, observed: narrowed(lost) },
  ];
};

const accepted = (status: string, reason: string) => ({
  conditions: [{ type: 'Accepted', status, reason, message: '' }],
});

const comet = (zones: unknown): KubernetesObject => ({
  ...billing(zones),
  metadata: { name: 'billing', namespace: 'comet' },
});
const cometBefore = () => settled(comet(in_('frontier', spike)), [...exampleRegistry(), squad()]);

/** A Squad or a Zone that is closed, or that the hub has not accepted, or only a moment ago. */
const ofService = (): State[] => {
  const around = (one: KubernetesObject): KubernetesObject[] => [...exampleRegistry(), one];
  const asked = comet(in_('frontier', spike));
  const more = comet(in_('frontier', { ...spike, postgres: { connections: 30 } }));
  const closedZone = changed('Zone', 'frontier', (spec) => ({ ...spec, lifecycle: 'Closed' }));

  return [
    { document: more, observed: cometBefore(), registry: around(squad({ lifecycle: 'Closed' })) },
    { document: more, observed: cometBefore(), registry: [...closedZone, squad()] },
    { document: asked, registry: around(squad({}, { uid: 'comet' })) },
    { document: asked, registry: around({ ...squad({}, { uid: 'comet' }), status: accepted('False', 'NameTaken') }) },
    {
      document: asked,
      registry: around({
        ...squad({}, { generation: 2 }),
        status: { ...accepted('True', 'Accepted'), observedGeneration: 1 },
      }),
    },
  ];
};

/** A Squad whose name somebody else had, or whose namespace somebody deletes. */
const ofSquad = (): State[] => {
  const zones = exampleRegistry().filter(({ kind }) => kind === 'Zone');
  const earlier = settled(squad({ group: 'first' }, { uid: 'one' }), [...zones, comet(in_('frontier', spike))]);
  const deleted = settled(squad());
  const namespace = objectIn(deleted, 'namespace');
  namespace.metadata = { ...namespace.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };

  return [
    { document: squad({ group: 'second' }, { uid: 'two' }), registry: [...zones, objectIn(earlier, 'record')] },
    { document: squad(), observed: deleted },
  ];
};

/** States in which a document is refused because of what is around it. */
export const conflicts = (): State[] => [
  ...ofZone(),
  ...strangers(),
  ...ofService(),
  ...ofSquad(),
  { document: billing(in_('frontier', { ...aqua, kubernetes: { egress: ['nowhere'] } })) },
  { document: service, hub: null },
  {
    when: "it is of another package, whose Composition names Squadkit's function",
    document: { ...service, apiVersion: 'example.org/v1alpha1' },
  },
];
